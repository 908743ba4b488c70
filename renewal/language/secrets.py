"""Finds a phone number or a code in a text, and the same text without it (docs/security.md)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from renewal.language.calling import wants_call
from renewal.language.codes import DAY, asked_codes, is_bare_code, named_codes, starred
from renewal.language.names import Evidence, check_name
from renewal.language.records import mobile_number, numbers_in
from renewal.language.text import dialled, simplified
from renewal.language.words import says

SHOWN_DIGITS = 4  # of a phone, so that its owner sees which one was meant
FEWEST_PHONE_DIGITS = 7
SHORT_WISH_CHARS = 10  # "重发", "还没收到", "resend"

_GAP = r"[\s\-‐-―－()._·]{0,2}"
_MAINLAND = re.compile(rf"(?<!\d)(?:(?:\+|00){_GAP}?86{_GAP}|86{_GAP})?1[3-9](?:{_GAP}\d){{9}}(?!\d)")
_RUN = re.compile(rf"\+?\d(?:{_GAP}\d){{{FEWEST_PHONE_DIGITS - 1},}}")
_NAMED = re.compile(
    r"[查看](?:一下|下|查|看){0,6}(?P<name>[㐀-鿿·]{2,4}?)(?:这个人)?的(?:居住证|证|状态|续签|记录|到期)"
)


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
    """What a text gives, and the text without it; `secret` (E.164, or a code's digits) is never shown.

    `for_call`: it is about the number that was left for a call, and not about who writes.
    """

    kind: Kind
    text: str
    secret: str = field(default="", repr=False)
    for_call: bool = False


def may_matter(text: str) -> bool:
    """Whether a text can be a phone, a code, or a wish for another code at all; cheap, and asked of every text."""
    return sum(char.isdigit() or char == "*" for char in dialled(text)) >= 4 or says("code_again", text)


def asks_status_with_phone(text: str) -> bool:
    """Whether a text asks for a record and names a phone for it, before anybody asked for one."""
    clean = simplified(dialled(text))
    return bool(says("asks_record", clean) and not wants_call(clean) and _phone(clean))


def names_another(text: str) -> bool:
    """Whether a text speaks of the record or the phone of somebody else than its writer.

    A relative's may be on file under the writer's own number.
    """
    clean = simplified(dialled(text))
    named = _NAMED.search(clean)
    if says("of_strangers_record", clean) or (named and check_name(named["name"], Evidence.SHAPED)):
        return True
    return says("of_familys_record", clean) and not says("own_phone", clean)


def find_phone(text: str) -> Given | None:
    """A phone in answer to the question for it; a number that cannot get a text is NOT_MOBILE."""
    clean = dialled(text)
    found = _phone(clean)
    if found is not None:
        return Given(kind=Kind.PHONE, text=hide(clean), secret=found)
    if any(not DAY.match(run.group()) for run in _RUN.finditer(clean)):
        return Given(kind=Kind.NOT_MOBILE, text=hide(clean))
    return None


def find_code(text: str, code_digits: int) -> Given | None:
    """A code in answer to the question for it, also spaced or among words; of another length WRONG_LENGTH."""
    clean = dialled(text)
    without_phones = _MAINLAND.sub(_blank, clean)
    found = asked_codes(without_phones, code_digits)
    if found:
        digits = "".join(char for char in clean[slice(*found[0])] if char.isdigit())
        return Given(kind=Kind.CODE, text=hide(clean, code_digits), secret=digits)
    if named_codes(without_phones) or is_bare_code(clean):
        return Given(kind=Kind.WRONG_LENGTH, text=re.sub(r"\d", "*", clean))
    return None


def find_named_code(text: str) -> Given | None:
    """A code that the text itself calls one, though nobody asked for it; also where it was masked before."""
    clean = dialled(text)
    named = named_codes(_MAINLAND.sub(_blank, clean))
    return Given(kind=Kind.UNASKED, text=starred(clean, named)) if named else None


def is_only_code(text: str) -> bool:
    """Whether a text is a code and nothing else, or calls it one."""
    return is_bare_code(dialled(text)) or find_named_code(text) is not None


def asks_for_code(text: str) -> bool:
    """Whether a wish for another one is, by its words or its shortness, for a code and not for anything else."""
    return says("code_word", text) or len(text.strip()) <= SHORT_WISH_CHARS


def wants_another(text: str) -> bool:
    """Whether a text wishes for another code."""
    return says("code_again", text)


def hide(text: str, code_digits: int = 0) -> str:
    """`text` with each phone's last digits only, and with no code of that length."""
    hidden = _MAINLAND.sub(_tail, text)
    if code_digits:
        hidden = starred(hidden, asked_codes(hidden, code_digits))
        hidden = starred(hidden, named_codes(hidden))
    return _RUN.sub(
        lambda run: run.group() if DAY.match(run.group()) and not _phone(run.group()) else _tail(run), hidden
    )


def _phone(clean: str) -> str | None:
    """E.164 of the first number in the text that can receive a text message."""
    for match in _MAINLAND.finditer(clean):
        found = mobile_number(match.group())
        if found is not None:
            return found
    for other in numbers_in(clean):
        found = mobile_number(other.raw_string)
        if found is not None:
            return found
    return None


def _tail(match: re.Match[str]) -> str:
    digits = [char for char in match.group() if char.isdigit()]
    return "*" * max(FEWEST_PHONE_DIGITS, len(digits) - SHOWN_DIGITS) + "".join(digits[-SHOWN_DIGITS:])


def _blank(match: re.Match[str]) -> str:
    return "，" * len(match.group())
