from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import Calendar, DueDay, due_on
from renewal.services.calendar import PublishedCalendar

terms = st.integers(min_value=1, max_value=60)


def works(calendar: Calendar, day: date) -> bool:
    known = calendar.is_workday(day)
    return day.weekday() < 5 if known is None else known


@pytest.mark.parametrize(
    ("received_on", "working_days", "last_on"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 9, 29), 2, date(2026, 10, 8)),
        (date(2026, 9, 18), 2, date(2026, 9, 21)),
    ],
    ids=[
        "the day of receipt is not counted",
        "a weekend is passed over",
        "ten days",
        "the National Day holiday is passed over",
        "a Sunday worked for a holiday counts",
    ],
)
def test_working_days_follow_the_published_holidays(
    holidays: PublishedCalendar, received_on: date, working_days: int, last_on: date
):
    assert due_on(received_on, working_days, holidays) == DueDay(due_on=last_on, holidays_known=True)


def test_past_the_published_years_mondays_to_fridays_are_counted_and_that_is_said(
    holidays: PublishedCalendar,
):
    assert due_on(date(2035, 5, 4), 1, holidays) == DueDay(due_on=date(2035, 5, 7), holidays_known=False)


def test_a_term_over_new_year_into_an_unpublished_year_says_so(holidays: PublishedCalendar):
    last_known = max(year for year in range(2026, 2034) if holidays.is_workday(date(year, 6, 1)) is not None)
    due = due_on(date(last_known, 12, 25), 10, holidays)
    assert due.due_on.year == last_known + 1
    assert not due.holidays_known


@given(received_on=st.dates(date(2020, 1, 1), date(2040, 1, 1)), working_days=terms)
def test_a_due_day_is_a_working_day_and_leaves_exactly_so_many(
    holidays: PublishedCalendar, received_on: date, working_days: int
):
    due = due_on(received_on, working_days, holidays)
    between = [received_on + timedelta(days=n) for n in range(1, (due.due_on - received_on).days + 1)]
    assert works(holidays, due.due_on)
    assert sum(works(holidays, day) for day in between) == working_days
    assert due.holidays_known == all(holidays.is_workday(day) is not None for day in between)


@given(received_on=st.dates(date(2020, 1, 1), date(2040, 1, 1)), working_days=terms)
def test_a_longer_term_ends_later(holidays: PublishedCalendar, received_on: date, working_days: int):
    shorter = due_on(received_on, working_days, holidays)
    assert shorter.due_on < due_on(received_on, working_days + 1, holidays).due_on


@pytest.mark.parametrize("working_days", [0, -1])
def test_a_term_without_a_working_day_is_refused(holidays: PublishedCalendar, working_days: int):
    with pytest.raises(ValueError, match="at least one working day"):
        due_on(date(2026, 11, 23), working_days, holidays)
