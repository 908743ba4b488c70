"""Feasts by which a holder tells a day: those of the sun's calendar, and those that fall on another day each year."""

from datetime import date
from types import MappingProxyType

# New Year's Day of the lunar calendar, by the Purple Mountain Observatory's almanac.
LUNAR_NEW_YEARS = MappingProxyType(
    {
        2024: date(2024, 2, 10),
        2025: date(2025, 1, 29),
        2026: date(2026, 2, 17),
        2027: date(2027, 2, 6),
        2028: date(2028, 1, 26),
        2029: date(2029, 2, 13),
        2030: date(2030, 2, 3),
        2031: date(2031, 1, 23),
        2032: date(2032, 2, 11),
        2033: date(2033, 1, 31),
        2034: date(2034, 2, 19),
        2035: date(2035, 2, 8),
    }
)
_FIXED = MappingProxyType(
    {"元旦": (1, 1), "劳动": (5, 1), "国庆": (10, 1), "圣诞": (12, 25), "平安夜": (12, 24)}
)
_FIRST_YEAR = min(LUNAR_NEW_YEARS)
# Month and day of each year from the first one on.
_MOVING = MappingProxyType(
    {
        "清明": "4-4 4-4 4-5 4-5 4-4 4-4 4-5 4-5 4-4 4-4 4-5 4-5",
        "端午": "6-10 5-31 6-19 6-9 5-28 6-16 6-5 6-24 6-12 6-1 6-20 6-10",
        "中秋": "9-17 10-6 9-25 9-15 10-3 9-22 9-12 10-1 9-19 9-8 9-27 9-16",
        "重阳": "10-11 10-29 10-18 10-8 10-26 10-16 10-5 10-24 10-12 10-1 10-20 10-9",
        "冬至": "12-21 12-21 12-22 12-22 12-21 12-21 12-22 12-22 12-21 12-21 12-22 12-22",
    }
)
FEASTS = (*_FIXED, *_MOVING)


def feast_on(feast: str, year: int) -> date | None:
    """The day of the feast in that year; None for a year of which the calendar here does not tell it."""
    if feast in _FIXED:
        return date(year, *_FIXED[feast])
    days = _MOVING[feast].split()
    if not 0 <= year - _FIRST_YEAR < len(days):
        return None
    month, day = days[year - _FIRST_YEAR].split("-")
    return date(year, int(month), int(day))


def feasts_about(feast: str, year: int) -> tuple[date, ...]:
    """The feast of the year before, of the year and of the next."""
    around = (feast_on(feast, year + away) for away in (-1, 0, 1))
    return tuple(day for day in around if day is not None)
