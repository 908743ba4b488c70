"""Reads the day a holder means from what they wrote, in any wording, against today."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "〇": 0, "廿": 2}
_ENGLISH = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten".split())} | {
    "a": 1,
    "an": 1,
}
_UNIT_DAYS = {"天": 1, "日": 1, "周": 7, "礼拜": 7, "星期": 7, "day": 1, "week": 7}
_SPAN = re.compile(
    r"(?P<n>\d+|[零一二三四五六七八九十百两俩廿]+|半|(?<![a-z])(?:an?|one|two|three|four|five|six|seven|eight|nine|ten)(?![a-z]))\s*"
    r"(?P<half>个半|个多|多)?(?:个|來|来)?\s*(?P<unit>天|日(?![期号])|周(?![一二三四五六日])|礼拜(?![一二三四五六日天])"
    r"|星期(?![一二三四五六日天])|月(?!\d|[一二三四五六七八九十初底])|年(?!\d)|days?(?![a-z])|weeks?(?![a-z])|months?(?![a-z])|years?(?![a-z]))(?P<tail>多|半)?",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"过期|逾期|超期|超过|过了|超了|晚了|拖了|脱签|断签|前(?!.{0,4}到期)|已经|失效|ago|overdue|expired?|late|past|after",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"还有|还剩|剩|不到|之?后|以后|再过|快到期|left|in\s|until|before", re.IGNORECASE)
_MORE_THAN = re.compile(r"(?:超过|超|多于|over|more than)(?:了|有)?\s*$", re.IGNORECASE)
_EXPIRES = re.compile(r"[^，,。；;]{0,4}(?:到期|过期|期满|失效)")
_OTHER_DAY = re.compile(
    r"[^，,。；;]{0,3}(?:出生|生日|生的|入职|来上海|来沪|搬|结婚|离婚|毕业|登记|签的|退房|收到)"
)
_RULE_SPAN = re.compile(r"提前|内(?!容)")
_DAY_PATTERN = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?"
    r"|[二〇零一]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]?"
    r"|(?:今年|明年|去年|后年)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?:\d{1,2}|[初一二三四五六七八九十廿]{1,3})\s*[日号]?"
    r"|(?:上上|上|下下|下|这|本)个?月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"
    r"|(?:上上|上|下下|下|这|本)?个?(?:礼拜|星期|周)[一二三四五六日天]"
    r"|(?<![\d年月/.-])\d{1,2}[/.]\d{1,2}(?![\d/.%])"
    r"|(?<!\d)\d{1,2}[号](?!楼|线)"
)
_NEAR_DAY = re.compile(r"大后天|后天|明天|今天|今日|昨天|大前天|前天|昨日|明日")
_ENGLISH_DAY = re.compile(
    r"\b(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<y>\d{4}))?",
    re.IGNORECASE,
)
_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}


FARTHEST_YEARS = 10  # a permit runs for a year: a day farther off is a slip of the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMention:
    """The day a text means. `exact` is False where only a month or "about" was given; `from_span` where counted."""

    on: date
    exact: bool = True
    from_span: bool = False


def find_expiry(text: str, today: date, *, overdue: bool = False) -> DayMention | None:
    """The expiry day a text speaks of: a date, or a span counted from today ("还有40天", "逾期三个月").

    With `overdue`, a bare span counts backwards and a date without a year is the last such day up to today.
    Without it, a date without a year that passed more than half a year ago is next year's. None: nothing found.
    """
    clean = unicodedata.normalize("NFKC", text).replace("元月", "1月")
    found = (
        _from_date(clean, today, overdue)
        or _from_span(_DAY_PATTERN.sub("", clean), today, overdue)
        or _from_near_day(clean, today)
    )
    return found if found and abs(found.on.year - today.year) <= FARTHEST_YEARS else None


def _from_span(text: str, today: date, overdue: bool) -> DayMention | None:
    for match in _SPAN.finditer(text):
        if _RULE_SPAN.search(text[max(0, match.start() - 2) : match.end() + 1]):
            continue  # "提前30天", "60天内": a rule, not this holder's case
        if _MORE_THAN.search(text[: match.start()]) and not re.search(r"我|已经|\bmy\b|\bi\b|过了|了$", text):
            continue  # "超过90天要重办吗" asks of the rule; no day of a holder's follows from it
        before, after = text[: match.start()], text[match.end() :]
        back = _PAST.search(before) or _PAST.match(after.lstrip())
        ahead = _AHEAD.search(before[-4:]) or _AHEAD.match(after.lstrip())
        if not (back or ahead or overdue):
            continue
        forward = bool(ahead) and not (back and not ahead)
        moved = _shift(today, match, 1 if forward else -1)
        if moved is not None:
            vague = "多" in (match["half"] or "") + (match["tail"] or "") or "以上" in after[:2]
            if (vague or _MORE_THAN.search(before)) and not forward:
                moved -= timedelta(days=1)  # "超过60天" is past the sixtieth day
            return DayMention(on=moved, exact=not vague, from_span=True)
    return None


def _shift(today: date, match: re.Match[str], sign: int) -> date | None:
    unit = match["unit"].lower().rstrip("s")
    half = 0.5 if "半" in (match["half"] or "") or match["tail"] == "半" else 0.0
    count = 0.5 if match["n"] == "半" else number(match["n"])
    if count is None:
        return None
    try:
        if unit in _UNIT_DAYS:
            return today + timedelta(days=sign * round((count + half) * _UNIT_DAYS[unit]))
        months = (count + half) * (12 if unit in ("年", "year") else 1)
        moved = add_months(today, sign * int(months))
        return moved + timedelta(days=sign * 15) if months % 1 else moved
    except (OverflowError, ValueError):
        return None


def number(text: str) -> float | None:
    """A count in digits, Chinese numerals up to 999, or an English word; None where it is none."""
    if text.isdecimal():
        return int(text) if len(text) <= 5 else None
    if text.lower() in _ENGLISH:
        return _ENGLISH[text.lower()]
    total, current = 0, 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
            if char == "廿":
                total, current = total + 20, 0
        elif char in "十百":
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
        else:
            return None
    return total + current


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _from_date(text: str, today: date, overdue: bool) -> DayMention | None:
    english = _ENGLISH_DAY.search(text)
    if english:
        try:
            year = int(english["y"] or today.year)
            found = date(year, _MONTHS[english["m"].lower()[:3]], int(english["d"]))
        except ValueError:
            return None
        return DayMention(on=found if english["y"] else _near(found, today, overdue))
    match = _expiry_match(text)
    if match is None:
        return None
    raw = re.sub(r"\s+", "", match.group())
    parsed = _parse(raw.replace("初", ""), today)
    if parsed is None:
        return None
    dated = re.search(
        r"\d{4}|[二〇零一]{4}年|年|上|下|这|本|天|日$(?<![号月]\d日)", raw
    ) and not re.fullmatch(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月.*", raw)
    return DayMention(on=parsed if dated else _near(parsed, today, overdue))


def _expiry_match(text: str) -> re.Match[str] | None:
    """The date that is said to be the expiry's; else the first that is not said to be another's."""
    found = [m for m in _DAY_PATTERN.finditer(text) if not _OTHER_DAY.match(text[m.end() :])]
    return next((m for m in found if _EXPIRES.match(text[m.end() :])), found[0] if found else None)


def _from_near_day(text: str, today: date) -> DayMention | None:
    match = _NEAR_DAY.search(text)
    parsed = _parse(match.group(), today) if match else None
    return DayMention(on=parsed) if parsed else None


def _near(day: date, today: date, overdue: bool) -> date:
    """A date without a year, moved to the year a holder means."""
    try:
        if overdue and day > today:
            return day.replace(year=day.year - 1)
        if not overdue and (today - day).days > 183:  # months ago: next year's is meant
            return day.replace(year=day.year + 1)
    except ValueError:  # 29 February in a common year
        return day
    return day


def _parse(raw: str, today: date) -> date | None:
    short = re.fullmatch(r"(?P<m>\d{1,2})[/.](?P<d>\d{1,2})", raw)
    try:
        if short:
            return date(today.year, int(short["m"]), int(short["d"]))
        if re.fullmatch(r"(?:2月|二月)(?:29|二十九)[日号]?", raw):
            return next(
                date(y, 2, 29) for y in range(today.year, today.year + 9) if monthrange(y, 2)[1] == 29
            )
        base = datetime(today.year, today.month, today.day, 12).timestamp()  # noqa: DTZ001 the parser reads local time
        parsed: dict[str, Any] = _parser()(raw, time_base=base)
        if parsed["type"] != "time_point":
            return None
        return date.fromisoformat(parsed["time"][0][:10])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


@cache
def _parser() -> Any:
    import jionlp  # slow to import (1 s) and prints an advertisement; only who reads dates pays for it

    return jionlp.parse_time
