"""Stretches of days that a text names roughly: a month, a week, a season of feasts; in a cleaned text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from renewal.language.dates.edges import MONTHS_AWAY, YEAR, year_of
from renewal.language.dates.english import MONTH_NAME, MONTHS
from renewal.language.dates.feasts import FEASTS, LUNAR_NEW_YEARS, feasts_about
from renewal.language.dates.mentions import Named, Taken, add_months, month_end

SEASON_DAYS = 30  # for how long one says "after New Year"
_THIRDS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, 31)}
_ENGLISH_THIRDS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_WHICH = {"last": -1, "this": 0, "next": 1}
_PART = r"(?P<part>初|上旬|中旬|下旬|中(?!心|午|级|国))?(?![底末]|的?(?:第1|最后1|今)[天日])"
_AFTER = r"(?:节|的?(?:长假|假期|放假))?(?:[之以]?后(?!\d)|过后|过(?:了|完)(?:再|以后|之后|后)?)"
_YEAR_FEAST = r"(?:春节|过年|新年|大年|除夕)"
_PASSED_NEW_YEAR = r"过(?:完|了)年|(?<![\d几多半这那])年(?:后|过完|过了)|开年后?"
_ENGLISH_NEW_YEAR = r"(?:spring festival|chinese new year|lunar new year|cny(?![a-z]))"
_NOW = r"(?:现在|马上|立刻)(?=就?再?(?:能|可以|进去|过去|去|来|办|续|补|签|交))|(?<![a-z])(?:right )?now(?![a-z])"

Span = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of days, from `start` to `end` in the text; `spans` are those that it may be, in order."""

    start: int
    end: int
    spans: tuple[Span, ...]

    def coming(self, today: date) -> date | None:
        """The first day it can be, today or later."""
        return next((max(first, today) for first, last in self.spans if last >= today), None)

    @property
    def is_a_day(self) -> bool:
        """Whether it is no longer than a day ("现在")."""
        return all(first == last for first, last in self.spans)

    def gone(self, today: date) -> date | None:
        """The first day of the last of them that has begun."""
        return next((first for first, _ in reversed(self.spans) if first <= today), None)


def find_periods(text: str, today: date, days: Sequence[Named]) -> Iterator[Period]:
    """Each stretch that the text names beside its `days`; a place in the text is read once.

    A feast that is only named as what comes before ("元旦后") is no day of its own: such a stretch overlaps it.
    """
    taken = Taken()
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if taken.meets(match):
                continue
            inside = [day for day in days if match.start() < day.end and day.start < match.end()]
            if any(day.end > match.end() or day.start < match.start() for day in inside):
                continue
            taken.take(match)
            spans = read(match, today)
            if spans:
                yield Period(start=match.start(), end=match.end(), spans=spans)


def _after_feast(match: re.Match[str], today: date) -> tuple[Span, ...]:
    return _seasons(feasts_about(match["feast"], today.year))


def _after_lunar_new_year(_: re.Match[str], today: date) -> tuple[Span, ...]:
    return _seasons(_lunar(today))


def _at_lunar_new_year(_: re.Match[str], today: date) -> tuple[Span, ...]:
    return tuple((day, day + timedelta(days=6)) for day in _lunar(today))


def _lunar(today: date) -> list[date]:
    years = range(today.year - 1, today.year + 2)
    return [LUNAR_NEW_YEARS[year] for year in years if year in LUNAR_NEW_YEARS]


def _seasons(feasts: Sequence[date]) -> tuple[Span, ...]:
    return tuple((day + timedelta(days=1), day + timedelta(days=SEASON_DAYS)) for day in feasts)


def _month(match: re.Match[str], today: date) -> tuple[Span, ...]:
    months = int(match["m"]) if match["m"].isdecimal() else MONTHS.index(match["m"][:3]) + 1
    if not 1 <= months <= 12:
        return ()
    groups = match.groupdict()
    years = [year_of(groups["year"], today)] if groups["year"] else range(today.year - 1, today.year + 2)
    part = _THIRDS.get(groups["part"] or "") or _ENGLISH_THIRDS.get(groups["part"] or "")
    return tuple(_of_month(date(year, months, 1), part) for year in years)


