"""Spans of time that are counted from today ("还有40天", "逾期三个月"), in a cleaned text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from renewal.language.dates.mentions import add_months
from renewal.language.dates.roles import happens, role_of
from renewal.language.words import find, find_all, says

Way = Literal["ahead", "back", ""]

_MORE = r"(?:多|来|几|余)"
_PIECE = (
    rf"(?!20\d\d年)(?:\d{{1,4}}|半)\s*{_MORE}?(?:个|整)?(?:半|{_MORE})?"
    r"(?:天|日(?!期|号)|周(?![1-7日天])|礼拜(?![1-7日天])|星期(?![1-7日天])|年(?!\d{1,2}月)|(?<=个|半|多|来|几)月|days?|weeks?|months?|years?|d(?![a-z]))"
    r"(?:半|[多几余]|来(?![得不办签续补交弄去]))?"
)
_SPAN = re.compile(
    rf"(?<![\d.月/※这那头前上小大-])(?<!(?<![将接])近)(?<!(?<!剩)下){_PIECE}(?:\s*(?:又|加|and|,)?\s*{_PIECE}){{0,5}}(?![a-z])"
)
_PARTS = re.compile(
    rf"(?P<n>\d{{1,4}}|半)\s*{_MORE}?(?:个|整)?(?P<half>半)?{_MORE}?"
    rf"(?P<unit>天|日|周|礼拜|星期|年|月|day|week|month|year|d)s?(?P<tail>半)?{_MORE}?"
)
_UNIT_DAYS = {"天": 1, "日": 1, "day": 1, "d": 1, "周": 7, "礼拜": 7, "星期": 7, "week": 7}
_YEARS = ("年", "year")

# Spans of the rules, not of this holder: "60天内", "提前30天", "到期三天前", "within 60 days".
_RULE_AFTER = re.compile(
    r"^\s*(?:有效|一[续签]|(?:就|才|到|满|是){1,4}第?\d+[天日个]"
    r"|[之以]内|内(?!容)|工作日|early|in advance|before|working)"
    r"|^(?:里[头面厢边]|[以之]里)(?!就?[要会]?[到过]期)"
    r"|^[之以]?前(?=[能可去办行来])"
)
MOST_SPANS = 40  # of which most may be of the rules; a text that names more is no holder's
OWN_CHARS = 2  # right behind a span that is the writer's own ("60天了")
_CLAUSE_END = re.compile(r"[，,。;；!！?？\n]")
_FROM_THE_DAY = re.compile(r"(?:到期|过期|期满)的?\s*$")
# "过10天到期", but "逾期刚过60天", and "拘留过6天" tells what somebody did.
_PASSES = re.compile(r"(?<![期超经越留押关住病停待呆学做干缴交用来去有离断罚])过\s*$")
_PASSES_OR_IN = re.compile(r"(?:再过|(?<![a-z])in)\s*(?:about|around|another)?\s*$")
# The span itself is over: "60天都过了" is beyond the sixtieth day.
_IS_OVER = re.compile(
    r"^的?(?:期限?|时间|时限|宽限期|补[办签续]期)?\s*(?:已经?|早就?|都|也|全|老早){0,3}过(?:了|去|完|掉|头)"
    r"|^\s*(?:has |have |is |are |already |all |long |now ){0,3}(?:passed|over(?!due)|gone)(?![a-z])"
)
_UNDER_AFTER = re.compile(r"^\s*(?:不到|不足|不满)")
_ABOUT_AFTER = re.compile(r"^\s*(?:左右|上下|or so)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span from `start` to `end`, and which way it counts: empty where the text does not say.

    `sure`: the words before it say that it is the permit's ("过期3天"); "3天前" may be of anything.
    """

    start: int
    end: int
    way: Way
    on: tuple[date | None, date | None]
    exact: bool
    sure: bool

    def day(self, way: Way) -> date | None:
        """The day it leads to, ahead of today or back from it."""
        return self.on[0] if way == "ahead" else self.on[1]


def find_spans(text: str, today: date) -> Iterator[Span]:
    """Each span of the holder's own; a span of the rules is left out."""
    for match in islice(_SPAN.finditer(text), MOST_SPANS):
        clause = _CLAUSE_END.split(text[: match.start()])[-1]
        after = text[match.end() :]
        is_over = bool(_IS_OVER.match(after)) and not _is_anothers(clause)
        past_due = _is_past_due(clause) or is_over
        if _is_rule(clause, after, text, past_due=past_due):
            continue
        way = _way(clause, after, past_due=past_due)
        if "日" in match.group() and not way:
            continue  # "5日" is a day, "还有5日" a span
        less = bool(says("less_than", clause) or _UNDER_AFTER.match(after))
        more = is_over or bool(
            re.search(r"[多余]", match.group()) or says("more_than", clause) or re.match(r"有?余|以上", after)
        )
        rough = less or more or bool(re.search(r"[来几]", match.group()))
        about = bool(says("roughly", clause[-8:]) or _ABOUT_AFTER.match(after))
        slack = (1 if more else 0) - (1 if less else 0)
        yield Span(
            start=match.start(),
            end=match.end(),
            way=way,
            on=(_moved(match.group(), today, 1, slack), _moved(match.group(), today, -1, slack)),
            exact=not (rough or about),
            sure=past_due or _is_of_the_expiry(clause, after),
        )


