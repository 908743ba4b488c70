"""How far from the standard a text says that its writer is ("差4分", "现在118分"), and the insured years it tries."""

import re

from renewal.language.dates import number
from renewal.language.words import find

_COUNT = re.compile(r"\d+|[零一二三四五六七八九十百两俩]+")
_LEAST_TOTAL = 60  # fewer are one item's


def gap_told(text: str, standard: int) -> int | None:
    """How many points are lacking by the text's own words; None where it does not say."""
    gap = _count("short_by", text)
    if gap is not None:
        return gap if 0 < gap < standard else None
    total = _count("has_in_all", text)
    return standard - total if total is not None and _LEAST_TOTAL <= total < standard else None


def years_tried(text: str) -> int | None:
    """The full insured years of which a text asks whether they are enough; None where it names none."""
    return _count("insured_years_more", text)


def _count(concept: str, text: str) -> int | None:
    match = find(concept, text)
    counted = None if match is None else _COUNT.search(match.group())
    found = None if counted is None else number(counted.group())
    return None if found is None else int(found)
