"""What is kept of a text that holds a code, by table."""

from pathlib import Path

import pytest

from renewal.language.codes import hides_code
from renewal.language.secrets import find_code, find_named_code

TABLE = Path(__file__).with_name("codes.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("text", "unasked", "asked"), ROWS)
def test_no_digit_of_a_code_is_kept(text: str, unasked: str, asked: str) -> None:
    named, found = find_named_code(text), find_code(text, 6)
    assert (named.text if named else "=") == unasked
    assert (found.text if found else "-") == asked


def test_a_code_that_was_taken_out_is_still_known_as_one() -> None:
    assert hides_code("【验证】******(5分钟内有效)", 6)
    assert not hides_code("*" * 18, 6)
    assert not hides_code("*******0001", 6)
