"""China's working days, from the published holiday lists."""

from datetime import date

import chinese_calendar

from renewal.domain import Calendar


class PublishedCalendar(Calendar):
    """Public holidays and make-up workdays as the State Council publishes them, year by year."""

    def is_workday(self, day: date) -> bool | None:
        """None for a year whose holidays are not published yet."""
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return None
