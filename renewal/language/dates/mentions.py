"""What a text names: a day, a day that comes again each year, month or week, or a day that does not exist."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Tense = Literal["past", "future", ""]
FARTHEST_YEARS = 10  # a permit runs for a year: a day farther off is a slip of the pen, or another day's
YEARS_ABOUT = 2  # a day that comes again more often within a year of today is told without its month
DAYS_OF_WEEK = 7
TILT_DAYS = 270  # how far off a word like "过期了" may move a day that comes again


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMention:
    """The day a text means, worked out to a day.

    `exact` is False where the text gives it only roughly ("月底", "四十多天"); `from_span` is True where it was counted
    from today; `shown`: a record shows it, a year after the day that the card shows.
    """

    on: date
    exact: bool = True
    from_span: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One day that a text names, from `start` to `end`.

    `days` are the days it may be, in order: none where it does not exist, several where it comes again.
    `coming`: said without more, the next of them is meant, not the nearest. `weak`: it may be no day at all.
    `since`: of a range, the days on which it may begin.
    """

    start: int
    end: int
    days: tuple[date, ...]
    exact: bool = True
    coming: bool = False
    weak: bool = False
    word: str = ""
    since: tuple[date, ...] = ()

    def on(self, today: date, tense: Tense, *, sure: bool = False) -> date | None:
        """The day that is meant. A tense that is not `sure` moves it within nine months only."""
        if len(self.days) < 2:
            return self.days[0] if self.days else None
        past = [day for day in self.days if day <= today]
        future = [day for day in self.days if day >= today]
        if tense == "past" and past and (sure or (today - past[-1]).days <= TILT_DAYS):
            return past[-1]
        if future and (self.coming or (tense == "future" and (future[0] - today).days <= TILT_DAYS)):
            return future[0]
        return min(self.days, key=lambda day: (abs((day - today).days), day < today))


class Taken:
    """The places of a text that were read already."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._places = {place for start, end in spans for place in range(start, end)}

    def meets(self, match: "re.Match[str]") -> bool:
        """Whether any of it was read already."""
        return not self._places.isdisjoint(range(*match.span()))

    def take(self, match: "re.Match[str]") -> None:
        """All of it is read."""
        self._places.update(range(*match.span()))


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where there is no such day.

    Raises:
        ValueError: the calendar has no such year.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"no year {year}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(year: int, month: int) -> date:
    """The month's last day."""
    return date(year, month, monthrange(year, month)[1])


def a_day(year: int, month: int, day: int) -> tuple[date, ...]:
    """That day alone; none where the calendar has no such day."""
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def each_year(month: int, day: int, today: date) -> tuple[date, ...]:
    """That day of each year, within a year of today: none of them is the 29th of February in most years."""
    found = [on for year in range(today.year - 1, today.year + 2) for on in a_day(year, month, day)]
    return tuple(on for on in found if abs((on - today).days) <= 365)


def each_month(day: int, today: date) -> tuple[date, ...]:
    """That day of each month, from two months ago to two months ahead."""
    firsts = [add_months(today.replace(day=1), months) for months in range(-2, 3)]
    return tuple(on for first in firsts for on in a_day(first.year, first.month, day))


def each_week(weekday: int, today: date) -> tuple[date, ...]:
    """That weekday (0 is Monday) of last week, this week and the next."""
    monday = today - timedelta(days=today.weekday())
    return tuple(monday + timedelta(days=weekday + 7 * weeks) for weeks in (-1, 0, 1))