def _named_month(match: re.Match[str], today: date) -> tuple[Span, ...]:
    first = add_months(today.replace(day=1), MONTHS_AWAY[match["month"]])
    return (_of_month(first, _THIRDS.get(match["part"] or "")),)


def _part_of_month(match: re.Match[str], today: date) -> tuple[Span, ...]:
    """That part of this month, or of the next."""
    first = today.replace(day=1)
    return tuple(_of_month(add_months(first, away), _THIRDS[match["part"]]) for away in (0, 1))


def _of_month(first: date, part: tuple[int, int] | None) -> Span:
    end = month_end(first.year, first.month)
    return (first.replace(day=part[0]), first.replace(day=min(part[1], end.day))) if part else (first, end)


def _week(match: re.Match[str], today: date) -> tuple[Span, ...]:
    return (_of_week(MONTHS_AWAY[match["week"] or "这"], bool(match["end"]), today),)


def _year(match: re.Match[str], today: date) -> tuple[Span, ...]:
    year = year_of(match["year"], today)
    if year == today.year:
        return ()  # "今年能几号去" names no time of the year
    return ((date(year, 1, 1), date(year, 3, 31) if match["early"] else date(year, 12, 31)),)


def _english(match: re.Match[str], today: date) -> tuple[Span, ...]:
    away = _WHICH[match["which"]]
    if match["unit"] == "month":
        return (_of_month(add_months(today.replace(day=1), away), None),)
    if match["unit"] == "year":
        return ((date(today.year + away, 1, 1), date(today.year + away, 12, 31)),)
    return (_of_week(away, match["unit"] == "weekend", today),)


def _of_week(away: int, weekend: bool, today: date) -> Span:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * away)
    return monday + timedelta(days=5 * weekend), monday + timedelta(days=6)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], tuple[Span, ...]]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?:过完|过了|等过)?(?P<feast>{'|'.join(FEASTS)}){_AFTER}", _after_feast),
        (rf"(?:过完|过了)(?P<feast>{'|'.join(FEASTS)})节?", _after_feast),
        (r"after\s+(?:the\s+)?(?P<year>new year)(?:'?s)?(?: day)?", lambda _, t: _seasons(_new_years(t))),
        (rf"(?:过完|过了){_YEAR_FEAST}|{_YEAR_FEAST}{_AFTER}|{_PASSED_NEW_YEAR}", _after_lunar_new_year),
        (rf"after\s+(?:the\s+)?{_ENGLISH_NEW_YEAR}", _after_lunar_new_year),
        (rf"{_YEAR_FEAST}(?:期间|的时候|那[几会]天|时)?(?![之以]?前)", _at_lunar_new_year),
        (rf"(?<!before ){_ENGLISH_NEW_YEAR}", _at_lunar_new_year),
        (rf"(?:{YEAR})?(?<![\d./第-])(?P<m>\d{{1,2}})月份?{_PART}(?!\d)", _month),
        (rf"(?P<month>上上|下下|上|下|这|本|当)个?月{_PART}(?!\d)", _named_month),
        (r"(?<![\d个上下这本当每])月(?P<part>初|上旬|中旬|下旬)(?!\d)", _part_of_month),
        (
            r"(?P<week>上上|下下|上|下|这|本)个?(?:周|礼拜|星期)(?P<end>末)?(?![1-7日天])|(?<!每)周(?P<end2>末)",
            lambda match, t: (
                (_of_week(0, True, t), _of_week(1, True, t)) if match["end2"] else _week(match, t)
            ),
        ),
        (_NOW, lambda _, t: ((t, t),)),
        (rf"{YEAR}(?P<early>年?初|上半年|开春)?(?!\d|[底末上下])", _year),
        (rf"(?:in|until|till|by|during)\s+(?P<part>early|mid|late)?[\s-]*(?P<year>){MONTH_NAME}", _month),
        (r"(?<![a-z])(?P<which>last|this|next)\s+(?P<unit>weekend|week|month|year)(?![a-z])", _english),
    )
)


def _new_years(today: date) -> list[date]:
    return [date(year, 1, 1) for year in range(today.year - 1, today.year + 2)]
