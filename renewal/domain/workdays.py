"""Due days in working days, with public holidays and the weekends worked in their place."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

SATURDAY = 5


class Calendar(Protocol):
    """Knows the public holidays of the years that are published."""

    def is_workday(self, day: date) -> bool | None:
        """Whether offices work on that day; None where that year's holidays are not published yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDay:
    """A last day, and whether every day up to it was counted with known holidays."""

    due_on: date
    holidays_known: bool


def due_on(received_on: date, working_days: int, calendar: Calendar) -> DueDay:
    """The last of `working_days` working days, of which the first is the next one after `received_on`.

    Where a year's holidays are not published, its Mondays to Fridays are counted and `holidays_known` is
    False: the true day may then be later.

    Raises:
        ValueError: fewer than one working day was asked for.
    """
    if working_days < 1:
        raise ValueError("a term has at least one working day")
    day, left, known = received_on, working_days, True
    while left:
        day += timedelta(days=1)
        known = known and calendar.is_workday(day) is not None
        left -= works(day, calendar)
    return DueDay(due_on=day, holidays_known=known)


def workdays_begun(received_on: date, today: date, calendar: Calendar) -> int:
    """How many working days have begun after `received_on`, `today` counted; 0 where it is today or to come."""
    days = (received_on + timedelta(days=away) for away in range(1, (today - received_on).days + 1))
    return sum(works(day, calendar) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdays:
    """How many working days there are, and whether every day was judged with known holidays."""

    count: int
    holidays_known: bool


def workdays_between(first_on: date, last_on: date, calendar: Calendar) -> Workdays:
    """The working days from `first_on` to `last_on`, both counted; none where the first comes after the last."""
    days = [first_on + timedelta(days=away) for away in range((last_on - first_on).days + 1)]
    return Workdays(
        count=sum(works(day, calendar) for day in days),
        holidays_known=all(calendar.is_workday(day) is not None for day in days),
    )


def works(day: date, calendar: Calendar) -> bool:
    """Whether offices work then: Monday to Friday in a year whose holidays are not published."""
    known = calendar.is_workday(day)
    return day.weekday() < SATURDAY if known is None else known
