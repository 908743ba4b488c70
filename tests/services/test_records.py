"""Comparable values: what is written differently and means the same is the same, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import Field
from renewal.services.records import DISTRICTS, NotComparable, comparable, district_named, mobile_number, tidy
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
