"""What staff read of a holder's own words: numbers masked, and the kind of home that they name."""

import re
from collections.abc import Sequence

from renewal.domain.types import Housing
from renewal.language.controls import without_controls
from renewal.language.facts import told_facts
from renewal.language.masking import mask_id_numbers

_DAY = r"20\d\d-(?:0\d|1[0-2])-[0-3]\d(?!\d)"  # of a document, or of expiry: no number to call
_NUMBER = re.compile(rf"(?<!\d)(?!{_DAY})(\+?\d{{3}})\d(?:[-\s]?\d){{3,}}(?!\d)")
_TAIL_DIGITS = 4


def mask_numbers(text: str) -> str:
    """`text` with the middle of every number of eight digits or more starred out."""
    return _NUMBER.sub(lambda found: f"{found.group(1)}****{_digits(found.group())[-_TAIL_DIGITS:]}", text)


def reason_kept(text: str) -> str:
    """Why a member of staff does something, in their words as they are kept: one line, no number that tells who."""
    return " ".join(mask_numbers(mask_id_numbers(without_controls(text)).text).split())


def housing_in(texts: Sequence[str]) -> str:
    """The kind of home that the newest of these texts tells, as a Housing's value; empty where none does.

    A relative's home is RELATIVE, whether they own it or rent it.
    """
    return next((home for home in map(_home_in, reversed(texts)) if home), "")


def _home_in(text: str) -> str:
    told = {fact.name: fact.value for fact in told_facts(text) if not fact.supposed}
    home = Housing.RELATIVE if told.get("whose_home") else told.get("housing")
    return str(home) if home in set(Housing) else ""


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
