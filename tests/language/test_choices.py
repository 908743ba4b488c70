"""Which of the choices offered a text takes, by table."""

from pathlib import Path

import pytest

from renewal.language.choices import read_choice

TABLE = Path(__file__).with_name("choices.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("text", "count", "places"), ROWS)
def test_a_text_takes_the_choices_that_the_table_says(text: str, count: str, places: str) -> None:
    wanted = None if places == "-" else tuple(map(int, places.replace("none", "").split()))
    assert read_choice(text, int(count)) == wanted
