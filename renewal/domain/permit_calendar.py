"""The days of one permit laid out by months, as a wall calendar shows them."""

from calendar import Calendar as Weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from renewal.domain.permit_days import permit_state, reinstatement_deadline, renewal_window
from renewal.domain.rules import Rulebook
from renewal.domain.types import PermitState
from renewal.domain.workdays import Calendar, Workdays, workdays_between, works

_WEEKS = Weeks()  # Monday first


class Span(StrEnum):
    """What a renewal on that day would be: neither of both, in time, or late but in time to restore."""

    NONE = ""
    WINDOW = "window"
    RESTORE = "restore"


class Mark(StrEnum):
    """A day that is pointed out."""

    OPENS = "opens"
    EXPIRES = "expires"
    DEADLINE = "deadline"
    TODAY = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day; `works` says whether offices are open to the public calendar's knowledge."""

    day: date
    span: Span
    marks: tuple[Mark, ...]
    works: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGrid:
    """One month in weeks of seven places, Monday first; None where the week's day is of another month."""

    first_on: date
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCalendar:
    """What an expiry day comes to today, and the months from the window's first day to the last that restores.

    `workdays` counts the working days on which a visit still helps: from today, or the window's first day, to the
    expiry day; after it, to the last day that restores; none once that is past.
    """

    expires_on: date
    opens_on: date
    deadline_on: date
    state: PermitState
    counted_from: date
    counted_to: date
    workdays: Workdays
    months: tuple[MonthGrid, ...]


def permit_calendar(expires_on: date, today: date, rules: Rulebook, calendar: Calendar) -> PermitCalendar:
    """The calendar of a permit that expires on that day and has not been renewed.

    Days are calendar days. Source: clauses renewal.window_days and overdue.restore_days.

    Raises:
        RuleNotInForce: the rulebook has no such rule on the expiry day.
    """
    opens_on = renewal_window(expires_on, rules).opens_on
    deadline_on = reinstatement_deadline(expires_on, rules)
    counted_from = max(today, opens_on)
    counted_to = expires_on if today <= expires_on else deadline_on
    marked = {Mark.OPENS: opens_on, Mark.EXPIRES: expires_on, Mark.DEADLINE: deadline_on, Mark.TODAY: today}

    def cell(day: date) -> DayCell:
        return DayCell(
            day=day,
            span=_span(day, opens_on, expires_on, deadline_on),
            marks=tuple(mark for mark, on in marked.items() if on == day),
            works=works(day, calendar),
        )

    return PermitCalendar(
        expires_on=expires_on,
        opens_on=opens_on,
        deadline_on=deadline_on,
        state=permit_state(expires_on, today, rules),
        counted_from=counted_from,
        counted_to=counted_to,
        workdays=workdays_between(counted_from, counted_to, calendar),
        months=tuple(
            MonthGrid(
                first_on=first,
                weeks=tuple(
                    tuple(cell(day) if day.month == first.month else None for day in week)
                    for week in _WEEKS.monthdatescalendar(first.year, first.month)
                ),
            )
            for first in _months(opens_on, deadline_on)
        ),
    )


def _span(day: date, opens_on: date, expires_on: date, deadline_on: date) -> Span:
    if opens_on <= day <= expires_on:
        return Span.WINDOW
    return Span.RESTORE if expires_on < day <= deadline_on else Span.NONE


def _months(from_on: date, to_on: date) -> Iterator[date]:
    """The first day of each month that the days touch."""
    first = from_on.replace(day=1)
    while first <= to_on:
        yield first
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
