"""All days that one text tells, each with what happens on it: expiry, endorsement, papers, a visit, a move."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from renewal.language import words
from renewal.language.dates.choosing import either_day, find_expiry, read_days
from renewal.language.dates.cleaning import tidy
from renewal.language.dates.endorsed import find_endorsed
from renewal.language.dates.joining import CLAUSE_END, end_of_list
from renewal.language.dates.mentions import DayMention, Named
from renewal.language.dates.periods import Period, find_periods
from renewal.language.dates.roles import is_of_the_permit, role_of_day, says_little
from renewal.language.dates.spans import Span

Act = Literal["", "hands_in", "moves_home", "leaves_town", "goes_to_renew", "other_event", "is_all_right"]
_ACTS: tuple[Act, ...] = (
    "hands_in",
    "moves_home",
    "leaves_town",
    "other_event",
    "goes_to_renew",
    "is_all_right",
)
_GOES: tuple[Act, ...] = ("goes_to_renew", "is_all_right")
_AFTER_IT = re.compile(r"^[之以]?后(?!天)|^\s*过后")
_BEFORE_IT = re.compile(r"^[之以]?前(?!天)")
_AFTER_SAID = re.compile(r"(?<![a-z])after\s*$")
_BEFORE_SAID = re.compile(r"(?<![a-z])(?:before|by)\s*$")
_AGO = re.compile(r"^[之以]?前|^\s*ago")
_ABOUT = re.compile(r"^\s*(?:左右|前后|上下)")
_SO_LONG_SINCE = re.compile(r"^(?:了|还|都|没|怎么|仍|\W|$)")
_BY_EXPIRY = re.compile(r"^的?就?才?(?:到期|过期)(?:之|以)?(?:前|后|时|那天|的时候|当天)")
_LATIN_END = re.compile(r"[a-z]['\s]*$")
SHORT_CLAUSE_CHARS = 4  # "那要是，2月去呢"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDays:
    """The days that one text tells, each in its role; None where it tells none.

    `either`: the two days between which it leaves the expiry open. `bare`: of the day of expiry nothing is said but
    the day. `handed_in_on`, `endorsed_on`: only what has happened, today at the latest. `visit_on`: the first day on
    which the writer would go, come back or renew. `moved_on` may be to come. `supposed` names the fields whose day
    is only supposed ("要是拖到2月呢").
    """

    expires_on: DayMention | None = None
    either: tuple[date, date] | None = None
    bare: bool = False
    endorsed_on: DayMention | None = None
    handed_in_on: DayMention | None = None
    visit_on: DayMention | None = None
    moved_on: DayMention | None = None
    supposed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """One day, span or stretch of a text, with the words around it that no other mention claims."""

    what: Named | Span | Period
    before: str
    after: str
    following: str
    supposed: bool

    def coming(self, today: date) -> DayMention | None:
        """The first day it can be, today or later."""
        if isinstance(self.what, Period):
            on = self.what.coming(today)
            return DayMention(on=on, exact=False) if on else None
        if isinstance(self.what, Span):
            on = self.what.day("ahead") if self.what.way == "ahead" else None
            return DayMention(on=on, exact=self.what.exact, from_span=True) if on else None
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


def told_days(text: str, today: date, *, overdue: bool = False) -> ToldDays:
    """What the text tells of days. With `overdue`, the permit is known to be past its day (see `find_expiry`)."""
    mentions = _mentions(text, today)
    found: dict[str, DayMention] = {}
    supposed = set()
    for mention in mentions:
        for field, day in _roles(mention, today):
            if field not in found:
                found[field] = day
                supposed |= {field} if mention.supposed else set()
    expires_on, endorsed_on = find_expiry(text, today, overdue=overdue), find_endorsed(text, today)
    bare = expires_on is not None and _is_bare(mentions, expires_on)
    if bare and expires_on in found.values():
        expires_on, bare = None, False  # "is next Wednesday too late"
    if endorsed_on is not None and words.says("still_waits", tidy(text)):
        found.setdefault("handed_in_on", endorsed_on)  # "11月2号在窗口办的，还没好"
        endorsed_on = None
    for field, on in (("expires_on", expires_on), ("endorsed_on", endorsed_on)):
        if on is not None and any(m.supposed and _is_on(m, on.on) for m in mentions):
            supposed.add(field)
    return ToldDays(
        expires_on=expires_on,
        either=either_day(text, today, overdue=overdue),
        bare=bare,
        endorsed_on=endorsed_on,
        handed_in_on=found.get("handed_in_on"),
        visit_on=found.get("visit_on"),
        moved_on=found.get("moved_on"),
        supposed=frozenset(supposed),
    )


def _roles(mention: _Mention, today: date) -> Iterator[tuple[str, DayMention]]:
    """What happens on the day beside the permit's expiry, as a field of `ToldDays`, and when that is."""
    if not _is_free(mention):
        return
    gone, coming = mention.gone(today), mention.coming(today)
    if gone and _hands_in(mention, today):
        yield "handed_in_on", gone
        return
    act = _act(mention)
    if act == "moves_home":
        day = _nearer(mention, gone, coming, today)
        if day is not None:
            yield "moved_on", day
    elif act in _GOES and coming is not None and not _is_ruled_out(mention):
        yield "visit_on", coming


