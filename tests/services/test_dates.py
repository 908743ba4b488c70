"""The day a holder means, in any wording, against 23 November 2026 (a Monday)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.services.dates import add_months, find_expiry, number

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12月5号到期", "2026-12-05"),
        ("十二月五号到期", "2026-12-05"),
        ("二零二六年十二月五日到期", "2026-12-05"),
        ("2026.12.5", "2026-12-05"),
        ("2026-12-05到期的", "2026-12-05"),
        ("１２月５日到期", "2026-12-05"),
        ("12/5到期", "2026-12-05"),
        ("下个月5号到期", "2026-12-05"),
        ("还有40天到期", "2027-01-02"),
        ("还剩十五天", "2026-12-08"),
        ("明天到期", "2026-11-24"),
        ("今天到期", "2026-11-23"),
        ("1月3日到期", "2027-01-03"),
        ("2月29号到期", "2028-02-29"),
        ("明年元月1号", "2027-01-01"),
        ("expires on Dec 5", "2026-12-05"),
        ("我8月31日出生，居住证明年1月3日到期什么时候能续", "2027-01-03"),
    ],
)
def test_a_day_ahead_is_read_in_any_wording(text: str, expected: str) -> None:
    found = find_expiry(text, TODAY)
    assert found is not None
    assert found.on == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("逾期三个月", "2026-08-23"),
        ("过期20天了怎么办", "2026-11-03"),
        ("上个礼拜三过期的", "2026-11-18"),
        ("昨天过期了", "2026-11-22"),
        ("两周前过期", "2026-11-09"),
        ("10月1号到期的忘了", "2026-10-01"),
        ("12月20号到期的，早过了", "2025-12-20"),
        ("expired 2 weeks ago", "2026-11-09"),
        ("expire了2weeks怎么办", "2026-11-09"),
        ("my permit expired two months ago", "2026-09-23"),
        ("过期一个半月", "2026-10-08"),
        ("逾期了61天", "2026-09-23"),
        ("过期3天了今天去办行吗", "2026-11-20"),
        ("过期一个月了，10月20号到期的", "2026-10-20"),
    ],
)
def test_a_day_past_is_read_in_any_wording(text: str, expected: str) -> None:
    found = find_expiry(text, TODAY, overdue=True)
    assert found is not None
    assert found.on == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["能提前两个月办吗", "60天内补办", "有效期一年吗", "10个工作日能好吗", "怎么续签", ""]
)
def test_a_span_of_the_rules_is_not_the_holders_own_day(text: str) -> None:
    assert find_expiry(text, TODAY) is None


def test_more_than_sixty_days_is_past_the_sixtieth() -> None:
    found = find_expiry("我的证超过60天了怎么办", TODAY, overdue=True)
    assert found is not None
    assert TODAY - found.on == timedelta(days=61)


@given(days=st.integers(1, 400))
def test_a_count_of_days_overdue_is_counted_back(days: int) -> None:
    found = find_expiry(f"逾期{days}天了", TODAY, overdue=True)
    assert found is not None
    assert TODAY - found.on == timedelta(days=days)


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_full_date_is_read_as_it_stands(day: date) -> None:
    for text in (
        f"{day.year}年{day.month}月{day.day}日到期",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
    ):
        found = find_expiry(text, TODAY)
        assert found is not None
        assert found.on == day


@given(text=st.text(max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    find_expiry(text, TODAY)
    find_expiry(text, TODAY, overdue=True)


@given(count=st.integers(1, 99))
def test_chinese_numerals_are_counts(count: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(count, 10)
    written = ("" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")) + (
        digits[ones] if ones else ""
    )
    assert number(written) == count


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(-240, 240))
def test_adding_months_stays_within_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
