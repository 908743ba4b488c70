"""A centre's hours: read from one line, and cut into slots by the kind of the day."""

from datetime import date, time

import pytest

from renewal.domain.centre_hours import BadHours, DayKind, Span, end_of_slot, parse_hours, slots_of_day

LINE = "周一至周五 09:00-11:30 13:30-16:30; 周六 09:00-11:30"
MONDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 29)
MORNING = Span(opens=time(9), closes=time(11, 30))
AFTERNOON = Span(opens=time(13, 30), closes=time(16, 30))


def test_each_weekday_has_the_spans_that_its_part_names() -> None:
    hours = parse_hours(LINE)
    assert hours.by_weekday == ((MORNING, AFTERNOON),) * 5 + ((MORNING,), ())


@pytest.mark.parametrize(
    "line",
    [
        "周一到周五09：00－11：30，13：30－16：30；周六9:00-11:30",
        "星期一-星期五 9:00~11:30、13:30~16:30; 礼拜六 09:00—11:30",
        "Mon-Fri 09:00-11:30 13:30-16:30; Sat 09:00-11:30",
        "Monday to Friday: 9.00 - 11.30, 13.30 - 16.30; Saturday: 9.00 - 11.30",
        "工作日 09:00至11:30 13:30至16:30\n周六 09:00至11:30",
        "周一、周二、周三、周四、周五 09:00-11:30 13:30-16:30;周六 09:00-11:30;",
    ],
)
def test_the_usual_ways_of_writing_hours_are_read_alike(line: str) -> None:
    assert parse_hours(line) == parse_hours(LINE)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "empty"),
        (" ; ", "empty"),
        ("09:00-11:30", "no_days"),
        ("周一至周五", "bad_time"),
        ("周八 09:00-11:30", "unknown_day"),
        ("周五至周一 09:00-11:30", "unknown_day"),
        ("周一 09:00", "bad_time"),
        ("周一 25:00-26:00", "bad_time"),
        ("周一 09:70-11:30", "bad_time"),
        ("周一 11:30-09:00", "bad_time"),
        ("周一 09:00-11:30 大概", "bad_time"),
        ("周一 09:00-11:30 11:00-12:00", "spans_meet"),
        ("周一 13:30-16:30 09:00-11:30", "spans_meet"),
        ("周一至周五 09:00-11:30; 周三 13:30-16:30", "day_twice"),
        ("周一、周一 09:00-11:30", "day_twice"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused_with_what_is_wrong(line: str, reason: str) -> None:
    with pytest.raises(BadHours) as refused:
        parse_hours(line)
    assert refused.value.reason == reason


def test_an_ordinary_day_has_the_slots_of_its_weekday() -> None:
    hours = parse_hours(LINE)
    assert slots_of_day(hours, MONDAY, DayKind.ORDINARY, 60) == (
        time(9),
        time(10),
        time(13, 30),
        time(14, 30),
        time(15, 30),
    )
    assert slots_of_day(hours, SATURDAY, DayKind.ORDINARY, 30)[-1] == time(11)
    assert slots_of_day(hours, SUNDAY, DayKind.ORDINARY, 30) == ()


@pytest.mark.parametrize("day", [MONDAY, SATURDAY])
def test_a_public_holiday_has_no_slots_even_where_the_weekday_is_open(day: date) -> None:
    assert slots_of_day(parse_hours(LINE), day, DayKind.HOLIDAY, 30) == ()


@pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
def test_a_make_up_workday_is_open_as_a_weekday_is(day: date) -> None:
    hours = parse_hours(LINE)
    assert slots_of_day(hours, day, DayKind.MAKE_UP, 30) == slots_of_day(hours, MONDAY, DayKind.ORDINARY, 30)


def test_in_a_year_that_is_not_published_only_mondays_to_fridays_are_counted_on() -> None:
    hours = parse_hours(LINE)
    assert slots_of_day(hours, MONDAY, DayKind.UNPUBLISHED, 30)
    assert slots_of_day(hours, SATURDAY, DayKind.UNPUBLISHED, 30) == ()


def test_a_slot_that_would_outlast_its_span_is_none() -> None:
    hours = parse_hours("周一 09:00-09:50")
    assert slots_of_day(hours, MONDAY, DayKind.ORDINARY, 20) == (time(9), time(9, 20))
    assert slots_of_day(hours, MONDAY, DayKind.ORDINARY, 60) == ()


def test_a_slot_without_minutes_is_refused() -> None:
    with pytest.raises(ValueError, match="minute"):
        slots_of_day(parse_hours(LINE), MONDAY, DayKind.ORDINARY, 0)


def test_a_slot_ends_so_many_minutes_later_on_its_own_day() -> None:
    assert end_of_slot(time(9, 30), 45) == time(10, 15)
    assert end_of_slot(time(23, 30), 45) == time(23, 59)
