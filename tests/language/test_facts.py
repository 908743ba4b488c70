"""What a text tells of its writer's situation: denied, supposed, asked and somebody else's kept apart."""

from pathlib import Path

import pytest

from renewal.language.clauses import clauses
from renewal.language.facts import ToldFact, told_facts
from renewal.language.relatives import relatives

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "facts.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def written(fact: ToldFact) -> str:
    """A fact as the table writes it."""
    value = fact.value
    if isinstance(value, bool):
        value = "yes" if value else "no"
    elif isinstance(value, tuple):
        value = "+".join(value) or "none"
    return f"{fact.name}={value}{'?' if fact.supposed else ''}"


@pytest.mark.parametrize(("text", "facts"), ROWS)
def test_a_text_tells_what_a_careful_clerk_would_note_down(text: str, facts: str) -> None:
    told = sorted(written(fact) for fact in told_facts(text) if fact.value is not None)
    assert " ".join(told) == facts.removeprefix("-")


@pytest.mark.parametrize(
    ("written", "simple"),
    [
        ("我沒搬家，租的房子", "我没搬家，租的房子"),
        ("地址變了", "地址变了"),
        ("我 租 房", "我租房"),
        ("我媽媽的居住證", "我妈妈的居住证"),
    ],
)
def test_a_traditional_or_spaced_text_tells_the_same(written: str, simple: str) -> None:
    assert told_facts(written) == told_facts(simple)


def test_a_home_of_ones_own_takes_back_whose_home_it_was() -> None:
    told = {fact.name: fact.value for fact in told_facts("我自己买的房")}
    assert told == {"housing": "own", "whose_home": None}


def test_a_supposition_holds_up_to_the_end_of_its_sentence() -> None:
    found = clauses("我租房。要是搬了，住宿舍。电话没变")
    assert [(clause.text, clause.supposed) for clause in found] == [
        ("我租房", False),
        ("要是搬了", True),
        ("住宿舍", True),
        ("电话没变", False),
    ]


def test_a_relative_is_named_whole() -> None:
    assert [(item.value, item.start, item.end) for item in relatives("我妈妈和我儿子")] == [
        ("妈妈", 0, 3),
        ("儿子", 4, 7),
    ]
