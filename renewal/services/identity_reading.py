"""Finds a phone number or a code in a text, and the same text without it (design section 9)."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

from renewal.services.records import REGION, mobile_number

SHOWN_DIGITS = 4  # of a phone, so that its owner sees which one was meant
FEWEST_PHONE_DIGITS = 7
MOST_CODE_DIGITS = 8

_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_SPOKEN_RUN = re.compile(r"[零〇一幺二两三四五六七八九]{6,}")
_GAP = r"[\s\-‐-―－()._·]{0,2}"
_MAINLAND = re.compile(rf"(?<!\d)(?:(?:\+|00){_GAP}?86{_GAP}|86{_GAP})?1[3-9](?:{_GAP}\d){{9}}(?!\d)")
_RUN = re.compile(rf"\+?\d(?:{_GAP}\d){{{FEWEST_PHONE_DIGITS - 1},}}")
_DAY = re.compile(
    r"(?:19|20)\d\d[\s\-./年]{0,2}(?:0?[1-9]|1[0-2])[\s\-./月]{0,2}(?:0?[1-9]|[12]\d|3[01])(?!\d)"
)
_SHORT = re.compile(rf"\d[\d ]{{2,{MOST_CODE_DIGITS}}}\d?")
_CODE_WORD = (
    r"验证码|驗證碼|校验码|校驗碼|动态码|动态密码|验证号码"
    r"|(?:verification|login|security|sms) code|passcode|\botp\b"
)
_NAMED_CODE = re.compile(
    rf"(?:{_CODE_WORD})[^\d，,。]{{0,8}}(?P<after>\d[\d ]{{2,8}}\d)(?!\d)"
    rf"|(?<!\d)(?P<before>\d[\d ]{{2,8}}\d)[^\d，,。]{{0,6}}(?:{_CODE_WORD})",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"没有?(?:收|接)到|收不到|没来|重新?发|再发|再来一[个次]|换一?个(?:验证)?码|新的?(?:验证)?码"
    r"|resend|send (?:it |one )?again|new code|(?:did ?n.?t|have ?n.?t|not) (?:get|got|receive)",
    re.IGNORECASE,
)
_ASKS_STATUS = re.compile(
    r"[查看].{0,24}(?:状态|進度|进度|结果|記錄|记录|到期|续签|居住证)|(?:my|check).{0,24}(?:status|permit)",
    re.IGNORECASE,
)
_ASKS_CALL = re.compile(r"回电|打给我|给我打|打电话|联系我|人工|call me|call back", re.IGNORECASE)


class Kind(StrEnum):
    """What was found in a text."""

    PHONE = "phone"
    NOT_MOBILE = "not_mobile"
    CODE = "code"
    WRONG_LENGTH = "wrong_length"
    RESEND = "resend"
    UNASKED = "unasked"
    WRONG_PLACE = "wrong_place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a text gives, and the text without it; `secret` (E.164, or a code's digits) is never shown."""

    kind: Kind
    text: str
    secret: str = field(default="", repr=False)


def plain(text: str) -> str:
    """Half-width, with digits that were spelled out in characters written as digits."""
    folded = unicodedata.normalize("NFKC", text)
    return _SPOKEN_RUN.sub(lambda run: run.group().translate(_SPOKEN), folded)


def may_matter(text: str) -> bool:
    """Whether a text can be a phone, a code, or a wish for another code at all; cheap, and asked of every text."""
    return sum(char.isdigit() for char in plain(text)) >= 4 or bool(_AGAIN.search(text))


def asks_status_with_phone(text: str) -> bool:
    """Whether a text asks for a record and names a phone for it, before anybody asked for one."""
    clean = plain(text)
    return bool(_ASKS_STATUS.search(clean) and not _ASKS_CALL.search(clean) and _phone(clean))


def asks_for_call(text: str) -> bool:
    """Whether a phone in a text is one to be called at."""
    return bool(_ASKS_CALL.search(text))


def find_phone(text: str) -> Given | None:
    """A phone in answer to the question for it; a number that cannot get a text is NOT_MOBILE."""
    clean = plain(text)
    found = _phone(clean)
    if found is not None:
        return Given(kind=Kind.PHONE, text=hide(clean), secret=found)
    if any(not _DAY.match(run.group()) for run in _RUN.finditer(clean)):
        return Given(kind=Kind.NOT_MOBILE, text=hide(clean))
    return None


def find_code(text: str, code_digits: int) -> Given | None:
    """A code in answer to the question for it, also spaced or among words; of another length WRONG_LENGTH."""
    clean = plain(text)
    pattern = _code(code_digits)
    without_phones = _MAINLAND.sub(_blank, clean)
    match = pattern.search(without_phones)
    if match is not None:
        digits = "".join(char for char in match.group() if char.isdigit())
        return Given(kind=Kind.CODE, text=hide(clean, code_digits), secret=digits)
    named = _NAMED_CODE.search(without_phones)
    bare = clean.strip(" 。.!！")
    if named or (_SHORT.fullmatch(bare) and not _DAY.fullmatch(bare)):
        return Given(kind=Kind.WRONG_LENGTH, text=re.sub(r"\d", "*", clean))
    return None


def find_named_code(text: str) -> Given | None:
    """A code that the text itself calls one, though nobody asked for it."""
    clean = plain(text)
    if not _NAMED_CODE.search(clean):
        return None
    return Given(kind=Kind.UNASKED, text=_NAMED_CODE.sub(lambda m: re.sub(r"\d", "*", m.group()), clean))


def wants_another(text: str) -> bool:
    """Whether a text wishes for another code."""
    return bool(_AGAIN.search(plain(text)))


def hide(text: str, code_digits: int = 0) -> str:
    """`text` with each phone's last digits only, and with no code of that length."""
    hidden = _RUN.sub(
        lambda run: run.group() if _DAY.match(run.group()) and not _phone(run.group()) else _tail(run),
        _MAINLAND.sub(_tail, text),
    )
    return _code(code_digits).sub("*" * code_digits, hidden) if code_digits else hidden


def _phone(clean: str) -> str | None:
    """E.164 of the first number in the text that can receive a text message."""
    for match in _MAINLAND.finditer(clean):
        found = mobile_number(match.group())
        if found is not None:
            return found
    for other in phonenumbers.PhoneNumberMatcher(clean, REGION):
        found = mobile_number(other.raw_string)
        if found is not None:
            return found
    return None


def _code(code_digits: int) -> re.Pattern[str]:
    half = code_digits // 2
    spaced = rf"\d(?: ?\d){{{code_digits - 1}}}"
    halves = rf"\d{{{half}}}-\d{{{code_digits - half}}}"
    return re.compile(rf"(?<!\d)(?<!\d[ \-])(?:{spaced}|{halves})(?![ \-]?\d)")


def _tail(match: re.Match[str]) -> str:
    digits = [char for char in match.group() if char.isdigit()]
    return "*" * max(FEWEST_PHONE_DIGITS, len(digits) - SHOWN_DIGITS) + "".join(digits[-SHOWN_DIGITS:])


def _blank(match: re.Match[str]) -> str:
    return "，" * len(match.group())
