"""Where a text holds a code sent by SMS: one that it calls a code, or one that was asked for."""

import re
from functools import cache

from renewal.language.words import find_all

MOST_CODE_DIGITS = 8
DAY = re.compile(
    r"(?:19|20)\d\d[\s\-./年]{0,2}(?:0?[1-9]|1[0-2])[\s\-./月]{0,2}(?:0?[1-9]|[12]\d|3[01])(?!\d)"
)
Span = tuple[int, int]

# Four to eight digits, or the asterisks put for them; not a year, a sum, a number of a house.
_CODE = re.compile(
    r"(?<![\d*])[\d*](?:[ \-]{0,2}[\d*]){3,7}(?![\d*])(?![ ]?(?:[年月日号元块分小天个人路弄室岁%]|days?\b|yuan|rmb))"
)
_BESIDE = r"[^\d*,，。;；!！?？\n]"
_AFTER_WORD = re.compile(rf"\s*{_BESIDE}{{0,8}}\s*\Z")
_BEFORE_WORD = re.compile(rf"\s*(?:{_BESIDE}{{0,6}}|is (?:your|my|the) [a-z ]{{0,20}})\Z", re.IGNORECASE)
_MINUTES = re.compile(r"[(\[]?\s?\d{1,2}\s?(?:分钟|秒|小时|min(?:ute)?s?\b)[^\d,，。;；)\]]{0,8}[)\]]?")
_GOOD_FOR = re.compile(rf"[\s(\[,，;；]{{0,3}}(?:请?[在于]|valid for )?{_MINUTES.pattern}")
_SHORT = re.compile(rf"\d[\d ]{{2,{MOST_CODE_DIGITS}}}\d?")


def named_codes(text: str) -> list[Span]:
    """Where the codes are that a text (in its plain form) calls codes or says to be good for some minutes."""
    quiet = _MINUTES.sub(lambda found: " " * len(found.group()), text)
    words = [word.span() for word in find_all("code_word", quiet)] if len(quiet) == len(text) else []
    return [
        code.span()
        for code in _CODE.finditer(text)
        if not DAY.match(code.group())
        and (_GOOD_FOR.match(text, code.end()) or any(_belong(quiet, code.span(), word) for word in words))
    ]


def asked_codes(text: str, code_digits: int) -> list[Span]:
    """Where a code of that many digits can be, in one piece, spaced, or in halves."""
    return [found.span() for found in _asked(code_digits).finditer(text)]


def is_bare_code(text: str) -> bool:
    """Whether a text is nothing but digits as a code has them, and no day."""
    bare = text.strip(" 。.!！")
    return bool(_SHORT.fullmatch(bare) and not DAY.fullmatch(bare))


def hides_code(text: str, code_digits: int) -> bool:
    """Whether a code of that many digits was taken out of the text."""
    return re.search(rf"(?<![*\d])\*{{{code_digits}}}(?![*\d])", text) is not None


def starred(text: str, spans: list[Span]) -> str:
    """The text with each of these places put as an asterisk a digit, in one piece."""
    for start, end in sorted(spans, reverse=True):
        digits = sum(char.isdigit() or char == "*" for char in text[start:end])
        text = text[:start] + "*" * digits + text[end:]
    return text


def _belong(text: str, code: Span, word: Span) -> bool:
    if word[1] <= code[0]:
        return _AFTER_WORD.match(text[word[1] : code[0]]) is not None
    return code[1] <= word[0] and _BEFORE_WORD.match(text[code[1] : word[0]]) is not None


@cache
def _asked(code_digits: int) -> re.Pattern[str]:
    half = code_digits // 2
    spaced = rf"\d(?: ?\d){{{code_digits - 1}}}"
    singly = rf"\d(?:[ \-.·_,]{{1,2}}\d){{{code_digits - 1}}}"
    halves = rf"\d{{{half}}}[ \-.·_,]{{1,2}}\d{{{code_digits - half}}}"
    return re.compile(rf"(?<!\d)(?<!\d[ \-])(?:{spaced}|{singly}|{halves})(?![ \-]?\d)")
