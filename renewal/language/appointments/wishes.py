"""When a text wishes to come: a day, an hour, one of the times offered, whatever comes first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Literal

from renewal.language.appointments.purposes import (
    BY_EXPIRY,
    CLOCK,
    NUMBER,
    OTHERS,
    PARTS,
    SOONEST,
    THAT_WEEK,
    moves,
)
from renewal.language.contact import CORRECTS, simple
from renewal.language.dates import number
from renewal.language.dates.choosing import read_days
from renewal.language.dates.mentions import Named

NOON = time(12)
FIRST_HOUR_AS_SAID = 8  # "3点" is the afternoon's, "8点" the morning's
DAYS_IN_WEEK = 7

_MINUTES: Mapping[str, int] = MappingProxyType({"": 0, "半": 30, "一刻": 15, "三刻": 45})
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_CHOICE = re.compile(
    r"(?:我|就|要|选|那|约|挑|定|option|number|no\.?|the|\s)*"
    rf"(?:第(?P<nth>{NUMBER})(?:个|项|家|号|种)?|(?P<bare>{NUMBER})(?:个|号|项)?"
    r"|(?P<word>first|second|third|fourth|fifth|last)(?: one)?|(?P<final>最后)一?[个项]?)"
    r"(?:时间|时段|中心|吧|好了|可以|就行|行|的|了|呀|啊|please|\s)*",
    re.IGNORECASE,
)
_OF_MONTH = re.compile(r"(?<!第)(?<!\d)\d{1,2}号")
Part = Literal["am", "pm", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a text asks of the time: a day, or a stretch of days; an hour, or a half of the day; one of the offers.

    `choice` is the place of the offer that is named (1 is the first, -1 the last). `soonest`: whatever comes
    first. `others`: other times than were offered.
    """

    first_on: date | None = None
    last_on: date | None = None
    part: Part = ""
    at: time | None = None
    choice: int | None = None
    soonest: bool = False
    others: bool = False

    @property
    def says_when(self) -> bool:
        """Whether it names a day or an hour, if only roughly."""
        return bool(self.first_on or self.part or self.at)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was wished of the time."""
        return not (self.says_when or self.choice or self.soonest or self.others)

    def on_the_days_of(self, first_on: date, last_on: date) -> "Wish":
        """The same hour, on the days that were wished before; where this wish names a day, or no hour, itself."""
        if self.first_on is not None or not (self.at or self.part):
            return self
        return replace(self, first_on=first_on, last_on=last_on)

    @property
    def day(self) -> date | None:
        """The one day that is named."""
        return self.first_on if self.first_on == self.last_on else None

    def takes(self, day: date, starts: time) -> bool:
        """Whether a slot's beginning is as wished, the exact hour aside."""
        if self.first_on and day < self.first_on:
            return False
        if self.last_on and day > self.last_on:
            return False
        return not self.part or (starts < NOON) == (self.part == "am")


def read_wish(
    text: str, today: date, offered_days: tuple[date, ...] = (), expires_on: date | None = None
) -> Wish:
    """What a text asks of the time. `offered_days` are those of the offers that stand, in order.

    A weekday, a day of the month or of the year without more is the next one after today; a day may also be told
    by the permit's expiry.
    """
    choice = _choice(text, offered_days)
    if choice is not None:
        return Wish(choice=choice)
    clean = simple(text)
    by_expiry = _by_expiry(clean, expires_on)
    first_on, last_on = (by_expiry, by_expiry) if by_expiry else _days(clean, today)
    at = _clock(clean)
    part = _part(clean, at)
    says_when = bool(first_on or part)
    return Wish(
        first_on=first_on,
        last_on=last_on,
        part=part,
        at=at,
        soonest=bool(SOONEST.search(clean)),
        others=not says_when and bool(OTHERS.search(clean)),
    )


def read_place(text: str) -> int | None:
    """The place in a list that a text is nothing but the name of: 1 is the first, -1 the last."""
    match = _CHOICE.fullmatch(simple(text).strip(" 。.!！，,、"))
    if match is None:
        return None
    if match["nth"] is None and match["bare"] is None:
        return -1 if match["final"] else _ORDINAL[match["word"].lower()]
    place = number(match["nth"] or match["bare"])
    return int(place) if place else None


def _part(clean: str, at: time | None) -> Part:
    if at is not None:
        return "am" if at < NOON else "pm"
    if PARTS["am"].search(clean):
        return "am"
    return "pm" if PARTS["pm"].search(clean) else ""


def _days(clean: str, today: date) -> tuple[date | None, date | None]:
    _, named, _ = read_days(clean, today)
    if named:
        chosen = named[-1] if CORRECTS.search(clean) or moves(clean) else named[0]
        on = _coming(chosen, today)
        return on, on
    week = THAT_WEEK.search(clean)
    if week is None:
        return None, None
    monday = today - timedelta(days=today.weekday()) + timedelta(days=DAYS_IN_WEEK * bool(week["next"]))
    return monday, monday + timedelta(days=DAYS_IN_WEEK - 1)


def _by_expiry(clean: str, expires_on: date | None) -> date | None:
    """The day that is told by the expiry: 到期那天, 到期前一天."""
    match = BY_EXPIRY.search(clean)
    if match is None or expires_on is None:
        return None
    days = number(match["before"]) if match["before"] else 0
    return None if days is None else expires_on - timedelta(days=int(days))


def _coming(named: Named, today: date) -> date | None:
    """The next of the days that it may be after today; else the last, which has passed."""
    return next((day for day in named.days if day > today), named.days[-1] if named.days else None)


def _clock(clean: str) -> time | None:
    found = list(CLOCK.finditer(clean))
    if not found:
        return None
    match = found[-1] if CORRECTS.search(clean) or moves(clean) else found[0]
    hour = number(match["hour"] or match["h"] or match["at"] or "")
    minute = _minute(match["said"] or match["minute"] or match["m"] or "")
    if hour is None or minute is None:
        return None
    before = clean[max(0, match.start() - 6) : match.start()]
    half = (match["ampm"] or "").lower()
    if half == "p" or (not half and PARTS["pm"].search(before)):
        hour = hour + 12 if hour < 12 else hour
    elif not half and not PARTS["am"].search(before) and hour < FIRST_HOUR_AS_SAID:
        hour += 12
    return time(int(hour), minute) if 0 <= hour < 24 and minute < 60 else None


def _minute(said: str) -> int | None:
    if said in _MINUTES:
        return _MINUTES[said]
    found = number(said.removesuffix("分"))
    return None if found is None else int(found)


def _choice(text: str, offered_days: tuple[date, ...]) -> int | None:
    """Which of the offers a text names by its place. "3号" is a day of the month where an offer is on it."""
    place = read_place(text) if offered_days else None
    if place is None or not _OF_MONTH.search(simple(text)):
        return place
    of_month = place > len(offered_days) or any(day.day == place for day in offered_days)
    return None if of_month else place
