"""Days of papers beside the permit, and days of a rule that are nobody's own."""

from datetime import date

import pytest

from renewal.language.dates import find_expiry
from renewal.language.other_days import id_card_ends_on, permit_ends_on, registered_on

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("身份证12月8号到期，居住证12月20号到期", date(2026, 12, 8)),
        ("居住证1月6号到期，身份证2月到期", date(2027, 2, 1)),
        ("身份证上个月过期了", date(2026, 10, 1)),
        ("居住证12月20号到期", None),
    ],
)
def test_the_day_of_the_identity_card_is_its_own(text: str, on: date | None) -> None:
    found = id_card_ends_on(text, TODAY)
    assert (found and found.on) == on


def test_the_month_of_the_permit_is_read_where_no_day_is_told() -> None:
    found = permit_ends_on("身份证明年3月才过期，居住证下个月到期", TODAY)
    assert found is not None
    assert (found.on, found.exact) == (date(2026, 12, 1), False)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("居住登记是4月办的", date(2026, 4, 1)),
        ("9月20号做的居住登记", date(2026, 9, 20)),
        ("I registered my address in May", date(2026, 5, 1)),
        ("4月份结婚登记的", None),
    ],
)
def test_since_when_a_residence_is_registered(text: str, on: date | None) -> None:
    found = registered_on(text, TODAY)
    assert (found and found.on) == on


@pytest.mark.parametrize("text", ["听说过期三个月就作废", "超过90天居住证自动注销", "过期60天还是90天"])
def test_the_days_of_a_rule_are_nobody_s_own(text: str) -> None:
    assert find_expiry(text, TODAY) is None


def test_the_own_lateness_is_still_read() -> None:
    assert find_expiry("我的居住证过期90天了", TODAY) is not None
