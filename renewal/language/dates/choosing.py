"""Which of the days that a text names is the permit's day of expiry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

from renewal.language.dates.cleaning import clean
from renewal.language.dates.days import find_days
from renewal.language.dates.either import Pair, find_pairs
from renewal.language.dates.english import find_english_days
from renewal.language.dates.joining import CLAUSE_END, end_of_list, join, marks_between
from renewal.language.dates.lapses import is_of_lapse, tells_of_lapse
from renewal.language.dates.mentions import FARTHEST_YEARS, YEARS_ABOUT, DayMention, Named, Tense, add_months
from renewal.language.dates.roles import Role, is_of_the_permit, role_of, role_of_day, says_little
from renewal.language.dates.spans import Span, find_spans
from renewal.language.text import KEPT_TEXTS, LONGEST_ANSWERED_CHARS
from renewal.language.words import says

MOST_DAYS = 12  # a text that names more is no holder's, and reading it would take long
_NOT = re.compile(r"(?<!是)不是(?:的)?\s*$|(?<![a-z])not\s*(?:on\s*)?$")
_LEADS_ON = re.compile(r"(?:有效期?限?(?:是|为|至|到|:)|(?:到期|截止)(?:日期?|时间)?(?:是|为|:))\s*$")
_ABOUT = re.compile(r"\s*(?:左右|前后|上下|[之以]?[前后]就?(?:要|会|快)?(?:到期|过期|失效))")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedDay:
    """A named day with its role, its clause and the words that tell its tense."""

    named: Named
    role: Role
    clause: str
    rest: str


def find_expiry(text: str, today: date, *, overdue: bool = False) -> DayMention | None:
    """The expiry day a text speaks of: a date, or a span counted from today ("还有40天", "逾期三个月").

    Of several days it is the one that is said to be the expiry's; a day of something else (a move, a birth, another
    paper) is none. A day without a year is the nearest one, or as the words say ("过期了", "才到期"). Weeks begin on
    Monday. With `overdue`, a bare span counts back and a day without a year is the last one up to today.
    None: no day is named, or one that does not exist.
    """
    found = _read(text, today, overdue)
    return found if isinstance(found, DayMention) else None


def either_day(text: str, today: date, *, overdue: bool = False) -> tuple[date, date] | None:
    """The two days between which the text leaves the permit's expiry open ("12月5号还是6号到期"), as they are said."""
    found = _read(text, today, overdue)
    return found if isinstance(found, tuple) else None


def is_impossible(text: str, today: date, *, overdue: bool = False) -> bool:
    """Whether the expiry day that a text names does not exist: 2月30日, 13月5号, 29 February of a common year.

    29 February without a year is impossible where no year within a year of today has it.
    """
    return _read(text, today, overdue) == "impossible"


@lru_cache(maxsize=KEPT_TEXTS)
def read_days(text: str, today: date) -> tuple[str, tuple[Named, ...], tuple[Span, ...]]:
    """The text made plain, and the days and spans that it names, in order; kept, as several ask of one text."""
    plain = clean(text[:LONGEST_ANSWERED_CHARS])
    past = tells_of_lapse(plain)
    own = (span for span in find_spans(plain, today) if not (past and is_of_lapse(plain, span)))
    spans = list(islice(own, MOST_DAYS))
    named = sorted([*find_days(plain, today), *find_english_days(plain, today)], key=lambda day: day.start)
    days, spans = join(plain, named[:MOST_DAYS], spans, today)
    return plain, tuple(days), tuple(spans)


@lru_cache(maxsize=KEPT_TEXTS)
def _read(text: str, today: date, overdue: bool) -> DayMention | tuple[date, date] | str:
    plain, days, spans = read_days(text, today)
    pairs = list(find_pairs(plain, days))
    placed = place(plain, [day for day in days if not any(day in (p.first, p.second) for p in pairs)], spans)
    chosen = _choose(plain, placed, today)
    for pair in pairs:
        either = _either(plain, pair, spans, today, overdue)
        settled = chosen is not None and either and chosen.named.on(today, "") in either
        if either is not None and not settled:
            return either  # "5号还是6号到期" does not say which
    renewed = _shown_renewed(placed, today)
    if renewed is not None:
        return renewed
    for pair in _two_claims(plain, placed):
        return pair.on(today, _tense(chosen, plain, overdue) if chosen else "") or "none"
    span = _span(plain, spans, today, overdue)
    if chosen is not None:
        return _day(chosen, plain, today, overdue)
    return span or "none"


def _shown_renewed(placed: Sequence[PlacedDay], today: date) -> DayMention | None:
    """The later of two days a year apart, which a record shows: the card still shows the one before the renewal."""
    before = {p.named.on(today, "") for p in placed if p.role != "other"}
    for each in placed:
        on = each.named.on(today, "")
        if on is not None and says("shown_on_record", each.clause) and add_months(on, -12) in before:
            return DayMention(on=on, exact=each.named.exact, shown=True)
    return None


def _two_claims(plain: str, placed: Sequence[PlacedDay]) -> list[Pair]:
    """The two days that two sources show: "证上写12月20号，随申办显示12月22号"."""
    shown = [p for p in placed if p.role != "other" and says("shows_day", p.clause)]
    if (
        len(shown) != 2
        or shown[0].clause == shown[1].clause
        or says("sets_right", plain)
        or set(shown[0].named.days) & set(shown[1].named.days)
    ):
        return []
    return [Pair(first=shown[0].named, second=shown[1].named)]


