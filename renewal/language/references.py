"""Whether a text is little but the number of a booking or of a receipt: letters and digits mixed, or called one."""

import re

from renewal.language.text import has_han, plain
from renewal.language.words import says, without

SHORTEST_CHARS = 5
MOST_BESIDE_CHARS = 2
_MIXED = re.compile(
    r"(?<![A-Z0-9])(?:[A-Z]{1,2}-?\d{4,12}|[A-Z]{3}-?\d{5,12}"
    r"|[A-Z]{1,4}\d{1,4}[A-Z]{1,4}(?:\d[A-Z\d]{0,6})?"
    r"|\d{1,4}[A-Z]{1,4}\d{1,4}[A-Z][A-Z\d]{0,6})(?![A-Z0-9])"
)
_DIGITS = re.compile(r"(?<![A-Z\d])(?!1[3-9]\d{9}(?!\d))\d{5,16}(?![A-Z\d])")


def is_reference(text: str) -> bool:
    """Whether a text is such a number, with no more than the words that lead to it."""
    told = plain(text)
    one_word = not has_han(told) and " " not in told
    typed = told.upper() if one_word else told
    found = _MIXED.search(typed) or (_DIGITS.search(typed) if says("names_reference", told) else None)
    if found is None or len(found.group()) < SHORTEST_CHARS:
        return False
    rest = without("names_reference", typed.replace(found.group(), " ", 1))
    return sum(char.isalnum() for char in rest) <= MOST_BESIDE_CHARS
