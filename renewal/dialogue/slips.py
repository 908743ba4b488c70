"""A number put in the place of another: the fact that held the one taken back holds the other now ("不是28 是18")."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.topics import is_tagged
from renewal.language.corrections import Correction
from renewal.language.reading import Reading

_NUMBER = re.compile(r"(\d{1,2})(?:号|日)?(?:到期|过期|的)?")
_MONTH = re.compile(r"(\d{1,2})月(?:份)?(?:到期|过期|的)?")
# The days of which a number alone may be put right, the one that is spoken of first.
_DAYS = ("expires_on", "handed_in_on", "visit_on")


def with_day_put_right(memory: Memory, before: Facts, facts: Facts, reading: Reading) -> Facts:
    """The facts with the known day of which the text puts the day of the month, or the month, right.

    `before` are the facts before this text: what stands in it for that day is no other day as well.
    """
    correction = reading.correction
    if correction is None or is_tagged(memory.topic, "points"):
        return facts
    for name in _known_days(before, correction):
        known = before.fact(name)
        righted = None if known is None else _righted(known.value, correction)
        if known is not None and righted is not None:
            others = facts.from_now() & frozenset(_DAYS)
            as_before = {day: before.fact(day) or Fact(value=None, source=Source.NOW) for day in others}
            now = replace(known, value=righted, source=Source.NOW, before=None)
            return facts.with_told({**as_before, name: now})
    return facts


def _known_days(facts: Facts, correction: Correction) -> list[str]:
    """The known days that may be meant: those that hold what is taken back; where nothing is, the one told first."""
    known = [name for name in _DAYS if facts.day(name) is not None]
    back = _NUMBER.fullmatch(correction.taken_back) or _MONTH.fullmatch(correction.taken_back)
    if back is None:
        return [] if correction.taken_back else known[:1]
    of_month = _MONTH.fullmatch(correction.taken_back) is not None
    return [name for name in known if int(back[1]) == _part(facts.day(name), of_month)]


def _part(day: date | None, of_month: bool) -> int:
    return 0 if day is None else day.month if of_month else day.day


def _righted(day: date, correction: Correction) -> date | None:
    """The day with the day of the month, or the month, that the text puts in its place; None where it names neither."""
    number, month = _NUMBER.fullmatch(correction.instead), _MONTH.fullmatch(correction.instead)
    with suppress(ValueError):
        if number is not None:
            return day.replace(day=int(number[1]))
        if month is not None:
            years = (
                day.replace(year=year, month=int(month[1])) for year in (day.year - 1, day.year, day.year + 1)
            )
            return min(years, key=lambda other: abs((other - day).days))
    return None
