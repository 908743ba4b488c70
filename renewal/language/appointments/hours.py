"""Hours, halves of the day and weeks, as a text names them."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Literal

from renewal.language.dates import number
from renewal.language.text import simple
from renewal.language.words import says

Part = Literal["am", "pm", ""]
Side = Literal["from", "until", ""]
NOON = time(12)
FIRST_HOUR_AS_SAID = 8  # "3点" is the afternoon's, "8点" the morning's
DAYS_IN_WEEK = 7
NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
PARTS: Mapping[Part, str] = MappingProxyType({"am": "morning", "pm": "afternoon"})  # the concept of each
CLOCK = re.compile(
    rf"(?<![\d./-])(?P<hour>{NUMBER})\s*"
    rf"(?:[点时](?!候|间)(?:钟|整)?(?P<said>半|[一1三3]刻|{NUMBER}(?:分|(?![点时\d])))?|[:：](?P<minute>\d\d))"
    r"|(?<![\d./:-])(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?\s*(?P<ampm>[ap])\.?m\b"
    r"|\bat (?P<at>\d{1,2})(?![\d:/]|\s*(?:th|st|nd|rd))",
    re.IGNORECASE,
)
THAT_WEEK = re.compile(
    r"(?P<next>下个?(?:周|礼拜|星期)(?![一二三四五六日天1-7])|next week)"
    r"|(?P<this>[这本]个?(?:周|礼拜|星期)(?![一二三四五六日天1-7])|this week)",
    re.IGNORECASE,
)
_SIDE_BEHIND = re.compile(
    r"\s*(?:(?P<until>[之以]?前)|(?P<from>[之以]?后|过后|往后|起|开始|or later|onwards?))(?![天日])"
)
_SIDE_AHEAD = re.compile(r"(?<![a-z])(?:(?P<until>before|by|until)|(?P<from>after|from))\s+$", re.IGNORECASE)
_SPACED = re.compile(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿\d])|(?<=\d)\s+(?=[㐀-鿿])")
_MINUTES: Mapping[str, int] = MappingProxyType(
    {"": 0, "半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}
)


def said_closely(text: str) -> str:
    """The text's simple form without the spaces between Chinese characters: "周 三 上 午"."""
    return _SPACED.sub("", simple(text))


def clock(match: re.Match[str], said: str) -> time | None:
    """The hour that a match of `CLOCK` in `said` tells; None where the day has no such hour."""
    hour = number(match["hour"] or match["h"] or match["at"] or "")
    minute = _minute(match["said"] or match["minute"] or match["m"] or "")
    if hour is None or minute is None:
        return None
    before = said[max(0, match.start() - 6) : match.start()]
    half = (match["ampm"] or "").lower()
    if half == "p" or (not half and says("afternoon", before)):
        hour = hour + 12 if hour < 12 else hour
    elif not half and not says("morning", before) and hour < FIRST_HOUR_AS_SAID:
        hour += 12
    return time(int(hour), minute) if 0 <= hour < 24 and minute < 60 else None


def hour_side(match: re.Match[str], said: str) -> tuple[int, int, Side]:
    """From where to where the words for an hour reach, and whether it is a bound ("10点以后", "before 3 pm")."""
    behind, ahead = _SIDE_BEHIND.match(said, match.end()), _SIDE_AHEAD.search(said[: match.start()])
    start, end = ahead.start() if ahead else match.start(), behind.end() if behind else match.end()
    if behind:
        return start, end, "until" if behind["until"] else "from"
    if ahead:
        return start, end, "until" if ahead["until"] else "from"
    return start, end, ""


def week_of(match: re.Match[str], today: date) -> tuple[date, date]:
    """Monday and Sunday of the week that a match of `THAT_WEEK` names."""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=DAYS_IN_WEEK * bool(match["next"]))
    return monday, monday + timedelta(days=DAYS_IN_WEEK - 1)


def _minute(said: str) -> int | None:
    if said in _MINUTES:
        return _MINUTES[said]
    found = number(said.removesuffix("分"))
    return None if found is None else int(found)
