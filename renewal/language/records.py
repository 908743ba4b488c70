"""How a value that a person wrote becomes one that can be compared: a plain word, or a keyed hash."""

import re
import unicodedata
from functools import cache
from typing import Protocol

import phonenumbers

from renewal.domain import Category, Field, RenewalError
from renewal.language.masking import SHORTEST_ID_DIGITS, mask_id_numbers
from renewal.language.text import plain

REGION = "CN"
DIALLED_DIGITS = range(3, 21)
MOST_TRIES = 60  # at what only looks like a number, before a text is given up
NONE = "none"
DISTRICTS = (
    *"黄浦区 徐汇区 长宁区 静安区 普陀区 虹口区 杨浦区 闵行区".split(),
    *"宝山区 嘉定区 浦东新区 金山区 松江区 青浦区 奉贤区 崇明区".split(),
)
CATEGORY_WORDS = {
    "就业": Category.EMPLOYMENT,
    "投资": Category.BUSINESS,
    "开业": Category.BUSINESS,
    "投资/开业": Category.BUSINESS,
    "投靠": Category.DEPENDANT,
    "就读": Category.SCHOOLING,
} | {category.value: category for category in Category}
VALUE_WORDS = {
    Field.SPONSOR: {"健在": "alive", "去世": "deceased", "已故": "deceased", "死亡": "deceased"},
    Field.MARRIAGE: {
        "已婚": "married",
        "离婚": "divorced",
        "离异": "divorced",
        "未婚": "single",
        "丧偶": "widowed",
    },
    Field.ENROLMENT: {"在读": "enrolled", "就读": "enrolled", "离校": "left", "毕业": "left", "退学": "left"},
}
_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9])\s*[^\w\s]+\s*(?=[0-9])")
NO_EMPLOYER = frozenset(
    {
        NONE,
        *"无 无单位 无工作单位 无就业单位 无工作 没有单位 未就业 无业 失业 待业 失业人员 待业人员 无业人员".split(),
    }
)
_MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


class Hashes(Protocol):
    """What makes the keyed hash of a value: a store, or the keys of one."""

    def value_hash(self, value: str) -> str: ...


class NotComparable(RenewalError):
    """The value is not one that this field can have."""


def tidy(text: str) -> str:
    """Text without what typing adds: full-width forms made half-width, white space, punctuation and marks dropped."""
    word = plain(text).casefold()
    return word if word.isalnum() else word.translate(_KEPT)  # letters and numbers alone all stay: mostly so


def _tidy_address(text: str) -> str:
    """A tidy address without the city. What stands between two numbers keeps them apart: 1-23 is not 12-3."""
    usual = plain(text)
    parts = (usual,) if usual.isalnum() else _BETWEEN_NUMBERS.split(usual)
    return "-".join([tidy(part) for part in parts]).removeprefix("上海市")


class _Kept(dict[int, str | None]):
    """Each character that stays, by code point, None for one that goes; filled as characters are met."""

    def __missing__(self, point: int) -> str | None:
        char = chr(point)
        self[point] = kept = None if unicodedata.category(char)[0] in "ZPCM" else char
        return kept


_KEPT = _Kept()


def number_as_kept(text: str) -> str:
    """A permit's or a receipt's number as the store keeps it: half-width, upper case, without space around it."""
    return plain(text).upper()


def name_searched(text: str) -> str:
    """A person's name as it is looked for: one width and case, no white space, no dots; empty where nothing is left."""
    return tidy(text)


def is_id_number(number: str) -> bool:
    """Whether what was given as the number of a permit or a receipt is an ID number, which nobody keeps."""
    return len(number) >= SHORTEST_ID_DIGITS and mask_id_numbers(number).found


def mobile_number(text: str) -> str | None:
    """E.164 of a number that can receive texts, or None; without a country code it is a mainland one."""
    usual = _plain_mobile().fullmatch(text)
    if usual:
        return f"+86{usual[1]}"
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(number) not in _MOBILE:  # an invalid number has no type
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_dialled(text: str) -> bool:
    """Whether a text is a number as a provider names a sender: digits, perhaps behind a plus; a service's are few."""
    digits = text.removeprefix("+")
    return digits.isascii() and digits.isdigit() and len(digits) in DIALLED_DIGITS


def numbers_in(text: str) -> phonenumbers.PhoneNumberMatcher:
    """The numbers that can be dialled in a text, which may be full of what only looks like some."""
    return phonenumbers.PhoneNumberMatcher(text, REGION, max_tries=MOST_TRIES)


@cache
def _plain_mobile() -> re.Pattern[str]:
    """A mainland mobile in its usual form, by the library's own pattern: asking the library takes 50 times as long."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
    assert metadata is not None
    assert metadata.mobile is not None
    pattern = metadata.mobile.national_number_pattern
    return re.compile(rf"(?:\+86)?({pattern})", re.ASCII)


def district_named(text: str) -> str | None:
    """The district's full name, also where 区 or 新区 was left out, or None."""
    name = tidy(text).removeprefix("上海市")
    return next((full for full in DISTRICTS if name in {full, full[:2], f"{full[:2]}区"}), None)


def comparable(field: Field, text: str, keys: Hashes) -> str:
    """The form in which a field's value is stored, the same for what is on file and what a bureau says.

    Addresses, employers and phones become keyed hashes; sponsor, marriage and enrolment plain words; having
    no employer is a value too.

    Raises:
        NotComparable: a phone that is none, a word that the field does not know, or nothing but punctuation.
    """
    if field is Field.PHONE:
        number = mobile_number(text)
        if number is None:
            raise NotComparable(field.value)
        return keys.value_hash(number)
    word = tidy(text) if field is not Field.ADDRESS else _tidy_address(text)
    if not word:
        raise NotComparable(field.value)
    if field is Field.EMPLOYMENT:
        return NONE if word in NO_EMPLOYER else keys.value_hash(word)
    if field is Field.ADDRESS:
        return keys.value_hash(word)
    known = VALUE_WORDS[field]
    if word in known.values():
        return word
    if word not in known:
        raise NotComparable(field.value)
    return known[word]
