"""Times that a text denies ("周三不行", "除了周五都可以", "not on Monday"), and what it says without them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from renewal.language import words
from renewal.language.appointments.hours import (
    CLOCK,
    DAYS_IN_WEEK,
    NOON,
    PARTS,
    THAT_WEEK,
    Part,
    clock,
    hour_side,
    week_of,
)
from renewal.language.dates.choosing import read_days
from renewal.language.dates.cleaning import tidy
from renewal.language.dates.either import find_pairs
from renewal.language.dates.joining import CLAUSE_END
from renewal.language.dates.mentions import Named

_SATURDAY = 5
_WEEKENDS = re.compile(r"周末|(?<![a-z])weekends?(?![a-z])")
_WORKDAYS = re.compile(r"工作日|(?<![a-z])week ?days?(?![a-z])")
# Between a day and an hour of one time, or two days of a list.
_AMID = re.compile(r"\s*(?:的|[和或及跟与、]|或者|还有|and|or|&|in the|at|on)?\s*的?\s*")
_SIDE_BEHIND = re.compile(r"[之以]?(?P<side>[前后])(?![天日])")
_SIDE_AHEAD = re.compile(r"(?<![a-z])(?P<side>before|after)\s+(?:the\s+)?$")
_BEFORE, _AFTER = ("前", "before"), ("后", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A time that is denied: days, a weekday (0 is Monday), a half of the day, an hour; all that stand, together."""

    first_on: date | None = None
    last_on: date | None = None
    weekday: int | None = None
    part: Part = ""
    at: time | None = None
    from_at: time | None = None
    until_at: time | None = None

    @property
    def is_whole_days(self) -> bool:
        """Whether no hour of those days is left."""
        return not (self.part or self.at or self.from_at or self.until_at)

    def holds(self, day: date, starts: time, ends: time) -> bool:
        """Whether a slot from `starts` to `ends` is denied."""
        if self.weekday is not None and day.weekday() != self.weekday:
            return False
        if (self.first_on and day < self.first_on) or (self.last_on and day > self.last_on):
            return False
        if self.at is not None:
            return starts <= self.at < ends
        if (self.from_at and ends <= self.from_at) or (self.until_at and starts >= self.until_at):
            return False
        return not self.part or (starts < NOON) == (self.part == "am")


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """A word of time, from `start` to `end` of the plain text."""

    start: int
    end: int
    days: tuple[Denied, ...] = ()
    part: Part = ""
    hour: Denied | None = None


def read_denials(text: str, today: date) -> tuple[str, tuple[Denied, ...]]:
    """The text without the times that it denies, and those; the text as it is where it denies none."""
    plain = tidy(text)
    groups = _groups(plain, _whens(text, plain, today))
    denied: list[Denied] = []
    left = plain
    for place, group in enumerate(groups):
        start, end = group[0].start, group[-1].end
        behind = groups[place + 1][0].start if place + 1 < len(groups) else len(plain)
        ahead = groups[place - 1][-1].end if place else 0
        cut = _denied_from_to(plain, ahead, start, end, behind)
        if cut is None:
            continue
        denied += _times(group)
        left = left[: cut[0]] + "，" * (cut[1] - cut[0]) + left[cut[1] :]
    return (left, tuple(denied)) if denied else (text, ())


def _denied_from_to(plain: str, ahead: int, start: int, end: int, behind: int) -> tuple[int, int] | None:
    """From where to where the words that deny reach; None where the time is not denied."""
    after = CLAUSE_END.split(plain[end:behind])[0]
    before = CLAUSE_END.split(plain[ahead:start])[-1]
    said = words.find("cannot_come", after)
    excepted = words.find("excepts", before)
    if said is None and excepted is None:
        return None
    return (
        start - len(before.lstrip()) + excepted.start() if excepted else start,
        end + len(after) - len(after.lstrip()) + said.end() if said else end,
    )


def _times(group: Sequence[_When]) -> list[Denied]:
    """What the words of time that stand together deny: each day at its hour, "周三下午和周四上午" two of them."""
    parts: list[list[_When]] = [[]]
    for when in group:
        if when.days and parts[-1] and not parts[-1][-1].days:
            parts.append([])
        parts[-1].append(when)
    return [denied for part in parts for denied in _each(part)]


