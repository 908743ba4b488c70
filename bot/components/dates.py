"""Where a text names a day or a span of time. What it means is worked out by the services, not here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.components.lexicon import Found

_NUMBER = r"(?:\d{1,4}|[〇零一二三四五六七八九十百两俩廿卅]{1,4}|半|几)"
_YEAR = r"(?:(?:\d{4}|\d{2}|[二〇零一三四五六七八九]{4})\s*年|今年|明年|去年|后年|前年)"
_MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2}|十[一二])\s*月份?"
_DAY = r"(?:\d{1,2}|[初廿卅一二三四五六七八九十]{1,3})\s*[日号]?"
_UNIT = r"(?:个?(?:半)?(?:多)?(?:月|年|星期|礼拜|周)|天|日|年|周)"
_WEEKDAY = r"(?:礼拜|星期|周)[一二三四五六日天末]"
_NUMBER_WORD = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PATTERNS = (
    r"\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}(?!\d)",
    rf"{_YEAR}的?\s*{_MONTH}(?:\s*{_DAY}|[初中底末])?",
    rf"(?:上上|上|下下|下|这|本)个?月\s*(?:{_DAY}|[初中底末])?",
    rf"{_MONTH}\s*{_DAY}",
    rf"{_MONTH}(?:[初中底末])",
    rf"(?:上上|上|下下|下|这|本)?个?{_WEEKDAY}",
    rf"(?:还有|还剩|剩|只剩|不到|过期|逾期|超期|超过|超|过了|晚了|提前|差)了?(?:快)?\s*{_NUMBER}\s*多?{_UNIT}(?:多|半)?",
    rf"{_NUMBER}\s*多?{_UNIT}(?:多|半)?\s*(?:以?前|以?后|之前|之后)",
    r"大前天|前天|昨天|昨日|今天|今日|明天|明日|后天|大后天|今早|昨晚",
    r"(?:去|今|明|后|前)年(?:年初|年底|年中)?|月底|月初|年底|年初",
    r"(?<![\d.])\d{1,2}[号日](?![楼线院])",
    r"(?<![\d./-])(?:1[0-2]|0?[1-9])[./](?:3[01]|[12]\d|0?[1-9])(?![\d./%])",
    rf"{_NUMBER_WORD}\s+(?:days?|weeks?|months?|years?)(?:\s+(?:ago|left|later|overdue|late))?",
    rf"(?:in|for|within|after|next|last)\s+(?:{_NUMBER_WORD}\s+)?(?:days?|weeks?|months?|years?)",
    rf"(?<![a-z]){_ENGLISH_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s*\d{{4}})?",
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_ENGLISH_MONTH}(?![a-z])(?:,?\s*\d{{4}})?",
    r"(?<![a-z])(?:yesterday|today|tomorrow)(?![a-z])",
)
_DATE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def find_dates(text: str) -> Iterator[Found]:
    """Each expression of time, as it is written."""
    for match in _DATE.finditer(text):
        yield Found("date", match.group().strip(), match.start(), match.end())