def _is_ruled_out(mention: _Mention) -> bool:
    """Whether the writer has gone already, or says that the day will not do ("今天来不及了")."""
    return words.says("has_gone", mention.after) or words.says("cannot_go", mention.after)


def _nearer(
    mention: _Mention, gone: DayMention | None, coming: DayMention | None, today: date
) -> DayMention | None:
    """Of the last such day and the next one, which is meant: by the words, else the nearer."""
    if gone is None or coming is None or words.says("has_moved", mention.before + mention.after):
        return gone or coming
    if words.says("plans", mention.before + mention.after):
        return coming
    return gone if today - gone.on < coming.on - today else coming


def _is_free(mention: _Mention) -> bool:
    """Whether the day is not the permit's expiry, nor another paper's."""
    if isinstance(mention.what, Span):
        return not mention.what.sure
    if role_of_day(mention.before, mention.after) == "expiry":
        return False
    return is_of_the_permit(mention.before, mention.after)


def _hands_in(mention: _Mention, today: date) -> bool:
    """Whether papers were handed in then: "上周四材料交进去了"; of a span, "交了材料10天了"."""
    around = mention.before + mention.after
    if words.says("pays", around) and not words.says("papers", around):
        return False
    if isinstance(mention.what, Span) and not mention.what.way:
        return words.says("hands_in", mention.before) and bool(_SO_LONG_SINCE.match(mention.after))
    if any(words.says("hands_in", said) for said in (mention.after, mention.before, around)):
        return True
    if words.says("plans", around) or words.says("is_all_right", around):
        return False
    near = mention.what.on(today, "") if isinstance(mention.what, Named) else None
    return near is not None and near <= today and words.says("handing_in", around)


def _act(mention: _Mention) -> Act:
    """What the words beside the day say of it: those after it, else those before, else those of the next clause."""
    after, before = _first_act(mention.after), _last_act(mention.before)
    if before and _LATIN_END.search(mention.before):
        return before  # "can I come tomorrow": English says it first
    if after and not (after == "is_all_right" and before):
        return after
    if before:
        return before
    little = says_little(mention.before + mention.after)
    following = _first_act(mention.following) if little else ""
    return following if following in _GOES else ""


def _first_act(said: str) -> Act:
    found = [(match.start(), act) for act in _ACTS if (match := words.find(act, said))]
    return min(found, key=lambda item: item[0])[1] if found else ""


def _last_act(said: str) -> Act:
    found = [(match.end(), act) for act in _ACTS for match in words.find_all(act, said)]
    return max(found, key=lambda item: item[0])[1] if found else ""


def _is_on(mention: _Mention, on: date) -> bool:
    if isinstance(mention.what, Named):
        return on in mention.what.days
    return isinstance(mention.what, Span) and on in mention.what.on


def _is_bare(mentions: Sequence[_Mention], expires_on: DayMention) -> bool:
    """Whether nothing but the day is said where the day of expiry is named."""
    roles = [
        "expiry" if isinstance(m.what, Span) and m.what.sure else role_of_day(m.before, m.after)
        for m in mentions
        if _is_on(m, expires_on.on)
    ]
    return bool(roles) and "expiry" not in roles


def _mentions(text: str, today: date) -> list[_Mention]:
    """The days, spans and stretches of the text in order."""
    plain, days, spans = read_days(text, today)
    periods = list(find_periods(plain, today, days))
    named = [d for d in days if not any(p.start <= d.start and d.end <= p.end for p in periods)]
    free = [s for s in spans if not any(s.start < p.end and p.start < s.end for p in periods)]
    found: list[Named | Span | Period] = sorted([*named, *free, *periods], key=lambda what: what.start)
    return [_mention(plain, what, found) for what in found]


def _mention(plain: str, what: Named | Span | Period, found: Sequence[Named | Span | Period]) -> _Mention:
    edges = [(other.start, other.end) for other in found]
    marks = [m.start() for m in CLAUSE_END.finditer(plain) if not any(a <= m.start() < b for a, b in edges)]
    begin = max((mark + 1 for mark in marks if mark < what.start), default=0)
    finish = min((mark for mark in marks if mark >= what.end), default=len(plain))
    left = max([end for _, end in edges if end <= what.start and end > begin], default=begin)
    last = end_of_list(plain, what.end, edges) if isinstance(what, Named) else what.end
    right = min([start for start, _ in edges if start >= last and start < finish], default=finish)
    until = min((mark for mark in marks if mark > finish), default=len(plain))
    alone = not any(finish < start < until for start, _ in edges)
    after = plain[last:right]
    ago = _AGO.match(after) if isinstance(what, Span) and what.way == "back" else None
    return _Mention(
        what=what,
        before=plain[left : what.start],
        after=after[ago.end() :] if ago else after,
        following=plain[finish + 1 : until] if alone else "",
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
