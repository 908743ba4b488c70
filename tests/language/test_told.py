"""All days that one text tells, in their roles: the table of texts beside this file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.language.dates import told_days
from tests.language.scripts import HANDS, misread

TODAY = date(2026, 11, 23)
FIELDS = {
    "expires_on": "expires",
    "endorsed_on": "endorsed",
    "automatic_on": "automatic",
    "handed_in_on": "handed",
    "visit_on": "visit",
    "moved_on": "moved",
}
ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("told.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def read(text: str) -> str:
    """What a text tells, as the table writes it."""
    told = told_days(text, TODAY)
    said = []
    for field, name in FIELDS.items():
        day = getattr(told, field)
        if day is not None:
            sure = "?" if field in told.supposed else ""
            said.append(f"{name}{sure} {'' if day.exact else '~'}{day.on}")
    if told.either is not None:
        said.append("either " + "/".join(map(str, told.either)))
    return "; ".join([*said, *(["bare"] if told.bare else [])]) or "none"


def test_the_table_holds_what_was_promised() -> None:
    assert len(ROWS) >= 120
    assert len({text for text, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_each_text_tells_the_days_of_the_table(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("written", HANDS)
def test_a_text_tells_the_same_in_other_characters_widths_and_spacing(
    written: Callable[[str], str],
) -> None:
    assert misread(read, ROWS, written) == []


@given(
    text=st.text(
        alphabet="0123456789年月日号周天底前后还有过期到去回办交搬了的，元旦春节明下上个如果 inmay",
        max_size=40,
    )
)
def test_what_has_happened_is_never_to_come_and_a_visit_never_gone(text: str) -> None:
    told = told_days(text, TODAY)
    for day in (told.handed_in_on, told.endorsed_on):
        assert day is None or day.on <= TODAY
    assert told.visit_on is None or told.visit_on.on >= TODAY


@pytest.mark.parametrize("text", ["12月去" * 200, "下周" * 300, "after new year " * 60, "交了材料" * 250])
def test_a_text_that_repeats_itself_is_read_quickly(text: str) -> None:
    begun = process_time()
    told_days(text, TODAY)
    assert process_time() - begun < 0.5
