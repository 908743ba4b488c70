"""How a value that a person wrote becomes one that can be compared: a plain word, or a keyed hash."""

import unicodedata

import phonenumbers

from renewal.domain import Category, Field, RenewalError
from renewal.store import Store

REGION = "CN"
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
FIELD_WORDS = {
    "地址": Field.ADDRESS,
    "居住地址": Field.ADDRESS,
    "就业": Field.EMPLOYMENT,
    "就业情况": Field.EMPLOYMENT,
    "单位": Field.EMPLOYMENT,
    "电话": Field.PHONE,
    "联系电话": Field.PHONE,
    "投靠人": Field.SPONSOR,
    "婚姻": Field.MARRIAGE,
    "婚姻状况": Field.MARRIAGE,
    "就读": Field.ENROLMENT,
} | {name.value: name for name in Field}
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
NO_EMPLOYER = frozenset({"无", "无单位", "未就业", "无业", NONE})
_MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


class NotComparable(RenewalError):
    """The value is not one that this field can have."""


def tidy(text: str) -> str:
    """Text without what typing adds: full-width forms made half-width, white space, punctuation and marks dropped."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] not in "ZPCM")


def mobile_number(text: str) -> str | None:
    """E.164 of a number that can receive texts, or None; without a country code it is a mainland one."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(number) not in _MOBILE:  # an invalid number has no type
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def district_named(text: str) -> str | None:
    """The district's full name, also where 区 or 新区 was left out, or None."""
    name = tidy(text).removeprefix("上海市")
    return next((full for full in DISTRICTS if name in {full, full[:2], f"{full[:2]}区"}), None)


def comparable(field: Field, text: str, store: Store) -> str:
    """The form in which a field's value is stored, the same for what is on file and what a bureau says.

    Addresses, employers and phones become keyed hashes; sponsor, marriage and enrolment plain words; having
    no employer is a value too.

    Raises:
        NotComparable: a phone that is none, or a word that the field does not know.
    """
    if field is Field.PHONE:
        number = mobile_number(text)
        if number is None:
            raise NotComparable(field.value)
        return store.value_hash(number)
    word = tidy(text)
    if field is Field.EMPLOYMENT:
        return NONE if word in NO_EMPLOYER else store.value_hash(word)
    if field is Field.ADDRESS:
        return store.value_hash(word.removeprefix("上海市"))
    known = VALUE_WORDS[field]
    if word in known.values():
        return word
    if word not in known:
        raise NotComparable(field.value)
    return known[word]
