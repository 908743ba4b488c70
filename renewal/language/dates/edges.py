"""First and last days of a month or a year, and a feast with the days beside it, in a cleaned text."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from renewal.language.dates.english import MONTH_NAME, MONTHS
from renewal.language.dates.feasts import FEASTS, feast_on, feasts_about
from renewal.language.dates.mentions import DAYS_OF_WEEK, Named, Taken, add_months, each_year, month_end

MONTHS_AWAY = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
YEARS_AWAY = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
YEAR = rf"(?P<year>{'|'.join(YEARS_AWAY)}|(?<!\d)20\d\d年?|(?<!\d)\d\d年)的?"
DAYS_OF_YEAR = 365
FARTHEST_BESIDE_DAYS = 31  # "国庆后40天" is a span of a rule or of nobody
_ENGLISH_FEASTS = {"new year": (1, 1), "labo": (5, 1), "national": (10, 1), "christmas": (12, 25)}
_WHICH = {"last": -1, "this": 0, "the": 0, "next": 1, None: 0}
_MONTH = r"(?P<month>上上|下下|上|下|这|本|当)个?月"
_FIRST = r"(?:第1|头1|(?P<last>最后1))[天日]"
_VERY_END = r"(?:的?最后1[天日])?"
_END = rf"(?:的?月)?(?:底|末){_VERY_END}"
_BESIDE = (
    r"节?(?:那天|当天|当日|假期)?的?(?:(?:[之以]?(?P<side>[前后])|过[了完]?|(?(past)|(?!)))的?第?(?P<n>\d{1,2})(?P<weeks>个?(?:周|礼拜|星期))?(?(weeks)|[天日])(?![之以]?内)"
    r"|第(?P<nth>\d)[天日]|(?P<next>次日|隔天))?(?:那天|当天|当日)?"
)
# "中秋是9月25号" and "中秋9.25" tell the feast's own date, which is the day.
_NOT_DATED = r"(?!(?:节|夜)?(?:那天|当天)?[么嘛呢就]?(?:今年|明年)?[么嘛]?(?:就?是|在)?\d{1,2}[月./-]\d)"
_DAY_WORD = r"(?:(?P<last>last)|first)\s+day\s+of\s+"
_ENGLISH_EDGE = (
    rf"{_DAY_WORD}(?:{MONTH_NAME}(?:,?\s*(?P<y>20\d\d))?"
    r"|(?P<which>this|the|next|last)\s+(?P<unit>month|year))"
)
_ENGLISH_FEAST = (
    r"(?:(?:(?P<n>\d{1,2})\s+days?|the\s+day)\s+(?P<side>before|after)\s+)?"
    r"(?P<feast>new year(?:'?s)?(?: day)?|labou?r day|national day|christmas(?: day)?)(?! eve)"
)


def find_edges(text: str, today: date) -> Iterator[Named]:
    """Each such day that the text names; a place in the text is read once, the longest wording first."""
    taken = Taken()
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if taken.meets(match):
                continue
            days = read(match, today)
            if days is not None:
                taken.take(match)
                exact = read not in _ROUGH or "最后" in match.group()
                yield Named(start=match.start(), end=match.end(), days=days, exact=exact, word=match.group())


def year_of(written: str, today: date) -> int:
    """A year as it is written: 明年, 2027年, 27年."""
    if written in YEARS_AWAY:
        return today.year + YEARS_AWAY[written]
    year = int(re.sub(r"\D", "", written))
    return year + 2000 if year < 100 else year


def _edge_of_named_month(match: re.Match[str], today: date) -> tuple[date, ...]:
    first = add_months(today.replace(day=1), MONTHS_AWAY[match["month"]])
    return (month_end(first.year, first.month) if match["last"] else first,)


def _edge_of_month(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    return _edges(int(match["m"]), bool(match["last"]), match["year"], today)


def _edge_of_year(match: re.Match[str], today: date) -> tuple[date, ...]:
    year = year_of(match["year"], today)
    return (date(year, 12, 31) if match["last"] else date(year, 1, 1),)


def _end_of_named_month(match: re.Match[str], today: date) -> tuple[date, ...]:
    months = MONTHS_AWAY[match["month"]] if match["month"] else 0
    first = add_months(today.replace(day=1), months)
    return (month_end(first.year, first.month),)


def _end_of_month(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    return _edges(int(match["m"]), True, match["year"], today)


def _end_of_year(match: re.Match[str], today: date) -> tuple[date, ...]:
    return (date(year_of(match["year"], today) if match["year"] else today.year, 12, 31),)


def _edges(month: int, last: bool, year: str | None, today: date) -> tuple[date, ...] | None:
    """A month's first or last day: of the year that is named, else of each within a year of today."""
    if not 1 <= month <= 12:
        return None
    years = [year_of(year, today)] if year else range(today.year - 1, today.year + 2)
    found = [month_end(of, month) if last else date(of, month, 1) for of in years]
    return tuple(on for on in found if year or abs((on - today).days) <= 365)


