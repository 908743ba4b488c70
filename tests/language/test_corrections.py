"""What a text takes back, and what it puts in its place."""

from pathlib import Path

import pytest

from renewal.language.corrections import correction_in

LINES = Path(__file__).with_name("corrections.tsv").read_text("utf-8").splitlines()
ROWS = [tuple(line.split("\t")) for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize(("text", "taken_back", "instead"), ROWS)
def test_a_correction_is_read_as_what_it_takes_back_and_what_takes_its_place(
    text: str, taken_back: str, instead: str
) -> None:
    found = correction_in(text)
    assert (found.taken_back, found.instead) == (taken_back, instead) if found else not instead
