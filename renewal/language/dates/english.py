"""Days that an English wording names, in a cleaned text."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from renewal.language.dates.mentions import (
    Named,
    Taken,
    a_day,
    add_months,
    each_month,
    each_week,
    each_year,
    month_end,
)

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
MONTH_NAME = (
    r"(?<![a-z])(?P<m>jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:[a-z]*ber)?|oct(?:ober)?|nov(?:[a-z]*ber)?|dec(?:[a-z]*ber)?)(?![a-z])\.?"
)
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:[\s,/-]*(?P<y>20\d\d))"
_MONTH_FIRST = re.compile(
    rf"(?:(?<!\d)(?P<y0>20\d\d)[\s,/-]+)?{MONTH_NAME}[\s-]*(?:the\s+)?{_DAY}(?!\d|%){_YEAR}?"
)
_DAY_FIRST = re.compile(rf"(?<!\d){_DAY}(?:\s+of)?[\s-]*{MONTH_NAME}{_YEAR}?")
_OF_MONTH = re.compile(rf"(?<!\d){_DAY}\s+of\s+(?P<which>this|next|last)\s+month")
_DAY_ALONE = re.compile(r"(?:on|the|until)\s+(?P<d>\d{1,2})(?:st|nd|rd|th)(?!\s*(?:floor|line|time|year|of))")
_END = re.compile(
    rf"(?:the\s+)?end\s+of\s+(?:the\s+)?(?:(?:(?P<which>this|next|last)\s+)?(?P<unit>month|year)|{MONTH_NAME})"
)
_WEEKDAY = re.compile(
    r"(?:(?P<which>this|next|last|coming)\s+)?"
    r"(?<![a-z])(?P<w>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satu?r?|sun)days?(?![a-z])"
)
# "on wed", "next fri": by itself such a word may be another ("sun", "sat").
_SHORT_WEEKDAY = re.compile(
    r"(?<![a-z])(?:on|by|until|till|before|(?P<which>this|next|last|coming))\s+"
    r"(?P<w>mon|tues?|wed|thurs?|thu|fri|sat|sun)(?![a-z])"
)
_NEAR = re.compile(r"the day after tomorrow|the day before yesterday|tomorrow|yesterday|today")
_NEAR_DAYS = {
    "the day after tomorrow": 2,
    "the day before yesterday": -2,
    "tomorrow": 1,
    "yesterday": -1,
    "today": 0,
}
_WHICH = {"last": -1, "this": 0, "next": 1, None: 0}


def find_english_days(text: str, today: date) -> Iterator[Named]:
    """Each day that the text names in English."""
    if not re.search(r"[a-z]{2}", text):
        return
    taken = Taken()
    for pattern, read in (
        (_OF_MONTH, _of_month),
        (_END, _end),
        (_DAY_FIRST, _with_month),
        (_MONTH_FIRST, _with_month),
        (_DAY_ALONE, _alone),
        (_WEEKDAY, _weekday),
        (_SHORT_WEEKDAY, _weekday),
        (_NEAR, _near),
    ):
        for match in pattern.finditer(text):
            if taken.meets(match):
                continue
            taken.take(match)
            yield read(match, today)


def _with_month(match: re.Match[str], today: date) -> Named:
    month, day = MONTHS.index(match["m"][:3]) + 1, int(match["d"])
    year = match["y"] or match.groupdict().get("y0")
    days = a_day(int(year), month, day) if year else each_year(month, day, today)
    return Named(start=match.start(), end=match.end(), days=days, word=match.group())


def _of_month(match: re.Match[str], today: date) -> Named:
    first = add_months(today.replace(day=1), _WHICH[match["which"]])
    days = a_day(first.year, first.month, int(match["d"]))
    return Named(start=match.start(), end=match.end(), days=days, word=match.group())


def _alone(match: re.Match[str], today: date) -> Named:
    return Named(
        start=match.start(), end=match.end(), days=each_month(int(match["d"]), today), word=match.group()
    )


def _end(match: re.Match[str], today: date) -> Named:
    days: tuple[date, ...]
    if match["m"]:
        month = MONTHS.index(match["m"][:3]) + 1
        ends = (month_end(year, month) for year in range(today.year - 1, today.year + 2))
        days = tuple(on for on in ends if abs((on - today).days) <= 365)
    elif match["unit"] == "year":
        days = (date(today.year + _WHICH[match["which"]], 12, 31),)
    else:
        first = add_months(today.replace(day=1), _WHICH[match["which"]])
        days = (month_end(first.year, first.month),)
    return Named(start=match.start(), end=match.end(), days=days, exact=False, word=match.group())


def _weekday(match: re.Match[str], today: date) -> Named:
    """Weeks begin on Monday: next Friday is the Friday of the week that follows this one."""
    days = each_week(_WEEKDAYS.index(match["w"][:3]), today)
    if match["which"] in (None, "coming"):
        return Named(start=match.start(), end=match.end(), days=days, coming=True, word=match.group())
    on = days[1] + timedelta(days=7 * _WHICH[match["which"]])
    return Named(start=match.start(), end=match.end(), days=(on,), word=match.group())


def _near(match: re.Match[str], today: date) -> Named:
    on = today + timedelta(days=_NEAR_DAYS[match.group()])
    return Named(start=match.start(), end=match.end(), days=(on,), word=match.group())
