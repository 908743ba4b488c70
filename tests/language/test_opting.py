"""Which whole texts opt a number out or in, by table; and that no text of ours asks for such a word."""

import re
from pathlib import Path

import pytest

from renewal.language.opting import asks_back, read_opting

TABLE = Path(__file__).with_name("opting.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
LOOKS = Path(__file__).with_name("opting_unseen.tsv")
TEXTS = [
    line.split("\t") for line in LOOKS.read_text("utf-8").splitlines() if "\t" in line
]  # "#退订" is a text
WORDING = Path(__file__).resolve().parents[2] / "renewal" / "wording"
QUOTED = re.compile(r"“([^”]{1,30})”|\\?\"([^\"\\]{1,30})\\?\"|[「『]([^」』]{1,30})[」』]")


@pytest.mark.parametrize(("text", "meaning"), ROWS)
def test_a_whole_text_opts_as_the_table_says(text: str, meaning: str) -> None:
    assert read_opting(text) == (None if meaning == "-" else meaning)


def test_the_texts_hold_300_that_opt_out_and_500_that_only_look_like_it() -> None:
    assert sum(meaning == "out" for _, meaning in TEXTS) >= 300
    assert sum(meaning == "no" for _, meaning in TEXTS) >= 500
    assert len({text for text, _ in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize("meaning", ["out", "in", "no"])
def test_texts_that_opt_out_and_those_that_only_look_like_it_are_told_apart(meaning: str) -> None:
    read = {"out": "out", "out_or_answer": "out", "in": "in", None: "no"}
    wrong = [(text, read[read_opting(text)]) for text, is_so in TEXTS if is_so == meaning]
    assert [pair for pair in wrong if pair[1] != meaning] == []


@pytest.mark.parametrize(
    "path", sorted(WORDING.glob("*/*.yml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_text_of_ours_asks_for_a_word_that_opts_out_but_the_one_that_says_so(path: Path) -> None:
    told = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    quoted = [next(filter(None, found)) for found in QUOTED.findall(told)]
    assert [word for word in quoted if read_opting(word) in ("out", "out_or_answer") and word != "退订"] == []


def test_a_text_of_ours_that_tells_how_to_opt_out_asks_nothing() -> None:
    assert asks_back("您今年几周岁？")
    assert not asks_back("有疑问直接回复，退订回T。")
