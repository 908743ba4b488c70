"""Addresses of the web are seen in any shape in which a phone makes them a link."""

from pathlib import Path

import pytest

from renewal.language.links import find_links, without_links

CASES = [
    line.split("\t") for line in Path(__file__).with_name("links.tsv").read_text("utf-8").splitlines() if line
]


@pytest.mark.parametrize(("text", "links"), CASES)
def test_every_address_is_found_and_nothing_else_is_taken_for_one(text: str, links: str) -> None:
    assert "|".join(find_links(text)) == links


def test_an_address_of_the_list_may_stand_and_only_by_its_whole_name() -> None:
    allowed = frozenset({"help.example.cn"})
    assert find_links("https://help.example.cn/a", allowed) == ()
    assert find_links("HELP.example.cn", allowed) == ()
    for other in ("example.cn", "help.example.cn.evil.top", "https://help.example.cn@evil.top/x"):
        assert find_links(other, allowed)


def test_what_is_taken_out_leaves_the_words_around_it() -> None:
    text = "看 www.example.org/x，或help.example.cn"
    left = without_links(text, frozenset({"help.example.cn"}), "（网址略）")
    assert left == "看 （网址略），或help.example.cn"
    assert without_links("您好，没有网址。", (), "x") == "您好，没有网址。"
