"""Days of expiry of several people in one text, each with whose it is."""

from datetime import date

import pytest

from renewal.language.dates.persons import day_of_one, days_of_persons

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我的12月8号到期，老公的12月28号到期", {"self": (12, 8), "spouse": (12, 28)}),
        ("我妈12月3日到期，我12月30日到期", {"mother": (12, 3), "self": (12, 30)}),
        ("12月5号是我的，12月25号是我爸的", {"self": (12, 5), "father": (12, 25)}),
        ("证12月10到期，老婆的12月20", {"": (12, 10), "spouse": (12, 20)}),
        ("我12月3号到期他20号到期", {"self": (12, 3), "them": (12, 20)}),
        ("我和儿子的证都快到了 我12.9 他12.30 啥时候去", {"self": (12, 9), "child": (12, 30)}),
        ("mine is Dec 5 and my wife's is Dec 15", {"self": (12, 5), "spouse": (12, 15)}),
        ("店里三个人，到期12.6、12.29、1.18", {"first": (12, 6), "second": (12, 29), "third": (1, 18)}),
        ("两个朋友的证 12.8到期和1.9到期", {"first": (12, 8), "second": (1, 9)}),
        ("两个同事，小李12.8到期，小张1.9到期", {"小李": (12, 8), "小张": (1, 9)}),
    ],
)
def test_each_day_is_of_whom_it_is_said(text: str, told: dict[str, tuple[int, int]]) -> None:
    found = {day.person: (day.on.month, day.on.day) for day in days_of_persons(text, TODAY)}
    assert found == told


@pytest.mark.parametrize(
    "text",
    [
        "老婆12月20到期，我1月5号想陪她去",
        "我12月5到期，不对，我是12月8到期",
        "我老婆说我的证12月5号到期，孩子1月20开学",
        "我12月10生日，老婆12月20生日",
        "我12月5号去，他12月20号去",
        "我12月10号到期，1月20号能补吗",
        "我基数1.2，他1.5",
    ],
)
def test_another_day_is_nobodys_expiry(text: str) -> None:
    assert days_of_persons(text, TODAY) == ()


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("还有我妈，她1.25", "mother"),
        ("那我爸呢 他12.20的", "father"),
        ("my daughter, jan 9", "child"),
        ("我老婆那张2月5号，想一道去", "spouse"),
        ("老公12.3去办", None),
        ("我妈12月3号来上海", None),
        ("我12月9号", None),
        ("老婆1月5号放假", None),
        ("她12月20号去行吗", None),
    ],
)
def test_a_day_right_behind_another_person_is_that_of_their_permit(text: str, person: str | None) -> None:
    found = day_of_one(text, TODAY)
    assert (found and found.person) == person