def _feast(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    """The feast, or the day beside it that is told by it: 元旦后一天, 国庆前两天, 元旦第二天."""
    away = _beside(match)
    if abs(away) > FARTHEST_BESIDE_DAYS:
        return None
    feast, beside = match["feast"], timedelta(days=away)
    if match["year"]:
        day = feast_on(feast, year_of(match["year"], today))
        return (day + beside,) if day else None
    days = tuple(on + beside for on in feasts_about(feast, today.year))
    return tuple(on for on in days if abs((on - today).days) <= DAYS_OF_YEAR)


def _beside(match: re.Match[str]) -> int:
    if match["next"]:
        return 1
    if match["nth"]:
        return int(match["nth"]) - 1
    days = int(match["n"] or 0) * (DAYS_OF_WEEK if match["weeks"] else 1)
    return -days if match["side"] == "前" else days


def _english_feast(match: re.Match[str], today: date) -> tuple[date, ...]:
    away = int(match["n"] or 1) * {"before": -1, "after": 1, None: 0}[match["side"]]
    name = next(name for name in _ENGLISH_FEASTS if match["feast"].startswith(name))
    days = each_year(*_ENGLISH_FEASTS[name], today - timedelta(days=away))
    return tuple(on + timedelta(days=away) for on in days)


def _english_edge(match: re.Match[str], today: date) -> tuple[date, ...] | None:
    last = bool(match["last"])
    if match["m"]:
        return _edges(MONTHS.index(match["m"][:3]) + 1, last, match["y"], today)
    if match["unit"] == "year":
        year = today.year + _WHICH[match["which"]]
        return (date(year, 12, 31) if last else date(year, 1, 1),)
    first = add_months(today.replace(day=1), _WHICH[match["which"]])
    return (month_end(first.year, first.month) if last else first,)


_Reader = Callable[[re.Match[str], date], tuple[date, ...] | None]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_MONTH}的?{_FIRST}", _edge_of_named_month),
        (rf"(?:{YEAR})?(?<!\d)(?P<m>\d{{1,2}})月份?的?{_FIRST}", _edge_of_month),
        (rf"{YEAR}{_FIRST}", _edge_of_year),
        (rf"(?:{YEAR})?(?<!\d)(?P<m>\d{{1,2}})月份?{_END}", _end_of_month),
        (rf"(?:{YEAR})?年?(?:底|末)(?<=年[底末]){_VERY_END}", _end_of_year),
        (rf"{_MONTH}{_END}", _end_of_named_month),
        (rf"(?P<month>)月(?:底|末){_VERY_END}", _end_of_named_month),
        (rf"(?:{YEAR})?(?P<past>过[了完]?)?(?P<feast>{'|'.join(FEASTS)}){_NOT_DATED}{_BESIDE}", _feast),
        (_ENGLISH_EDGE, _english_edge),
        (_ENGLISH_FEAST, _english_feast),
    )
)
_ROUGH = (_end_of_named_month, _end_of_month, _end_of_year)
