"""Lapses that are past, spans that are a rule's, and the one day of somebody's permit."""

from datetime import date

import pytest

from renewal.language.reading import read

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("前年我晚了19天才补上的", 19),
        ("去年过期了40天补签的", 40),
        ("前年断过一次 晚了二十多天补的", 21),
        ("有一年忘了签 后来补上了", 0),
        ("Last year I was 25 days late, then renewed", 25),
    ],
)
def test_a_lapse_that_was_made_up_is_no_present_lateness(text: str, days: int) -> None:
    lapse = read(text, TODAY).lapse_made_up
    assert lapse is not None
    assert lapse.days == days
    assert read(text, TODAY).expiry is None
    assert read(text, TODAY).endorsed is None


@pytest.mark.parametrize("text", ["我过期19天了", "去年12月1号到期 到现在没补", "上次签的是去年12月"])
def test_what_is_late_now_is_no_past_lapse(text: str) -> None:
    assert read(text, TODAY).lapse_made_up is None


@pytest.mark.parametrize(
    "text",
    [
        "听说过期60天就作废",
        "过期60天还是90天要重办",
        "逾期60天和90天有啥区别",
        "I heard expired 60 days or 90",
    ],
)
def test_a_span_that_is_quoted_is_not_the_writers(text: str) -> None:
    assert read(text, TODAY).expiry is None


def test_ones_own_span_beside_hearsay_is_told() -> None:
    expiry = read("我都过期60天了 听说要作废", TODAY).expiry
    assert expiry is not None
    assert expiry.on == date(2026, 9, 24)


@pytest.mark.parametrize(
    ("text", "person", "on"),
    [
        ("我老公那张2月3号 也要补吗", "spouse", date(2027, 2, 3)),
        ("我自家个是1月9号 哪天开始", "self", date(2027, 1, 9)),
        ("and mine, 20 February?", "self", date(2027, 2, 20)),
        ("and the other one, 9 March?", "other", date(2027, 3, 9)),
        ("还有一个同事的1月3号呢", "other", date(2027, 1, 3)),
    ],
)
def test_the_one_day_of_somebodys_permit(text: str, person: str, on: date) -> None:
    day = read(text, TODAY).day_of_one
    assert day is not None
    assert (day.person, day.on) == (person, on)


@pytest.mark.parametrize("text", ["我老公2月3号去办", "我1月9号去行吗", "我爱人那张1月6号去办行吗"])
def test_a_day_on_which_somebody_goes_is_none(text: str) -> None:
    assert read(text, TODAY).day_of_one is None


def test_people_who_are_named_or_counted_are_told_apart() -> None:
    named = read("小张12月8号到期 小李1月20号到期 小王10月30号过期了", TODAY).days_of_persons
    assert [day.person for day in named] == ["小张", "小李", "小王"]
    counted = read("三个外地员工到期日分别是12月5日、12月30日、明年2月10日", TODAY).days_of_persons
    assert [(day.person, day.on) for day in counted] == [
        ("first", date(2026, 12, 5)),
        ("second", date(2026, 12, 30)),
        ("third", date(2027, 2, 10)),
    ]


@pytest.mark.parametrize("text", ["12月18号到 今朝好去签了伐", "今天可以去签了吗"])
def test_asking_leave_hands_nothing_in(text: str) -> None:
    assert read(text, TODAY).days.handed_in_on is None
