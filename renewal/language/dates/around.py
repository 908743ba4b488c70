"""Each day, span and stretch that a text names, with the words around it that no other of them claims."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from renewal.language import words
from renewal.language.dates.choosing import MOST_DAYS, read_days
from renewal.language.dates.joining import CLAUSE_END, end_of_list, marks_between
from renewal.language.dates.mentions import DayMention, Named
from renewal.language.dates.periods import Period, find_periods
from renewal.language.dates.spans import Span

_AFTER_IT = re.compile(r"^[之以]?后(?!天)|^\s*过后")
_BEFORE_IT = re.compile(r"^[之以]?前(?![天后])")
_AFTER_SAID = re.compile(r"(?<![a-z])after\s*$")
_BEFORE_SAID = re.compile(r"(?<![a-z])(?:before|by)\s*$")
_AGO = re.compile(r"^[之以]?前|^\s*ago")
_ABOUT = re.compile(r"^\s*(?:左右|前后|上下)")
_BY_EXPIRY = re.compile(r"^的?就?才?(?:到期|过期)(?:之|以)?(?:前|后|时|那天|的时候|当天)")
SHORT_CLAUSE_CHARS = 4  # "那要是，2月去呢"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One day, span or stretch of a text, with the words around it that no other mention claims.

    `following` is the next clause, where no day stands in it; `rest` all up to the next day.
    """

    what: Named | Span | Period
    before: str
    after: str
    following: str
    rest: str
    supposed: bool

    @property
    def word(self) -> str:
        """The day as the text writes it; empty for a span or a stretch."""
        return self.what.word if isinstance(self.what, Named) else ""

    def coming(self, today: date) -> DayMention | None:
        """The first day it can be, today or later."""
        if isinstance(self.what, Period):
            on = self.what.coming(today)
            return DayMention(on=on, exact=self.what.is_a_day) if on else None
        if isinstance(self.what, Span):
            on = self.what.day("ahead") if self.what.way == "ahead" else None
            return DayMention(on=on, exact=self.what.exact, from_span=True) if on else None
        if self.what.since:
            first = next((day for day in self.what.since if day >= today), today)
            return DayMention(on=first, exact=False)
        return self._beside(self.what.on(today, "future", sure=True), self.what, today)

    def _beside(self, on: date | None, named: Named, today: date) -> DayMention | None:
        """The day, or the one after it where the text says so; none where only a bound is told."""
        if on is None or _BEFORE_IT.match(self.after) or _BEFORE_SAID.search(self.before):
            return None
        later = bool(_AFTER_IT.match(self.after) or _AFTER_SAID.search(self.before))
        on += timedelta(days=later)
        about = later or bool(_ABOUT.match(self.after))
        return DayMention(on=on, exact=named.exact and not about) if on >= today else None

    def gone(self, today: date) -> DayMention | None:
        """The day that has been, today at the latest."""
        if isinstance(self.what, Period):
            on = self.what.gone(today)
            return DayMention(on=on, exact=False) if on else None
        if isinstance(self.what, Span):
            on = None if self.what.way == "ahead" else self.what.day("back")
            return DayMention(on=on, exact=self.what.exact, from_span=True) if on else None
        on = self.what.on(today, "past", sure=True)
        if on is None or on > today or _BEFORE_IT.match(self.after):
            return None
        return DayMention(on=on, exact=self.what.exact and not _ABOUT.match(self.after))

    def is_on(self, on: date) -> bool:
        """Whether that day is one of those that it may be."""
        if isinstance(self.what, Named):
            return on in self.what.days
        return isinstance(self.what, Span) and on in self.what.on


def find_mentions(text: str, today: date) -> list[Mention]:
    """The days, spans and stretches of the text in order."""
    plain, days, spans = read_days(text, today)
    periods = sorted(find_periods(plain, today, days), key=lambda period: period.start)[:MOST_DAYS]
    named = [d for d in days if not any(p.start <= d.start and d.end <= p.end for p in periods)]
    free = [s for s in spans if not any(s.start < p.end and p.start < s.end for p in periods)]
    found: list[Named | Span | Period] = sorted([*named, *free, *periods], key=lambda what: what.start)
    return [_mention(plain, what, found) for what in found]


def _mention(plain: str, what: Named | Span | Period, found: Sequence[Named | Span | Period]) -> Mention:
    edges = [(other.start, other.end) for other in found if not isinstance(other, Span) or other.way]
    marks = marks_between(plain, edges)
    begin = max((mark + 1 for mark in marks if mark < what.start), default=0)
    finish = min((mark for mark in marks if mark >= what.end), default=len(plain))
    left = max([end for _, end in edges if end <= what.start and end > begin], default=begin)
    last = end_of_list(plain, what.end, edges) if isinstance(what, Named) else what.end
    right = min([start for start, _ in edges if start >= last and start < finish], default=finish)
    until = min((mark for mark in marks if mark > finish), default=len(plain))
    alone = not any(finish < start < until for start, _ in edges)
    after = plain[last:right]
    comes = min((start for start, _ in edges if start >= last), default=len(plain))
    ago = _AGO.match(after) if isinstance(what, Span) and what.way == "back" else None
    return Mention(
        what=what,
        before=plain[left : what.start],
        after=after[ago.end() :] if ago else after,
        following=plain[finish + 1 : until] if alone else "",
        rest=plain[right:comes],
        supposed=_is_supposed(plain, begin, what, finish),
    )


def _is_supposed(plain: str, begin: int, what: Named | Span | Period, finish: int) -> bool:
    """Whether the words of the clause, or a few words before it, only suppose the day."""
    after = plain[what.end : finish]
    if _BY_EXPIRY.match(after):
        return False  # "万一12月5号到期前没收到短信呢" supposes something else
    ahead = CLAUSE_END.split(plain[: max(0, begin - 1)])[-1]
    before = (ahead if len(ahead) <= SHORT_CLAUSE_CHARS else "") + plain[begin : what.start]
    return words.says("supposes", before) or words.says("supposes_after", after)
