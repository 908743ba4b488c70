"""Which of several permits of one number a text means."""

import re
from collections.abc import Sequence
from datetime import date

from renewal.language.dates.told import told_days
from renewal.language.text import low
from renewal.language.words import says


def permit_chosen(text: str, expiries: Sequence[date], tails: Sequence[str], today: date) -> int | None:
    """The place of the one permit that expires on the day told, or whose number ends as the text says."""
    told = told_days(text, today).expires_on
    if told is not None:
        by_day = [place for place, expires_on in enumerate(expiries) if expires_on == told.on]
        return by_day[0] if len(by_day) == 1 else None
    by_tail = [place for place, tail in enumerate(tails) if _names(low(text), tail.lower())]
    return by_tail[0] if len(by_tail) == 1 else None


def means_the_other(text: str) -> bool:
    """Whether a text means the other one of two permits."""
    return says("not_this_permit", text)


def _names(text: str, tail: str) -> bool:
    """Whether the text holds the end of a number, and no more of digits."""
    return re.search(rf"(?<![a-z\d]){re.escape(tail)}(?![a-z\d])", text) is not None