def _each(group: Sequence[_When]) -> list[Denied]:
    """Each of the days at each of the hours; of "上午9点" the hour alone."""
    days = [day for when in group for day in when.days] or [Denied()]
    exact = [when for when in group if when.hour is not None] or [when for when in group if when.part]
    at_hours = [_at(day, when) for day in days for when in exact]
    return at_hours or days


def _at(day: Denied, when: _When) -> Denied:
    """The day at that hour, or in that half."""
    if when.hour is None:
        return replace(day, part=when.part)
    return replace(day, at=when.hour.at, from_at=when.hour.from_at, until_at=when.hour.until_at)


def _groups(plain: str, whens: Sequence[_When]) -> list[list[_When]]:
    """The words of time that stand together as one."""
    groups: list[list[_When]] = []
    for when in whens:
        if groups and _AMID.fullmatch(plain[groups[-1][-1].end : when.start]):
            groups[-1].append(when)
        else:
            groups.append([when])
    return groups


def _whens(text: str, plain: str, today: date) -> list[_When]:
    days = read_days(text, today)[1]
    listed = [day for pair in find_pairs(plain, days) for day in (pair.first, pair.second) if day not in days]
    found = [_day(named, plain, today) for named in (*days, *listed)]  # "25、26号不行" are two
    for match in THAT_WEEK.finditer(plain):
        first_on, last_on = week_of(match, today)
        found.append(
            _When(start=match.start(), end=match.end(), days=(Denied(first_on=first_on, last_on=last_on),))
        )
    for pattern, weekdays in ((_WEEKENDS, range(_SATURDAY, 7)), (_WORKDAYS, range(_SATURDAY))):
        for match in pattern.finditer(plain):
            each = tuple(Denied(weekday=weekday) for weekday in weekdays)
            found.append(_When(start=match.start(), end=match.end(), days=each))
    for part, concept in PARTS.items():
        found += [
            _When(start=match.start(), end=match.end(), part=part) for match in words.find_all(concept, plain)
        ]
    found += [_hour(match, plain) for match in CLOCK.finditer(plain)]
    apart: list[_When] = []
    for when in sorted(found, key=lambda when: (when.start, -when.end)):
        if not apart or when.start >= apart[-1].end:
            apart.append(when)
    return apart


def _hour(match: re.Match[str], plain: str) -> _When:
    """The hour, or what is before or after it."""
    start, end, side = hour_side(match, plain)
    at = clock(match, plain)
    hour = Denied(
        at=None if side else at,
        from_at=at if side == "from" else None,
        until_at=at if side == "until" else None,
    )
    return _When(start=start, end=end, hour=hour if at else None)


def _day(named: Named, plain: str, today: date) -> _When:
    """The day, each such weekday, the days of a range, or those before or after a day."""
    on, since = coming(named.days, today), coming(named.since, today)
    behind = _SIDE_BEHIND.match(plain, named.end)
    ahead = _SIDE_AHEAD.search(plain[: named.start])
    start, end = ahead.start() if ahead else named.start, behind.end() if behind else named.end
    side = (behind or ahead or {"side": ""})["side"]
    days: tuple[Denied, ...] = (Denied(first_on=on, last_on=on),)
    if on is None:
        days = ()
    elif since is not None:
        days = _range(named, since, on)
    elif side in _BEFORE:
        days = (Denied(last_on=on - timedelta(days=1)),)
    elif side in _AFTER:
        days = (Denied(first_on=on + timedelta(days=1)),)
    elif named.coming:
        days = (Denied(weekday=on.weekday()),)
    return _When(start=start, end=end, days=days)


def _range(named: Named, since: date, on: date) -> tuple[Denied, ...]:
    """The days from the one to the other; of mere weekdays, each of them in any week."""
    if not named.coming:
        return (Denied(first_on=min(since, on), last_on=on),)
    count = (on.weekday() - since.weekday()) % DAYS_IN_WEEK + 1
    return tuple(Denied(weekday=(since.weekday() + place) % DAYS_IN_WEEK) for place in range(count))


def coming(days: Sequence[date], today: date) -> date | None:
    """The next of the days that it may be after today; else the last, which has passed."""
    return next((day for day in days if day > today), days[-1] if days else None)
