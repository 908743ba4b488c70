"""Days that a Chinese or numeric wording names, in a cleaned text."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from renewal.language.dates.edges import MONTHS_AWAY, YEAR, YEARS_AWAY, find_edges, year_of
from renewal.language.dates.mentions import (
    FARTHEST_YEARS,
    Named,
    Taken,
    a_day,
    add_months,
    each_month,
    each_week,
    each_year,
)

Reader = Callable[[re.Match[str], date], Named | None]

_NEAR = {
    **dict.fromkeys(("大前天", "大前日"), -3),
    **dict.fromkeys(("前天", "前日", "前儿", "前晚"), -2),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "昨朝", "昨晚", "昨夜"), -1),
    **dict.fromkeys(("今天", "今日", "今儿", "今朝", "当天", "今早", "今晚"), 0),
    **dict.fromkeys(("明天", "明日", "明儿", "明朝", "明早", "明晚"), 1),
    **dict.fromkeys(("后天", "后日", "后儿"), 2),
    **dict.fromkeys(("大后天", "大后日"), 3),
}
_WEEKDAYS = "1234567"
_MONTH = r"(?P<month>上上|下下|上|下|这|本|当)个?月的?"
_MONTH_SAID = re.compile(
    rf"(?:{_MONTH}|(?<!\d)(?P<m>\d{{1,2}})月份?)[底初中末]?(?=就?要?到期|就?过期|的?[去来办]?[,，])"
)
_DAY_SIGN = r"\s*(?:日|号|好|曰|浩){0,3}"
_DIVIDE = r"\s*[-/._、—–]+\s*"
_FULL_YEAR = rf"(?<!\d)(?P<y>\d{{4}}|(?<!\d[./])\d\d)(?:\s*年\s*|{_DIVIDE})"  # "12.29、1.18" names no year 29
_NO_COUNT = r"(?!\d|\s*(?:个|天|年|%|元|块|倍|平|折|万|分(?!别|开|头)|室|楼|弄|周))"


def find_days(text: str, today: date) -> Iterator[Named]:
    """Each day that the text names, the longest wording first; a place in the text is read once."""
    edges = list(find_edges(text, today))
    yield from edges
    taken = Taken((edge.start, edge.end) for edge in edges)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if taken.meets(match):
                continue
            found = read(match, today)
            if found is not None:
                taken.take(match)
                yield found


def _named(
    match: re.Match[str],
    days: tuple[date, ...],
    *,
    coming: bool = False,
    weak: bool = False,
) -> Named:
    return Named(
        start=match.start(),
        end=match.end(),
        days=days,
        coming=coming,
        weak=weak,
        word=match.group(),
    )


def _full(match: re.Match[str], today: date) -> Named | None:
    year = year_of(match["y"], today)
    if len(match["y"]) == 2 and abs(year - today.year) > FARTHEST_YEARS:
        return None
    return _named(match, a_day(year, int(match["m"]), int(match["d"])))


def _year_last(match: re.Match[str], today: date) -> Named | None:
    """12/5/2026 is the fifth of December; 25/12/2026 can only be the twenty-fifth."""
    first, second, year = int(match["a"]), int(match["b"]), year_of(match["y"], today)
    if abs(year - today.year) > FARTHEST_YEARS:
        return None
    month, day = (second, first) if first > 12 else (first, second)
    return _named(match, a_day(year, month, day))


def _of_named_year(match: re.Match[str], today: date) -> Named | None:
    return _named(match, a_day(year_of(match["year"], today), int(match["m"]), int(match["d"])))


def _month_and_day(match: re.Match[str], today: date) -> Named | None:
    return _named(match, each_year(int(match["m"]), int(match["d"]), today))


def _bare_numbers(match: re.Match[str], today: date) -> Named | None:
    return _named(match, each_year(int(match["m"]), int(match["d"]), today), weak=True)


def _of_named_month(match: re.Match[str], today: date) -> Named | None:
    first = add_months(today.replace(day=1), MONTHS_AWAY[match["month"]])
    return _named(match, a_day(first.year, first.month, int(match["d"])))


def _same_day(match: re.Match[str], today: date) -> Named | None:
    months = MONTHS_AWAY[match["month"]] if match["month"] else 12 * YEARS_AWAY[match["year"]]
    return _named(match, (add_months(today, months),))


def _near_day(match: re.Match[str], today: date) -> Named | None:
    return _named(match, (today + timedelta(days=_NEAR[match.group()]),))


def _weekday(match: re.Match[str], today: date) -> Named | None:
    """Weeks begin on Monday: 下周日 is the last day of the week that follows this one."""
    weekday = _WEEKDAYS.find(match["weekday"]) if match["weekday"] in _WEEKDAYS else 6
    days = each_week(weekday, today)
    if match["week"] is None:
        return _named(match, days, coming=True)
    return _named(match, (days[1] + timedelta(days=7 * MONTHS_AWAY[match["week"]]),))


def _day_alone(match: re.Match[str], today: date) -> Named | None:
    """That day of the month which the text spoke of before ("下个月到期，15号"), else of each month."""
    said = [m for m in _MONTH_SAID.finditer(match.string) if m.end() <= match.start()]
    if said and said[-1]["month"]:
        first = add_months(today.replace(day=1), MONTHS_AWAY[said[-1]["month"]])
        return _named(match, a_day(first.year, first.month, int(match["d"])))
    if said:
        return _named(match, each_year(int(said[-1]["m"]), int(match["d"]), today))
    return _named(match, each_month(int(match["d"]), today))


_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            rf"{_FULL_YEAR}(?P<m>\d{{1,2}})(?:\s*月份?\s*|{_DIVIDE})(?P<d>\d{{1,2}})(?!\d|个){_DAY_SIGN}",
            _full,
        ),
        (r"(?<!\d)(?P<y>20\d\d)\s+(?P<m>\d{1,2})\s+(?P<d>\d{1,2})(?!\d)", _full),
        (r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)", _full),
        (
            r"(?<![\d./-])(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>20\d\d|\d\d)(?![\d./-])",
            _year_last,
        ),
        (rf"{YEAR}(?P<m>\d{{1,2}})月份?(?P<d>\d{{1,2}}){_NO_COUNT}{_DAY_SIGN}", _of_named_year),
        (
            rf"(?<!\d)(?P<m>\d{{1,2}})\s*月\s*份?\s*(?P<d>\d{{1,2}}){_NO_COUNT}{_DAY_SIGN}",
            _month_and_day,
        ),
        (rf"{_MONTH}(?P<d>\d{{1,2}}){_NO_COUNT}{_DAY_SIGN}", _of_named_month),
        (r"(?P<month>上|下)个?月的?今[天日](?P<year>)", _same_day),
        (r"(?P<year>去年|明年|前年|后年)的?今[天日](?P<month>)", _same_day),
        (
            r"(?P<week>上上|下下|上|下|这|本)?个?(?:周|礼拜|星期)(?P<weekday>[1-7日天])(?<!(?<![周拜期])\d周\d)(?![\d天个小])",
            _weekday,
        ),
        ("|".join(sorted(_NEAR, key=len, reverse=True)), _near_day),
        (
            rf"(?<![\d./※-])(?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12]\d|0?[1-9])(?![./-]){_NO_COUNT}{_DAY_SIGN}",
            _bare_numbers,
        ),
        (r"(?<![\d./※-])(?P<d>1[3-9]|2\d|3[01])/(?P<m>1[0-2]|0?[1-9])(?![\d./-])", _bare_numbers),
        (
            r"(?<![\d月※./-])(?P<d>\d{1,2})\s*(?:号|日(?!内|后|前|之|以|左)){1,3}(?!\d(?![起道块同]))",
            _day_alone,
        ),
    )
)
