"""Days and spans of one text that belong together: a range, a weekday beside its date, a count up to a day."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from renewal.language.dates.mentions import DAYS_OF_WEEK, YEARS_ABOUT, Named
from renewal.language.dates.roles import happens, is_noticed
from renewal.language.dates.spans import Span

CLAUSE_END = re.compile(r"[，,。.;；!！?？\n、~…]")
_TO = re.compile(r"\s*起?\s*(?:到|至|[-—–~～]+|to|until|till)\s*")
_WEEKDAY = re.compile(r"周|礼拜|星期|days?$")
_NEAR = re.compile(r"[前昨今明后][天日儿朝]|today|yesterday|tomorrow")
_TODAY = re.compile(r"今[天日儿朝]|today")
_LISTED = re.compile(r"\s*[和与及跟、]?\s*")
_BESIDE = re.compile(r"[\s(]*")
# Between a day and the weekday that is said of it.
_ON_THAT_DAY = re.compile(
    r"[\s,，]{0,8}(?:我的?|证)?(?:就|要|才)?(?:到期|过期|截止|最后一天)?的?[,，]?(?:那天|当天|当日|那日)[\s,，]{0,8}(?:就|正好|刚好|刚巧|恰好|又|还|偏偏|居然)?是?个?"
)
_NEXT_WEEKDAY = re.compile(r"下个?(?:周|礼拜|星期)")
_PARTED = re.compile(r"[\s,，]*")


def join(
    plain: str, days: Sequence[Named], spans: Sequence[Span], today: date
) -> tuple[list[Named], list[Span]]:
    """The days and spans, each of which stands for itself."""
    spans = [span for span in spans if not any(_is_part(span, day) for day in days)]
    alone = [day for day in days if not any(span.way and _overlaps(day, span) for span in spans)]
    kept, counted = _counted_to_a_day(plain, alone, spans, today)
    kept = _week_after(plain, _with_their_weekdays(plain, kept), today)
    return _ranges_as_their_ends(plain, kept), counted


def end_of_list(plain: str, end: int, days: Sequence[tuple[int, int]]) -> int:
    """Where the last of the days ends that are listed from the one that ends at `end` ("周六和周日休息")."""
    for start, finish in sorted(days):
        if start >= end and _LISTED.fullmatch(plain[end:start]):
            end = finish
    return end


def marks_between(plain: str, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Where clauses end; a mark inside a day or a span ends none."""
    inside = {place for start, end in edges for place in range(start, end)}
    return [mark.start() for mark in CLAUSE_END.finditer(plain) if mark.start() not in inside]


def _overlaps(day: Named, span: Span) -> bool:
    """Whether a span claims the day: "还有10日" holds no tenth day."""
    return span.start < day.end and day.start < span.end


def _is_part(span: Span, day: Named) -> bool:
    """Whether the span is a part of the day's own words: "12月的第1天", "元旦后1天"."""
    return day.start < span.start and span.end <= day.end


def _counted_to_a_day(
    plain: str, days: Sequence[Named], spans: Sequence[Span], today: date
) -> tuple[list[Named], list[Span]]:
    """The spans that count to a near day ("明天就过期60天了") moved with it, and the other days."""
    moved = {span.start: span for span in spans}
    kept = []
    for day in days:
        span = next((span for span in spans if span.start >= day.end), None)
        gap = plain[day.end : span.start] if span else ""
        if span and _NEAR.search(day.word) and _counts_to(day, span, gap):
            shift = day.days[0] - today
            back = span.day("back")
            moved[span.start] = replace(span, on=(span.day("ahead"), back + shift if back else None))
        else:
            kept.append(day)
    return kept, list(moved.values())


def _counts_to(day: Named, span: Span, gap: str) -> bool:
    if span.way == "ahead" and not _TODAY.search(day.word):
        return False
    return not (CLAUSE_END.search(gap) or happens(gap) or is_noticed(gap))


def _with_their_weekdays(plain: str, days: Sequence[Named]) -> list[Named]:
    """The days, a weekday that only repeats the day beside it ("12月5号（周六）") made part of that day."""
    found: list[Named] = []
    for day in days:
        last = found[-1] if found else None
        if last is None or not _stands_beside(plain[last.end : day.start], last, day):
            found.append(day)
        elif _WEEKDAY.search(day.word) and not _WEEKDAY.search(last.word):
            found[-1] = replace(last, end=day.end + plain.startswith(")", day.end))
        elif _WEEKDAY.search(last.word) and not _WEEKDAY.search(day.word):
            found[-1] = replace(day, start=last.start)
        else:
            found.append(day)
    return found


def _week_after(plain: str, days: Sequence[Named], today: date) -> list[Named]:
    """The days; after one whose weekday is told ("到期那天是周六"), "next Monday" is the one that follows it."""
    found: list[Named] = []
    told: date | None = None
    for day in days:
        last = found[-1] if found else None
        on = last.on(today, "future") if last else None
        if last and on and _is_its_weekday(plain[last.end : day.start], last, day):
            told = on
        elif told and _NEXT_WEEKDAY.match(day.word):
            found.append(replace(day, days=(_following(day.days[0].weekday(), told),)))
        else:
            found.append(day)
    return found


def _is_its_weekday(gap: str, last: Named, day: Named) -> bool:
    """Whether a weekday is said of the day before it, which is none itself."""
    alone = _WEEKDAY.match(day.word) is not None and not _WEEKDAY.search(last.word)
    return alone and len(last.days) <= YEARS_ABOUT and _ON_THAT_DAY.fullmatch(gap) is not None


def _following(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday() - 1) % DAYS_OF_WEEK + 1)


def _stands_beside(gap: str, last: Named, day: Named) -> bool:
    """Whether nothing parts two days; a comma does not, where both are of one weekday."""
    same = {on.weekday() for on in last.days} & {on.weekday() for on in day.days}
    return bool(_BESIDE.fullmatch(gap) or (same and _PARTED.fullmatch(gap)))


def _ranges_as_their_ends(plain: str, days: Sequence[Named]) -> list[Named]:
    """The days, a range ("2025年12月5日至2026年12月4日") as its last day."""
    found: list[Named] = []
    for day in days:
        if found and _TO.fullmatch(plain[found[-1].end : day.start]):
            found[-1] = replace(day, start=found[-1].start, since=found[-1].days)
        else:
            found.append(day)
    return found
