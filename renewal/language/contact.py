"""Reads from a text on which number its writer can be reached."""

import re
from functools import cache

import phonenumbers

from renewal.language.records import numbers_in
from renewal.language.text import dialled, simplified
from renewal.language.words import pattern, says

MOBILE_DIGITS = 11  # of a mainland mobile number
TAIL_DIGITS = 4  # told back of a number
MOST_BESIDE_CHARS = 4  # beside a number, of a text that is little else
_MOBILE_LIKE = re.compile(r"(?<![\d.])1[3-9](?:[ -]?\d){6,11}(?![\d.]|[年月日号天元])")
_DIGITS = re.compile(r"[+(]?\d[\d()\-\s.]{5,}\d(?:\s*(?:转|分机|ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
_EXTENSION = re.compile(r"^\s*(?:转|分机|ext\.?|x|#)\s*(\d{1,6})", re.IGNORECASE)


def without_numbers(text: str) -> str:
    """`text` with every number that could be dialled, and the words that lead to it, taken out."""
    parts = _DIGITS.split(dialled(text))
    return (
        "，".join(_leads_number().sub("", part) for part in parts[:-1]) + "，" + parts[-1]
        if parts[1:]
        else parts[0]
    )


def check_phone(text: str) -> str | None:
    """The valid number that a text gives, as E.164 with `;ext=` where there is an extension.

    A number of no country's own is a Chinese one; a landline needs its area code. Of several the first, unless the
    text corrects: then the last that it does not call wrong. None where there is none.
    """
    clean = simplified(dialled(text))
    found: list[tuple[str, bool]] = []
    for match in numbers_in(clean):
        if not phonenumbers.is_valid_number(match.number):
            continue
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        extension = _EXTENSION.match(clean[match.end :])
        more = match.number.extension or (extension.group(1) if extension else "")
        denied = _denied_before().search(clean[: match.start]) or _denied_after().match(clean[match.end :])
        found.append((f"{number};ext={more}" if more else number, bool(denied)))
    right = [number for number, denied in found if not denied]
    if not right:
        return None
    return right[-1 if says("corrects", clean) else 0]


def broken_phone(text: str, *, to_call: bool = False) -> int | None:
    """How many digits a mainland mobile number in the text has, where it is not whole; None where there is none such.

    A number counts as one where the text calls it so, or is little else; or `to_call`: a number was asked for.
    """
    clean = simplified(dialled(text))
    found = _MOBILE_LIKE.search(clean)
    if found is None or check_phone(text) is not None:
        return None
    digits = sum(char.isdigit() for char in found.group())
    called = to_call or says("names_phone", text)
    alone = sum(char.isalnum() for char in clean) - digits <= MOST_BESIDE_CHARS
    return digits if digits != MOBILE_DIGITS and (called or alone) else None


def is_only_a_phone(text: str) -> bool:
    """Whether a text gives a number that can be dialled and next to nothing else."""
    if check_phone(text) is None:
        return False
    return sum(char.isalnum() for char in without_numbers(text)) <= MOST_BESIDE_CHARS


def country_to_text(phone: str) -> str | None:
    """The country (ISO code) of a mobile number, as `check_phone` gives it; None where the number takes no texts."""
    if ";" in phone:
        return None
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:  # no number, so none that takes texts
        return None
    mobile = phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    return phonenumbers.region_code_for_number(number) if phonenumbers.number_type(number) in mobile else None


@cache
def _leads_number() -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('leads_number').pattern})?(?:是|[:：]|\bis\b)?\s*$", re.IGNORECASE)


@cache
def _denied_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('not_number_after').pattern})[^\d，,。;；]{{0,6}}$", re.IGNORECASE)


@cache
def _denied_after() -> re.Pattern[str]:
    return re.compile(
        rf"^[^\d，,。;；]{{0,3}}[，,]?\s*(?:{pattern('not_number_before').pattern})", re.IGNORECASE
    )
