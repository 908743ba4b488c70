"""Spans that are not simply the years of insurance: of one base alone, or still to come."""

import re

from renewal.language.points.numbers import INSURED, SPAN, Found, N, months_of

# "一倍基数缴满3年", "1倍交了36个月", "其中1倍基数的有3年": the span is the base's.
_OF_BASE = (
    re.compile(
        r"(?:基数|倍|平均工资|社平|\bbase\b|\btimes\b|\dx)"
        rf"(?:(?!社保|参保)[^，,。;；\d]){{0,8}}?(?:[缴交]满?|[满够有]|累计|连续|\bfor)了?\s*{SPAN}"
    ),
    re.compile(
        rf"(?:基数|倍)[^，,。;；\d]{{0,4}}[，,\s]\s*(?:这|最?近(?:{N}|几)年)?(?:已经|也|累计|连续|里|内|都){{0,4}}[缴交]?[满够]了?\s*{SPAN}"
    ),
    re.compile(rf"{SPAN}(?:都|一直|全|的|是|里|按|才|刚|开始|[缴交]|\s){{1,5}}(?:社保)?(?:基数)?{N}\s*倍"),
    # "1倍多的只是最近20个月", "一倍的才这半年多": of late only.
    re.compile(
        rf"(?:基数|倍)(?:(?!社保|参保)[^，,。;；\d]){{0,6}}?(?:(?:只|才|就|仅|光)[是有]?|最近?|近)(?:这|最|近|今年|后面|前面|[缴交]了?){{0,6}}"
        rf"\s*{SPAN}(?!的?(?:社保|参保))"
    ),
)
_OF_INSURANCE = re.compile(rf"{INSURED}[^，,。;；\d]{{0,6}}$")
# "再交两年", "再过3年", "another 2 years": added to what there is.
_TO_COME = (
    re.compile(
        rf"(?:再|接着|继续)(?:多|继续)?(?:[缴交干做等过熬攒挨撑混待留]|参保|工作)?(?:社保)?[满个上了]?\s*{SPAN}"
    ),
    re.compile(rf"(?:多[缴交]|\banother\b)(?:社保)?\s*{SPAN}"),
    re.compile(rf"[等过]上?\s*{SPAN}(?=以?后|之后|的话|呢)"),
    re.compile(
        rf"(?P<y>{N})\s*more\s*(?:years?|yrs?)|(?P<m2>{N})\s*more\s*months?"
        r"(?P<m>)(?P<half>)(?P<minus>)(?P<near>)"
    ),
)


def span_of_base(text: str) -> Found | None:
    """Months that one contribution base was, or would be, paid for; None where a span is the insurance's own."""
    for pattern in _OF_BASE:
        match = pattern.search(text)
        if match and not _OF_INSURANCE.search(text[: _first(match)]):
            return Found(value=months_of(match), start=_first(match), end=_last(match))
    return None


def span_to_come(text: str) -> Found | None:
    """Months that are still to be paid, on top of those that were."""
    match = next((found for pattern in _TO_COME if (found := pattern.search(text))), None)
    return None if match is None else Found(value=months_of(match), start=match.start(), end=_last(match))


def _first(match: re.Match[str]) -> int:
    return max(match.start("y"), match.start("m2"))


def _last(match: re.Match[str]) -> int:
    return max(match.end("y"), match.end("m"), match.end("m2"))
