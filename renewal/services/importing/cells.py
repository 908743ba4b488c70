"""Reads one cell each: from what a person typed to the form in which it is staged, or a reason why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from renewal.domain import Field, VisitFinding, VisitWay
from renewal.language.records import (
    CATEGORY_WORDS,
    DISTRICTS,
    VALUE_WORDS,
    NotComparable,
    comparable,
    district_named,
    is_id_number,
    mobile_number,
    number_as_kept,
)
from renewal.language.sheets import LOST, MARK, is_broken
from renewal.services.importing.errors import BadCell
from renewal.store.keys import KeyRing

MOST_CHARS = 100
YEARS = range(2000, 2100)
TOLD_CHARS = 20  # of a cell that is not understood
WAY_WORDS = {"上门": "door", "走访": "door", "电话": "call"} | {way.value: way.value for way in VisitWay}
FINDING_WORDS = {"一致": "confirmed", "有变化": "changed", "未遇": "nobody"} | {
    finding.value: finding.value for finding in VisitFinding
}
YES, NO = "yes", "no"
YES_WORDS = {"是": YES, "否": NO, YES: YES, NO: NO}
_PERMIT_NO = re.compile(r"-*[0-9A-Z][0-9A-Z-]*")
_NUMBER_CELL = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")  # how a sheet tells a long number
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(\d\d))(\d{1,2})日?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DIGIT = re.compile(r"\d")
_IN_A_NUMBER = "()-.‐–—−"  # what people write between the digits of one number
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # Unicode categories that no name has


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a cell needs to know: the store's keys, and today."""

    keys: KeyRing
    today: date


Read = Callable[[str, Reading], str]


def plain(cells: Sequence[str]) -> bool:
    """Is no cell too long, and none of a kind to look at again? Asked once a row, since it is nearly always so."""
    joined = "".join(cells)
    odd = MARK in joined or LOST in joined or "#" in joined
    return not odd and max(map(len, cells)) <= MOST_CHARS and joined.isprintable()


def checked(text: str) -> str:
    """The text of a cell that must not be empty, if it can be a cell at all. Raises BadCell."""
    if not text:
        raise BadCell("required")
    if len(text) > MOST_CHARS:
        raise BadCell("too_long", most=MOST_CHARS)
    if _CONTROL.search(text):
        raise BadCell("control_character")
    if LOST in text:
        raise BadCell("lost_character")
    if is_broken(text):
        raise BadCell("broken_cell", text=text[:TOLD_CHARS])
    return text


def permit_no(text: str, _reading: Reading) -> str:
    """Letters, digits and hyphens, upper case, and not hyphens alone. An ID number is none: it is not kept."""
    number = number_as_kept(text)
    if is_id_number(number):
        raise BadCell("id_number")
    if "+" in number and _NUMBER_CELL.fullmatch(number):
        raise BadCell("number_cell")
    if not _PERMIT_NO.fullmatch(number):
        raise BadCell("bad_permit_no")
    return number


def person_name(text: str, _reading: Reading) -> str:
    """As it stands, unless it holds what nobody sees, which would put what is around it out of order."""
    if not text.isprintable() and any(unicodedata.category(char) in UNSEEN for char in text):
        raise BadCell("unseen_character")
    return text


def phone(text: str, _reading: Reading) -> str:
    """E.164 of a number that can receive texts."""
    if _goes_on(text):
        raise BadCell("several_phones")
    number = mobile_number(text)
    if number is None:
        raise BadCell("bad_phone")
    return number


def district(text: str, _reading: Reading) -> str:
    """The district's full name."""
    return _district(text)


def day(text: str, _reading: Reading) -> str:
    """A day of this century, ISO."""
    return _day(text)


def past_day(text: str, reading: Reading) -> str:
    """A day that is not after today, ISO."""
    found = _day(text)
    if found > reading.today.isoformat():
        raise BadCell("future_day", text=found, today=reading.today)
    return found


def one_word(words: Mapping[str, str]) -> Read:
    """A reader of these words, in either language."""

    def read(text: str, _reading: Reading) -> str:
        return word_of(text, words)

    return read


def value_of(field: Field) -> Read:
    """A reader of a field's value, in the form in which values are compared."""

    def read(text: str, reading: Reading) -> str:
        if field is Field.PHONE and _goes_on(text):
            raise BadCell("several_phones")
        try:
            return comparable(field, text, reading.keys)
        except NotComparable:
            raise _not_comparable(field, text) from None

    return read


def enrolled(_text: str, _reading: Reading) -> str:
    """Who has a school is enrolled."""
    return VALUE_WORDS[Field.ENROLMENT]["在读"]


def word_of(text: str, words: Mapping[str, str]) -> str:
    """What one of `words` means. Raises BadCell with the words there are."""
    found = words.get(text) or words.get(unicodedata.normalize("NFKC", text).casefold())
    if found is None:
        raise BadCell("unknown_word", text=text[:TOLD_CHARS], words="、".join(words))
    return found


def _goes_on(phone_cell: str) -> bool:
    """Does more follow a number: a letter, a second number? The library passes over it, and would take the first."""
    if phone_cell.isascii() and phone_cell.removeprefix("+").isdigit():
        return False
    first = _DIGIT.search(phone_cell)
    if first is None:
        return False
    rest = unicodedata.normalize("NFKC", phone_cell[first.end() :])
    return not all(char.isdigit() or char.isspace() or char in _IN_A_NUMBER for char in rest)


def _not_comparable(field: Field, text: str) -> BadCell:
    if field is Field.PHONE:
        return BadCell("bad_phone")
    if field in VALUE_WORDS:
        return BadCell("unknown_word", text=text[:TOLD_CHARS], words="、".join(VALUE_WORDS[field]))
    return BadCell("nothing_to_compare")


@lru_cache(maxsize=256)
def _district(text: str) -> str:
    name = district_named(text)
    if name is None:
        raise BadCell("unknown_word", text=text[:TOLD_CHARS], words="、".join(DISTRICTS))
    return name


@lru_cache(maxsize=4096)
def _day(text: str) -> str:
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if match:
        year, *months, day_of_month = match.groups()
        try:
            found = date(int(year), int(next(filter(None, months))), int(day_of_month))
        except ValueError:
            pass
        else:
            if found.year in YEARS:
                return found.isoformat()
    raise BadCell("bad_date", text=text[:TOLD_CHARS])


CATEGORIES = {word: category.value for word, category in CATEGORY_WORDS.items()}
