"""The month in which a permit is said to end: which one, and when it is another month's business."""

from datetime import date

import pytest

from renewal.language.dates.months import expires_within
from renewal.language.reading import read

TODAY = date(2026, 11, 23)


def _month(year: int, month: int, last: int, first: int = 1) -> tuple[date, date]:
    return date(year, month, first), date(year, month, last)


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("居住证6月份过期了", _month(2026, 6, 30)),
        ("我是六月到期的，现在还没续", _month(2026, 6, 30)),
        ("大概6月中旬到期的", _month(2026, 6, 20, first=11)),
        ("居住证明年2月到期，什么时候能续", _month(2027, 2, 28)),
        ("我的居住证下个月到期", _month(2026, 12, 31)),
        ("这个月到期", _month(2026, 11, 30)),
        ("这个月已经过期了", _month(2026, 11, 22)),
        ("这个月才到期", _month(2026, 11, 30, first=23)),
        ("快到期了，1月份", _month(2027, 1, 31)),
        ("我打算2月去续，1月到期", _month(2027, 1, 31)),
        ("有效期到2月", _month(2027, 2, 28)),
        ("下周到期", (date(2026, 11, 30), date(2026, 12, 6))),
        ("My permit expired in June", _month(2026, 6, 30)),
        ("My permit expires next month. Can I renew now?", _month(2026, 12, 31)),
        ("I moved in June and my permit expires in December", _month(2026, 12, 31)),
    ],
)
def test_a_month_of_expiry_is_its_first_and_last_day(text: str, within: tuple[date, date]) -> None:
    assert expires_within(text, TODAY) == within


@pytest.mark.parametrize(
    "text",
    [
        "租房合同3月到期",
        "我身份证明年3月过期",
        "我打算2月去续",
        "6月份搬的家",
        "明年到期",
        "下个月去行不行",
        "I will be back in June",
    ],
)
def test_a_month_of_something_else_is_none(text: str) -> None:
    assert expires_within(text, TODAY) is None


def test_where_a_day_is_told_its_month_tells_nothing_more() -> None:
    assert read("下个月到期，12月18号", TODAY).expiry_within is None
