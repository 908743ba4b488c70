"""When a text wishes to come and when not: the table of texts beside this file."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.language.appointments.denials import Denied
from renewal.language.appointments.wishes import read_place, read_wish
from tests.language.scripts import HANDS, misread

TODAY = date(2026, 11, 23)
WEEKDAYS = "一二三四五六日"
ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("wishes.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def _days(first_on: date | None, last_on: date | None) -> str:
    if first_on is None and last_on is None:
        return ""
    ends = [f"{day:%m-%d}" if day else "" for day in (first_on, last_on)]
    return ends[0] if ends[0] == ends[1] else "..".join(ends)


def _hours(from_at: time | None, until_at: time | None) -> str:
    if from_at is None and until_at is None:
        return ""
    return "-".join(f"{at:%H:%M}" if at else "" for at in (from_at, until_at))


def _denied(denied: Denied) -> str:
    parts = (
        "" if denied.weekday is None else f"周{WEEKDAYS[denied.weekday]}",
        _days(denied.first_on, denied.last_on),
        denied.part,
        f"{denied.at:%H:%M}" if denied.at else "",
        _hours(denied.from_at, denied.until_at),
    )
    return "not " + " ".join(filter(None, parts))


def read(text: str) -> str:
    """What a text wishes, as the table writes it."""
    wish = read_wish(text, TODAY)
    hour = f"{wish.at:%H:%M}" if wish.at else wish.part
    told = [_days(wish.first_on, wish.last_on), hour, _hours(wish.from_at, wish.until_at)]
    told += ["soonest" if wish.soonest else "", "others" if wish.others else "", *map(_denied, wish.denied)]
    return "; ".join(filter(None, told)) or "none"


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_each_text_wishes_what_the_table_says(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("written", HANDS)
def test_a_text_wishes_the_same_in_other_characters_widths_and_spacing(
    written: Callable[[str], str],
) -> None:
    assert misread(read, ROWS, written) == []


@pytest.mark.parametrize("deny", ["{}不行", "{}没空", "除了{}都可以", "{}去不了", "别约{}", "{}以外都行"])
@pytest.mark.parametrize("weekday", range(7))
def test_a_weekday_is_denied_whichever_words_deny_it(deny: str, weekday: int) -> None:
    wish = read_wish(deny.format(f"周{WEEKDAYS[weekday]}"), TODAY)
    assert not wish.is_empty
    for away in range(1, 29):
        day = TODAY + timedelta(days=away)
        assert wish.takes(day, time(9), time(10)) is (day.weekday() != weekday)


def test_a_denied_hour_leaves_the_other_hours_of_the_day() -> None:
    wish = read_wish("周三上午9点不行", TODAY)
    wednesday = date(2026, 11, 25)
    assert not wish.takes(wednesday, time(9), time(10))
    assert not wish.takes(wednesday, time(8, 30), time(9, 30))
    assert wish.takes(wednesday, time(10), time(11))
    assert wish.takes(wednesday + timedelta(days=1), time(9), time(10))


@given(
    text=st.text(
        alphabet="0123456789周一三五日号月上下午点前后不行没空除了到、，除外都可以 not monday", max_size=40
    )
)
def test_no_text_of_times_makes_it_fail(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        *((text, 2) for text in ("2️⃣", "（2）", "【2】", "“2”", "2👍", "~2~", "我选(2)", "<2>", "（第二个）")),
        *((text, None) for text in ("2？", "(1)或者(2)", "2.1", "12月2日", "😀")),
    ],
)
def test_signs_around_a_place_in_the_list_say_nothing(text: str, place: int | None) -> None:
    assert read_place(text) == place