def _is_of_the_expiry(clause: str, after: str) -> bool:
    """Whether what passes leads to the expiry ("过10天到期"), not to what somebody does then ("过两周再去")."""
    passes = bool(_PASSES.search(clause) or _PASSES_OR_IN.search(clause))
    if not passes:
        return says("span_ahead", clause)
    following = _CLAUSE_END.split(after)[0]
    return role_of(clause, following) != "other"


def _is_anothers(clause: str) -> bool:
    """Whether the clause counts to something ahead, or since something else that happened."""
    return says("span_ahead", clause) or happens(clause)


def _is_past_due(clause: str) -> bool:
    """Whether the clause says that the permit is past its day, and nothing else has happened since."""
    said = list(find_all("past_due", clause))
    return bool(said) and not happens(clause.lstrip()[said[-1].end() :])


def _is_rule(clause: str, after: str, text: str, *, past_due: bool) -> bool:
    """Whether the span belongs to a rule that is asked about, not to the holder's permit."""
    if _RULE_AFTER.match(after) or (says("span_of_a_rule", clause) and not says("whole_span", clause)):
        return True
    if _FROM_THE_DAY.search(clause) and re.match(r"[之以]?前", after):
        return True  # "到期三天前能办吗"
    if re.match(r"[之以]?后", after) if past_due else says("term_of_permit", clause):
        return True  # "过期60天后怎么办", "有效期一年"
    if _is_quoted(clause, after) or _is_planned(clause, after):
        return True
    asked = says("longer_than", clause) and not says("own_case", text)
    return asked and not re.match(r"\s*(?:了|ago)", after)  # "超过90天要重办吗"


def late_by(text: str, today: date) -> int | None:
    """How many days after its expiry the writer means to renew ("过期半个月再去行吗"); None where that is not told."""
    for match in islice(_SPAN.finditer(text), MOST_SPANS):
        clause = _CLAUSE_END.split(text[: match.start()])[-1]
        if _is_planned(clause, text[match.end() :]):
            on = _moved(match.group(), today, 1, 0)
            return None if on is None else (on - today).days
    return None


def _is_planned(clause: str, after: str) -> bool:
    """Whether the span is how late somebody means to go, and no lateness yet."""
    own = any(says(said, clause) for said in ("long_past", "lapsed_now", "earlier_term"))
    return says("late_to_come", clause) and says("goes_then", after) and not own


def _is_quoted(clause: str, after: str) -> bool:
    """Whether the span is one that somebody says to be the rule ("听说过期60天就作废"), or one of two such."""
    heard = find("quoted_from", clause)
    told = clause[heard.end() :] if heard else clause
    quoted = heard is not None or says("rule_follows", after) or says("or_else", clause)
    return quoted and not says("tells_own", told) and not says("tells_own", after[:OWN_CHARS])


def _way(clause: str, after: str, *, past_due: bool) -> Way:
    """Which way the words beside the span count it: the nearest say."""
    following = _CLAUSE_END.split(after)[0]
    if says("span_ahead", clause) or says("puts_off", clause) or (_PASSES.search(clause) and not past_due):
        return "ahead"
    if says("back_after", following):
        return "back"
    if past_due:
        return "back"
    return "ahead" if says("ahead_after", following) else ""


def _moved(span: str, today: date, sign: int, slack: int) -> date | None:
    """Today moved by the span: first by its months, then by its days, then a day more or less for "多" or "不到"."""
    months, days = 0.0, float(slack)
    for part in _PARTS.finditer(span):
        count = 0.5 if part["n"] == "半" else float(part["n"])
        count += 0.5 if part["half"] or part["tail"] else 0.0
        if part["unit"] in _UNIT_DAYS:
            days += count * _UNIT_DAYS[part["unit"]]
        else:
            months += count * (12 if part["unit"] in _YEARS else 1)
    days += 15 * (months % 1 > 0)
    try:
        return add_months(today, sign * int(months)) + timedelta(days=sign * round(days))
    except (OverflowError, ValueError):
        return None
