"""When a service centre is open, as one line tells it, and the slots that a day of it has."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from itertools import pairwise

from renewal.domain.errors import RenewalError
from renewal.domain.workdays import SATURDAY

DAYS_IN_WEEK = 7
MINUTES_IN_HOUR = 60
MINUTES_IN_DAY = 24 * MINUTES_IN_HOUR

_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = {
    **{name: at for at, name in enumerate("一二三四五六日")},
    "天": SATURDAY + 1,
    **{name: at for at, name in enumerate(_ENGLISH)},
}
_EVERY_DAY = {"每天": range(DAYS_IN_WEEK), "工作日": range(SATURDAY), "双休日": range(SATURDAY, DAYS_IN_WEEK)}
_EVERY_DAY |= {"daily": range(DAYS_IN_WEEK), "周末": range(SATURDAY, DAYS_IN_WEEK)}
_DAY = r"(?:(?:周|星期|礼拜)?([一二三四五六日天])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
_TO = r"\s*(?:至|到|-|–|—|~|to)\s*"
_ONE_OR_RANGE = re.compile(rf"{_DAY}(?:{_TO}{_DAY})?")
_TIME = r"(\d{1,2})[:.](\d{2})"
_SPAN = re.compile(rf"{_TIME}{_TO}{_TIME}")
_PARTS_BREAK = re.compile(r"[;\n]+")
_LIST_BREAK = re.compile(r"[、,，\s]+")


class BadHours(RenewalError):
    """A centre's hours cannot be read. `reason` names what is wrong, `part` the words in which it is."""

    def __init__(self, reason: str, part: str) -> None:
        self.reason, self.part = reason, part
        super().__init__(f"{reason}: {part}")


class DayKind(StrEnum):
    """What a day is by the published lists.

    ORDINARY: what its weekday says. HOLIDAY: a public holiday, a Saturday or Sunday within one included.
    MAKE_UP: a Saturday or Sunday that is worked. UNPUBLISHED: its year's list is not out.
    """

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Open from `opens` to `closes`, which belongs to it no more."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a span ends after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The spans of each weekday, Monday first; a day without any is closed."""

    by_weekday: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        if len(self.by_weekday) != DAYS_IN_WEEK:
            raise ValueError("a week has seven days")
        if not any(self.by_weekday):
            raise ValueError("a centre is open on some day")

    def spans(self, day: date, kind: DayKind) -> tuple[Span, ...]:
        """When the centre is open on a day.

        A make-up workday has the hours of the first weekday that it is open on. Of a year that is not published
        only Mondays to Fridays are counted on.
        """
        weekday = day.weekday()
        if kind is DayKind.HOLIDAY or (kind is DayKind.UNPUBLISHED and weekday >= SATURDAY):
            return ()
        if kind is DayKind.MAKE_UP:
            return next((spans for spans in self.by_weekday[:SATURDAY] if spans), ())
        return self.by_weekday[weekday]


def parse_hours(line: str) -> Hours:
    """Hours from one line: `周一至周五 09:00-11:30 13:30-16:30; 周六 09:00-11:30`, or with Mon-Fri.

    Parts are divided by semicolons; each names its days, then its spans.

    Raises:
        BadHours: no part, a part without days or spans, a time that is none, spans that meet or go back, a day
            twice.
    """
    by_weekday: dict[int, tuple[Span, ...]] = {}
    parts = [part.strip() for part in _PARTS_BREAK.split(_plain(line)) if part.strip()]
    if not parts:
        raise BadHours("empty", line.strip())
    for part in parts:
        for weekday in _weekdays(part):
            if weekday in by_weekday:
                raise BadHours("day_twice", part)
            by_weekday[weekday] = _spans(part)
    return Hours(by_weekday=tuple(by_weekday.get(weekday, ()) for weekday in range(DAYS_IN_WEEK)))


def slots_of_day(hours: Hours, day: date, kind: DayKind, slot_minutes: int) -> tuple[time, ...]:
    """The beginnings of a day's slots, in order. A slot ends within its span: what is left over is no slot.

    Raises:
        ValueError: a slot has no minutes.
    """
    if slot_minutes < 1:
        raise ValueError("a slot lasts a minute at least")
    return tuple(
        _as_time(minute)
        for span in hours.spans(day, kind)
        for minute in range(_minute(span.opens), _minute(span.closes) - slot_minutes + 1, slot_minutes)
    )


def end_of_slot(starts: time, slot_minutes: int) -> time:
    """When a slot ends; midnight stays on its day as 23:59."""
    return _as_time(min(_minute(starts) + slot_minutes, MINUTES_IN_DAY - 1))


def _plain(line: str) -> str:
    """One width, lower case; times stay whole where a range has spaces."""
    return unicodedata.normalize("NFKC", line).lower().replace("–", "-").replace("—", "-")


def _weekdays(part: str) -> tuple[int, ...]:
    head = re.split(r"\d", part, maxsplit=1)[0].strip(" :,、")
    if not head:
        raise BadHours("no_days", part)
    found: list[int] = []
    for named in filter(None, _LIST_BREAK.split(re.sub(_TO, "-", head))):
        found += _EVERY_DAY.get(named) or _range(named, part)
    if len(found) != len(set(found)):
        raise BadHours("day_twice", part)
    return tuple(found)


def _range(named: str, part: str) -> range:
    match = _ONE_OR_RANGE.fullmatch(named)
    if match is None:
        raise BadHours("unknown_day", part)
    first, *last = [_NAMES[name] for name in match.groups() if name]
    end = last[0] if last else first
    if end < first:
        raise BadHours("unknown_day", part)
    return range(first, end + 1)


def _spans(part: str) -> tuple[Span, ...]:
    times = part[re.search(r"\d|$", part).start() :]  # type: ignore[union-attr]
    rest = _SPAN.sub(" ", times).strip(" ,、")
    spans = tuple(_read_spans(times, part))
    if rest or not spans:
        raise BadHours("bad_time", part)
    if any(before.closes > after.opens for before, after in pairwise(spans)):
        raise BadHours("spans_meet", part)
    return spans


def _read_spans(times: str, part: str) -> Iterator[Span]:
    for match in _SPAN.finditer(times):
        try:
            hour, minute, to_hour, to_minute = map(int, match.groups())
            yield Span(opens=time(hour, minute), closes=time(to_hour, to_minute))
        except ValueError:
            raise BadHours("bad_time", part) from None


def _minute(at: time) -> int:
    return at.hour * MINUTES_IN_HOUR + at.minute


def _as_time(minute: int) -> time:
    return time(*divmod(minute, MINUTES_IN_HOUR))
