"""What is told of days and ages beside a question: a call that was asked for, somebody's age, a home's lease."""

from datetime import date

import pytest

from renewal.language.ages import age_told
from renewal.language.facts import told_facts
from renewal.language.other_days import number_left_on

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "left_on"),
    [
        ("上周五留的手机号，一直没人打", date(2026, 11, 20)),
        ("11月16号预约了回电", date(2026, 11, 16)),
        ("刚刚登记了电话", TODAY),
        ("I left my number yesterday", date(2026, 11, 22)),
        ("怎么留电话", None),
        ("11月16号交的材料", None),
    ],
)
def test_the_day_on_which_a_number_was_left(text: str, left_on: date | None) -> None:
    assert number_left_on(text, TODAY) == left_on


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("她15了", 15),
        ("我妈71", 71),
        ("老人今年66", 66),
        ("满16周岁了", 16),
        ("12月5号去", None),
        ("他12月5号到期", None),
    ],
)
def test_the_age_of_somebody(text: str, age: int | None) -> None:
    assert age_told(text, alone=False) == age


def test_a_bare_number_is_an_age_only_after_a_question_of_ages() -> None:
    assert age_told("17了", alone=True) == 17
    assert age_told("17了", alone=False) is None


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("学校把我调到东区宿舍", "moved", True),
        ("3楼换到6楼了", "moved", True),
        ("今年转到子公司了", "employer_changed", True),
        ("毕业上班了", "left_school", True),
        ("租的房，合同老婆名字", "housing", "rented"),
        ("my name isn't on the lease", "housing", "unnamed"),
    ],
)
def test_a_change_that_is_told_in_passing(text: str, name: str, value: object) -> None:
    assert {fact.name: fact.value for fact in told_facts(text)}[name] == value