def _either(
    plain: str, pair: Pair, spans: Sequence[Span], today: date, overdue: bool
) -> tuple[date, date] | None:
    """The two days, where they are the permit's as far as the text tells."""
    whole = Named(start=pair.first.start, end=pair.second.end, days=pair.first.days)
    chosen = _choose(plain, place(plain, [whole], spans), today)
    return pair.on(today, _tense(chosen, plain, overdue)) if chosen else None


def _day(chosen: PlacedDay, plain: str, today: date, overdue: bool) -> DayMention | str:
    sure = overdue and (chosen.role == "unsaid" or says("long_past", plain))
    on = chosen.named.on(today, _tense(chosen, plain, overdue), sure=sure)
    about = _ABOUT.match(plain[chosen.named.end :])
    return "impossible" if on is None else DayMention(on=on, exact=chosen.named.exact and not about)


def _tense(chosen: PlacedDay, plain: str, overdue: bool) -> Tense:
    """When the day is, by the words of its clause, else of the text, else by what is known."""
    for words in (chosen.clause, plain):
        if says("day_to_come", words):
            return "future"
        if says("over_soon", words) and len(chosen.named.days) > YEARS_ABOUT:
            return "past" if says("makes_up_yet", plain) else ""
        if says("day_past", words) and not says("once_past", words):
            return "past"
    return "past" if overdue else ""


def place(plain: str, days: Sequence[Named], spans: Sequence[Span]) -> list[PlacedDay]:
    """Each day with its role; a day that is denied is left out."""
    edges = [(day.start, day.end) for day in days] + [(span.start, span.end) for span in spans if span.way]
    marks = marks_between(plain, edges)
    placed: list[PlacedDay] = []
    for day in days:
        if _NOT.search(plain[: day.start]) and len(days) > 1:
            continue
        begin, finish = _clause(plain, day, marks)
        left = max([end for _, end in edges if end <= day.start and end > begin], default=begin)
        last = end_of_list(plain, day.end, [(other.start, other.end) for other in days])
        right = min([start for start, _ in edges if start >= last and start < finish], default=finish)
        placed.append(
            PlacedDay(
                named=day,
                role=role_of_day(plain[left : day.start], _own(plain[last:right], right < finish), day.word),
                clause=plain[begin:finish],
                rest=_rest(plain, begin, finish, edges),
            )
        )
    return placed


def _own(after: str, comes_another: bool) -> str:
    """What follows a day, without the words that lead to the day behind it ("…12月6日有效期至…")."""
    return _LEADS_ON.sub("", after) if comes_another else after


def _clause(plain: str, day: Named, marks: Sequence[int]) -> tuple[int, int]:
    """Where the day's clause begins and ends."""
    begin = max((mark + 1 for mark in marks if mark < day.start), default=0)
    return begin, min((mark for mark in marks if mark >= day.end), default=len(plain))


def _rest(plain: str, begin: int, finish: int, edges: Sequence[tuple[int, int]]) -> str:
    rest, at = "", begin
    for start, end in sorted((a, b) for a, b in edges if begin <= a and b <= finish):
        rest += plain[at:start]
        at = max(at, end)
    return rest + plain[at:finish]


def _choose(plain: str, placed: Sequence[PlacedDay], today: date) -> PlacedDay | None:
    """The day that is said to be the expiry's; else one of which nothing else is said. The last in a correction."""
    near = [
        p
        for p in placed
        if p.role != "other" and all(abs(on.year - today.year) <= FARTHEST_YEARS for on in p.named.days)
    ]
    near = _rather(near, "formerly")
    said = _rather([p for p in near if p.role == "expiry"], "a_relative")
    bare = _rather([p for p in near if p.role == "unsaid" and says_little(p.rest)], "a_relative")
    if len(said) + len(bare) > 1 and says("sets_right", plain):
        return max(said + bare, key=lambda p: p.named.start)
    return next(iter(said or bare), None)


def _rather(placed: list[PlacedDay], concept: str) -> list[PlacedDay]:
    """Those of whose clause that is not said, where there are any: one's own day rather than a husband's."""
    return [p for p in placed if not says(concept, p.clause)] or placed


def _span(plain: str, spans: Sequence[Span], today: date, overdue: bool) -> DayMention | None:
    """The span of the permit's own: the first, or the last in a correction."""
    corrected = says("sets_right", plain)
    said: list[DayMention] = []
    bare: list[DayMention] = []
    for span in spans:
        role = _span_role(plain, span)
        way = span.way or ("back" if overdue else "")
        if corrected and said and not span.way:
            way = "ahead" if said[-1].on > today else "back"  # "不是过期3个月，是2个月"
            role = "expiry" if role == "unsaid" else role
        on = span.day(way) if way and role != "other" else None
        if on is not None and abs(on.year - today.year) <= FARTHEST_YEARS:
            (said if role == "expiry" else bare).append(DayMention(on=on, exact=span.exact, from_span=True))
    found = said or bare
    return found[-1 if corrected else 0] if found else None


def _span_role(plain: str, span: Span) -> Role:
    """Whether a span is of the permit's own time, or of another paper's, or of something that happened."""
    before = CLAUSE_END.split(plain[: span.start])[-1]
    after = CLAUSE_END.split(plain[span.end :], maxsplit=1)[0]
    if not is_of_the_permit(before, after):
        return "other"
    if span.sure:
        return "expiry"
    role = role_of(before, after)
    return "other" if role == "unsaid" and not says_little(before + after) else role
