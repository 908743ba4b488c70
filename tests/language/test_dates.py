"""The day a holder means, in any wording: the table of texts and days beside this file, and laws that always hold."""

from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.language.dates import add_months, either_day, find_endorsed, find_expiry, is_impossible, number

TODAY = date(2026, 11, 23)
TABLE = Path(__file__).with_name("dates.tsv")
ROWS = [
    tuple(line.split("\t")) for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("# ")
]
WEEKDAYS = "一二三四五六日"


def read(text: str, today: date, *, overdue: bool) -> str:
    """What a text means, as the table writes it."""
    found = find_expiry(text, today, overdue=overdue)
    if found is not None:
        return f"{'' if found.exact else '~'}{found.on.isoformat()}"
    either = either_day(text, today, overdue=overdue)
    if either is not None:
        return " or ".join(day.isoformat() for day in either)
    return "impossible" if is_impossible(text, today, overdue=overdue) else "none"


def written(count: int) -> str:
    """A count below a hundred in Chinese numerals."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(count, 10)
    ten = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return ten + (digits[ones] if ones else "")


def test_the_table_holds_what_was_promised() -> None:
    assert len(ROWS) >= 1000
    assert len({row[:3] for row in ROWS}) == len(ROWS)
    assert {known for _, _, known, _ in ROWS} == {"expiry", "overdue"}


def test_each_text_means_the_day_of_the_table() -> None:
    wrong = []
    for today, text, known, expected in ROWS:
        found = read(text, date.fromisoformat(today), overdue=known == "overdue")
        if found != expected:
            wrong.append(f"{today} {text!r} ({known}): {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_a_text_is_read_in_less_than_two_milliseconds() -> None:
    find_expiry("12月5號到期", TODAY)  # the first one loads the converter
    taken = []
    for today, text, known, _ in ROWS:
        begun = process_time()
        find_expiry(text, date.fromisoformat(today), overdue=known == "overdue")
        taken.append(process_time() - begun)
    assert median(taken) < 0.002


@pytest.mark.parametrize(
    "text", ["12月5号" * 200, "还有1个月" * 200, "dec 5 " * 200, "1" * 1000, "零" * 1000]
)
def test_a_text_that_repeats_itself_is_read_quickly(text: str) -> None:
    begun = process_time()
    find_expiry(text, TODAY)
    assert process_time() - begun < 0.5


@given(days=st.integers(1, 400))
def test_a_count_of_days_overdue_is_counted_back(days: int) -> None:
    for text in (f"逾期{days}天了", f"expired {days} days ago"):
        found = find_expiry(text, TODAY)
        assert found is not None
        assert TODAY - found.on == timedelta(days=days)


@given(days=st.integers(1, 99), today=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_count_of_days_left_is_counted_on(days: int, today: date) -> None:
    for text in (f"还有{days}天", f"还有{written(days)}天到期", f"expires in {days} days"):
        found = find_expiry(text, today)
        assert found is not None
        assert found.on - today == timedelta(days=days)


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_full_date_is_read_as_it_stands(day: date) -> None:
    for text in (
        f"{day.year}年{day.month}月{day.day}日到期",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        day.strftime("%Y%m%d"),
        day.strftime("%d %B %Y"),
        f"到期日是{day.year}.{day.month}.{day.day}",
    ):
        assert read(text, TODAY, overdue=False) == day.isoformat()


@given(today=st.dates(date(2024, 1, 1), date(2040, 1, 1)), away=st.integers(-150, 150))
def test_a_day_without_a_year_is_the_nearest_one(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    for text in (f"{day.month}月{day.day}号到期", f"{written(day.month)}月{written(day.day)}日到期"):
        assert read(text, today, overdue=False) == day.isoformat()


@given(today=st.dates(date(2024, 1, 1), date(2040, 1, 1)), away=st.integers(0, 360))
def test_of_what_is_overdue_a_day_without_a_year_is_the_last_one(today: date, away: int) -> None:
    day = today - timedelta(days=away)
    assert read(f"{day.month}月{day.day}号", today, overdue=True) == day.isoformat()


@given(today=st.dates(date(2024, 1, 1), date(2040, 1, 1)), weekday=st.integers(0, 6))
def test_weeks_begin_on_monday(today: date, weekday: int) -> None:
    monday = today - timedelta(days=today.weekday())
    for word, weeks in (("上上", -2), ("上", -1), ("这", 0), ("下", 1), ("下下", 2)):
        day = monday + timedelta(days=weekday + 7 * weeks)
        assert read(f"{word}周{WEEKDAYS[weekday]}到期", today, overdue=False) == day.isoformat()


@given(year=st.integers(2024, 2032), month=st.integers(1, 12), day=st.integers(1, 31))
def test_a_day_that_the_calendar_lacks_is_impossible(year: int, month: int, day: int) -> None:
    try:
        expected = date(year, month, day).isoformat()
    except ValueError:
        expected = "impossible"
    assert read(f"{year}年{month}月{day}日到期", TODAY, overdue=False) == expected


@given(text=st.text(max_size=60), today=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_no_text_makes_it_fail(text: str, today: date) -> None:
    read(text, today, overdue=False)
    read(text, today, overdue=True)


@given(
    text=st.text(
        alphabet="0123456789零一二三十百半两个多来年月日号天周底上下前后还有过期到.-/ 大今明于", max_size=40
    )
)
def test_no_text_of_dates_makes_it_fail(text: str) -> None:
    read(text, TODAY, overdue=False)
    read(text, TODAY, overdue=True)


@given(count=st.integers(1, 99))
def test_chinese_numerals_are_counts(count: int) -> None:
    assert number(written(count)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("一百零五", 105), ("一百二", 120), ("两百", 200), ("廿五", 25), ("卅一", 31), ("ten", 10)],
)
def test_other_numerals_are_counts(text: str, count: int) -> None:
    assert number(text) == count


@pytest.mark.parametrize("text", ["", "几", "day", "123456"])
def test_what_is_no_count_is_none(text: str) -> None:
    assert number(text) is None


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(-240, 240))
def test_adding_months_stays_within_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("我是去年12月15号签的, 什么时候要再签", "2025-12-15"),
        ("去年12月15号办的，什么时候到期", "2025-12-15"),
        ("我12月15号续的", "2025-12-15"),
        ("居住证是今年3月1日签注的", "2026-03-01"),
        ("證是去年十二月十五號辦下來的", "2025-12-15"),
        ("昨天刚续签的，下次什么时候", "2026-11-22"),
        ("上次续签是3月1号", "2026-03-01"),
        ("签发日期2025年12月15日", "2025-12-15"),
        ("三个月前续的", "2026-08-23"),
        ("I renewed my permit on Dec 15", "2025-12-15"),
        ("it was issued on 2026-03-03", "2026-03-03"),
        ("wo qunian 12 yue 15 hao xu de", "2025-12-15"),
    ],
)
def test_the_day_of_the_last_endorsement_is_found_and_has_been(text: str, day: str) -> None:
    found = find_endorsed(text, TODAY)
    assert found is not None
    assert found.on.isoformat() == day
    assert find_expiry(text, TODAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "12月15号到期",
        "合同是去年12月15号签的",
        "身份证去年12月15号办的",
        "去年12月15号办的居住登记",
        "去年12月15号搬的",
        "去年12月15号入职的",
        "我打算12月15号去办",
        "12月15号办的话来得及吗",
        "明天去签可以吗",
        "今天办的完吗",
        "2027年12月15日办的",
        "2月30号签的",
        "",
    ],
)
def test_a_day_of_anything_else_is_no_endorsement(text: str) -> None:
    assert find_endorsed(text, TODAY) is None


@given(text=st.text(alphabet="0123456789年月日号去昨前天签续办的了在上次是renwd ", max_size=40))
def test_no_text_of_endorsements_makes_it_fail(text: str) -> None:
    found = find_endorsed(text, TODAY)
    assert found is None or found.on <= TODAY
