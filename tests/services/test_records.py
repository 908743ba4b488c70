"""Comparable values: what is written differently and means the same is the same, and nothing else is."""

import re
import unicodedata

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renewal.domain import Field
from renewal.language.records import DISTRICTS, NotComparable, comparable, district_named, mobile_number, tidy
from renewal.settings import Settings
from renewal.store import Store


@pytest.fixture
def keyed(settings: Settings):
    store = Store.open(settings)
    yield store
    store.close()


@pytest.mark.parametrize(
    "text",
    ["19900020001", "+86 199 0002 0001", "0086-199-0002-0001", "１９９０００２０００１", "(86) 19900020001"],
)
def test_a_mainland_mobile_is_read_in_several_ways(text: str) -> None:
    assert mobile_number(text) == "+8619900020001"


@pytest.mark.parametrize("text", ["", "12345", "021-62833333", "1990002000", "电话", "+8610086", "95588"])
def test_what_cannot_receive_a_text_is_no_mobile(text: str) -> None:
    assert mobile_number(text) is None


def asked_of_the_library(text: str) -> str | None:
    """E.164 of a mobile, by the library alone."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    mobiles = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if phonenumbers.number_type(number) not in mobiles:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


DIGITS = st.text("0123456789", min_size=8, max_size=12)
WRITTEN = st.one_of(
    st.from_regex(re.compile(r"(\+86|86|0086|0)?1[3-9][0-9]{9}"), fullmatch=True),
    st.from_regex(re.compile(r"(\+86)?1[0-9]{10}"), fullmatch=True),
    st.tuples(st.sampled_from(["", "+86", "+", "86", "+852", "0"]), DIGITS).map("".join),
    st.text("0123456789+- ()x１９", max_size=20),
    st.text(max_size=20),
)


@given(WRITTEN)
@example("19900020001")
@example("+8619900020001")
@example("16101234567")
@example("17405123456")
@example("17406123456")
@example("12593123456")
@example("19900020001\n")
def test_the_quick_way_to_a_mobile_agrees_with_the_library_on_every_text(text: str) -> None:
    assert mobile_number(text) == asked_of_the_library(text)


@given(st.text())
def test_tidying_drops_spaces_punctuation_and_marks_and_nothing_else(text: str) -> None:
    plain = unicodedata.normalize("NFKC", text).casefold()
    assert tidy(text) == "".join(char for char in plain if unicodedata.category(char)[0] not in "ZPCM")


@pytest.mark.parametrize("field", [Field.ADDRESS, Field.EMPLOYMENT])
@pytest.mark.parametrize("text", ["", "——", "。 。", "\u200b"])
def test_nothing_but_punctuation_is_no_value(keyed: Store, field: Field, text: str) -> None:
    with pytest.raises(NotComparable):
        comparable(field, text, keyed)


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_is_none(text: str) -> None:
    number = mobile_number(text)
    assert number is None or number.startswith("+")


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("徐汇", "徐汇区"),
        ("上海市徐汇区", "徐汇区"),
        ("浦东", "浦东新区"),
        ("浦东新区", "浦东新区"),
        ("浦东区", "浦东新区"),
    ],
)
def test_a_district_is_known_by_its_short_name(text: str, district: str) -> None:
    assert district_named(text) == district


def test_shanghai_has_sixteen_districts() -> None:
    assert len(set(DISTRICTS)) == 16
    assert district_named("朝阳区") is None


def test_a_different_house_number_is_a_different_address(keyed: Store) -> None:
    one, two = (comparable(Field.ADDRESS, f"徐汇区样例路{house}", keyed) for house in ("1号", "11号"))
    assert one != two


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("样例路1弄2-301室", "样例路1弄23-01室", False),
        ("样例路1弄2-301室", "样例路1弄2301室", False),
        ("样例路1弄2-301室", "样例路1弄 2 － 301 室", True),
        ("样例路1弄2-301室", "样例路1弄2#301室", True),
        ("样例路1号-2室", "样例路1号2室", True),
    ],
)
def test_what_stands_between_two_numbers_keeps_them_apart(
    keyed: Store, ours: str, theirs: str, *, same: bool
) -> None:
    hashes = {comparable(Field.ADDRESS, text, keyed) for text in (ours, theirs)}
    assert (len(hashes) == 1) is same


@pytest.mark.parametrize("text", ["无", "未就业", "none", " 无业 "])
def test_having_no_employer_is_a_value(keyed: Store, text: str) -> None:
    assert comparable(Field.EMPLOYMENT, text, keyed) == "none"


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        (Field.SPONSOR, "健在", "alive"),
        (Field.SPONSOR, "deceased", "deceased"),
        (Field.MARRIAGE, "离异", "divorced"),
        (Field.ENROLMENT, "退学", "left"),
    ],
)
def test_a_state_becomes_a_plain_word(keyed: Store, field: Field, text: str, word: str) -> None:
    assert comparable(field, text, keyed) == word


@pytest.mark.parametrize("field", [Field.SPONSOR, Field.MARRIAGE, Field.ENROLMENT, Field.PHONE])
def test_an_unknown_word_is_refused_rather_than_guessed(keyed: Store, field: Field) -> None:
    with pytest.raises(NotComparable):
        comparable(field, "也许", keyed)
