"""Takes out what tells who a person is: ID numbers from texts, most of a name and of a number (docs/security.md)."""

import re
from dataclasses import dataclass
from datetime import date

from renewal.language.text import plain, simple_places, spoken

MASK = "*" * 18

SHORTEST_ID_DIGITS = 15
_LAST = (
    r"[\dXxＸｘ×✕ΧχХх]"  # the check digit; an X is also typed as the sign for times, or in another alphabet
)
_CLOSE = r"[\s\-‐-―·._]{0,3}"  # what people group one number with
_NO_DIGIT = r"(?<!\d)(?<!\d[\s\-·._])"
_WIDE = r"[\W_]{0,3}"  # whatever else stands between digits: slashes, brackets, stops, line breaks
# Eighteen on their own, in one piece or grouped, are an ID number whatever they say.
_WHOLE = re.compile(
    rf"(?=((?<!\d)\d{{17}}{_LAST}(?!\d)|{_NO_DIGIT}\d(?:{_CLOSE}\d){{16}}{_CLOSE}{_LAST}(?!{_CLOSE}\d)))"
)
# Beside other digits, or with other signs inside, they must also say a province and a day of birth.
_AMONG = re.compile(rf"(?=((?<!\d)\d(?:{_WIDE}\d){{16}}{_WIDE}{_LAST}(?!\d)))")
# In one piece with other digits their check digit must be right, too.
_INSIDE = re.compile(rf"(?=(\d{{17}}{_LAST}))")
# The fifteen digits of before 1999; their groups are regular, or they could be two dates or a phone and a code.
_OLD = re.compile(rf"(?=((?<!\d)\d(?:{_WIDE}\d){{14}}(?!\d)))")
_OLD_GROUPS = tuple(map(frozenset, ((), (6, 8, 10, 12), (3, 6, 9, 12), (4, 8, 12), (5, 10))))
_OLD_SINGLY = frozenset(range(1, 15))
_PHONE_FIRST = re.compile(r"1[3-9]\d{9}(?!\d)")
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10X98765432"  # GB 11643-1999, by the weighted sum modulo 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A text without ID numbers; `found` tells whether there was one, also where it was masked before."""

    text: str
    found: bool


def mask_id_numbers(text: str) -> Masked:
    """`text` with every ID number of 18 characters or 15 digits, however it is typed, replaced by 18 asterisks.

    A longer run of digits (a bank card, an order) is left alone, unless an ID number that checks stands in it.
    Source: docs/security.md; GB 11643-1999 for how a number is made.
    """
    folded, places = simple_places(text)
    read = spoken(folded, SHORTEST_ID_DIGITS)
    masked, done = "", 0
    for start, end in _id_numbers(read):
        if places[start] >= done:
            masked += text[done : places[start]] + MASK
            done = places[end - 1] + 1
    masked += text[done:]
    return Masked(text=masked, found=MASK in masked)


def _id_numbers(read: str) -> list[tuple[int, int]]:
    """Where ID numbers begin and end, the first first."""
    found = [match.span(1) for match in _WHOLE.finditer(read)]
    found += [match.span(1) for match in _AMONG.finditer(read) if _says_who(match[1])]
    found += [match.span(1) for match in _INSIDE.finditer(read) if _says_who(match[1]) and _checks(match[1])]
    found += [match.span(1) for match in _OLD.finditer(read) if _is_old(match[1])]
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _says_who(number: str) -> bool:
    """Whether the digits name a province and a day of birth, and do not begin with a phone number of their own."""
    digits = _digits(number)
    return digits[:2] in _PROVINCES and _is_day(digits[6:14]) and not _PHONE_FIRST.match(number)


def _is_old(number: str) -> bool:
    digits = _digits(number)
    if digits[:2] not in _PROVINCES or not _is_day(f"19{digits[6:12]}") or _PHONE_FIRST.match(number):
        return False
    parted = {len(_digits(number[: gap.start()])) for gap in re.finditer(r"(?<=\d)[\W_]+(?=\d)", number)}
    return parted == _OLD_SINGLY or any(parted <= groups for groups in _OLD_GROUPS)


def _is_day(digits: str) -> bool:
    """Whether eight digits are a day of the last century or of this one."""
    try:
        return digits[:2] in ("19", "20") and bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False


def _checks(number: str) -> bool:
    """Whether the last character is the right one for the seventeen before it."""
    digits = _digits(number)
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    right = _CHECKS[total % 11]
    return digits[17:] == right or (len(digits) == 17 and right == "X")


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdecimal())


def mask_name(name: str) -> str:
    """First and last character, as 陈*明; of two characters the first only."""
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def names_in_full(text: str, name: str) -> bool:
    """Whether a text calls somebody by the whole name, however it is spaced or cased."""
    wanted, said = ("".join(plain(words).casefold().split()) for words in (name, text))
    return len(wanted) > 1 and wanted in said


def mask_phone(e164: str) -> str:
    """First three and last four digits of the national number, as 199****0001."""
    national = e164.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}"
