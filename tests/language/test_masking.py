"""Which digits of a text are an ID number, however they are typed, by table."""

from pathlib import Path

import pytest

from renewal.language.masking import MASK, Masked, mask_id_numbers

TABLE = Path(__file__).with_name("id_numbers.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


def _read(text: str) -> str:
    return text.replace("\\n", "\n").replace("<ZW>", "\u200b")


@pytest.mark.parametrize(("text", "kept"), ROWS)
def test_an_id_number_is_masked_and_other_digits_stay(text: str, kept: str) -> None:
    wanted = _read(text if kept == "=" else kept).replace("M", MASK)
    assert mask_id_numbers(_read(text)) == Masked(text=wanted, found=MASK in wanted)


def test_a_text_that_was_masked_before_tells_that_there_was_one() -> None:
    assert mask_id_numbers(f"证号{MASK}到期").found


def test_long_runs_of_digits_are_read_quickly() -> None:
    assert not mask_id_numbers("1 2" * 20_000).found
