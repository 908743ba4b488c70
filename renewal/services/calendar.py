"""China's working days, from the published holiday lists."""

from datetime import date

import chinese_calendar

from renewal.domain import Calendar
from renewal.domain.centre_hours import DayKind
from renewal.domain.workdays import SATURDAY

# Month and day. Source: 全国年节及纪念日放假办法 (State Council, as in force since 2025-01-01), article 2.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class PublishedCalendar(Calendar):
    """Public holidays and make-up workdays as the State Council publishes them, year by year."""

    def is_workday(self, day: date) -> bool | None:
        """None in a year whose holidays are not published yet, but for those that fall on one day every year."""
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return False if (day.month, day.day) in FIXED_HOLIDAYS else None

    def day_kind(self, day: date) -> DayKind:
        """What a day is for who keeps hours: a Saturday may be an ordinary one, a holiday's, or worked."""
        try:
            off, holiday = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return DayKind.UNPUBLISHED
        if off and holiday:
            return DayKind.HOLIDAY
        return DayKind.ORDINARY if off == (day.weekday() >= SATURDAY) else DayKind.MAKE_UP
