"""The plain answer to a day of expiry, at its edges: from when, until when, how many days left, what happens then."""

from datetime import date, timedelta

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.understood import Understood
from renewal.services.talks import conversations
from renewal.services.talks.answers import about_expiry
from tests.loaded import answered

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])  # the days are worked out, not stored
ORDINARY = date(2026, 12, 23)
LEAP_DAY = date(2028, 2, 29)
NEW_YEAR = date(2027, 1, 1)
NEW_YEARS_EVE = date(2026, 12, 31)
EXPIRIES = pytest.mark.parametrize(
    "expires_on", [ORDINARY, LEAP_DAY, date(2027, 2, 28), date(2028, 3, 1), NEW_YEAR, NEW_YEARS_EVE], ids=str
)
CHANNELS = pytest.mark.parametrize("channel", ["web", "sms"])


def told(on, expires_on: date, days_after: int, channel: str = "web") -> str:
    """The answer so many days after the day of expiry (before it, where negative)."""
    services = on(expires_on + timedelta(days=days_after))
    return about_expiry(services, Case(conversation_id="", channel=channel), expires_on).text


def named(day: date, today: date) -> str:
    """A day as the answer names it on that day: with its year where it is another."""
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"


@EXPIRIES
@CHANNELS
def test_a_day_before_the_window_opens_it_opens_tomorrow(on, expires_on: date, channel: str) -> None:
    today = expires_on - timedelta(days=31)
    text = told(on, expires_on, -31, channel)
    assert named(expires_on, today) in text
    assert f"{named(expires_on - timedelta(days=30), today)}起" in text
    assert "31天" in text
    assert "早了1天" in text or "早1天" in text
    assert "已经可以" not in text


@EXPIRIES
@CHANNELS
@pytest.mark.parametrize("days_left", [30, 29, 1])
def test_in_the_window_it_can_be_done_now(on, expires_on: date, channel: str, days_left: int) -> None:
    today = expires_on - timedelta(days=days_left)
    text = told(on, expires_on, -days_left, channel)
    assert named(expires_on, today) in text
    assert f"还有{days_left}天" in text
    assert "可以" in text
    assert "中止" not in text
    assert "还早" not in text


@EXPIRIES
@pytest.mark.parametrize("days_left", [30, 29, 1])
def test_in_the_window_the_web_tells_since_when(on, expires_on: date, days_left: int) -> None:
    today = expires_on - timedelta(days=days_left)
    assert f"{named(expires_on - timedelta(days=30), today)}起" in told(on, expires_on, -days_left)


@EXPIRIES
@CHANNELS
def test_the_day_itself_is_the_last_in_time(on, expires_on: date, channel: str) -> None:
    text = told(on, expires_on, 0, channel)
    assert f"今天（{named(expires_on, expires_on)}）" in text
    assert "最后一天" in text
    assert "已逾期" not in text
    assert "还有0天" not in text


@EXPIRIES
def test_the_day_itself_tells_until_when_it_can_be_made_good(on, expires_on: date) -> None:
    assert named(expires_on + timedelta(days=60), expires_on) in told(on, expires_on, 0)


@EXPIRIES
@CHANNELS
@pytest.mark.parametrize("days_overdue", [1, 59])
def test_up_to_the_sixtieth_day_use_is_suspended_and_comes_back(
    on, expires_on: date, channel: str, days_overdue: int
) -> None:
    today = expires_on + timedelta(days=days_overdue)
    text = told(on, expires_on, days_overdue, channel)
    assert named(expires_on, today) in text
    assert f"逾期{days_overdue}天" in text
    assert named(expires_on + timedelta(days=60), today) in text
    assert f"还剩{60 - days_overdue}天" in text
    assert "中止" in text
    assert "恢复" in text


@EXPIRIES
@CHANNELS
def test_the_sixtieth_day_still_counts(on, expires_on: date, channel: str) -> None:
    deadline_on = expires_on + timedelta(days=60)
    text = told(on, expires_on, 60, channel)
    assert "逾期60天" in text
    assert named(deadline_on, deadline_on) in text
    assert "今天是最后一天" in text
    assert "恢复" in text
    assert "还剩0天" not in text


@EXPIRIES
@CHANNELS
def test_from_the_sixty_first_day_nothing_is_promised(on, expires_on: date, channel: str) -> None:
    today = expires_on + timedelta(days=61)
    text = told(on, expires_on, 61, channel)
    assert named(expires_on, today) in text
    assert named(expires_on + timedelta(days=60), today) in text
    assert "超过60日" in text
    assert "没有写" in text or "没写" in text
    assert "据报道" in text
    assert "社区事务受理服务中心" in text
    assert "可以恢复使用" not in text
    assert "使用功能恢复" not in text
    assert "还剩" not in text


@pytest.mark.parametrize(
    ("today", "text", "said"),
    [
        (date(2028, 1, 29), "2月29号到期", ("1月30日起", "31天")),
        (date(2028, 1, 30), "2月29号到期", ("1月30日起", "还有30天")),
        (LEAP_DAY, "2月29号到期", ("今天（2月29日）", "4月29日")),
        (date(2028, 3, 1), "昨天到期了", ("2月29日", "逾期1天", "4月29日")),
        (NEW_YEARS_EVE, "元旦到期", ("2027年1月1日", "还有1天")),
        (NEW_YEARS_EVE, "1月3号到期", ("2027年1月3日", "还有3天", "12月4日起")),
        (NEW_YEARS_EVE, "今天到期", ("今天（12月31日）", "2027年3月1日")),
        (NEW_YEAR, "12月31号到期", ("2026年12月31日", "逾期1天", "3月1日")),
        (date(2026, 11, 23), "十二月廿三到期", ("12月23日", "11月23日起", "还有30天")),
        (date(2026, 11, 23), "还有31天到期", ("12月24日", "11月24日起", "31天")),
    ],
)
def test_a_day_in_words_is_answered_at_the_edge(on, today: date, text: str, said: tuple[str, ...]) -> None:
    services = on(today)
    talk = conversations.open_anonymous(services, "web")
    reply = "\n".join(
        m.text for m in answered(services, talk, Understood(intent="renewal_window", text=text))
    )
    for part in said:
        assert part in reply


@pytest.mark.parametrize(
    ("today", "text", "said"),
    [
        (date(2026, 11, 23), "过期59天了", ("9月25日", "11月24日", "还剩1天")),
        (date(2026, 11, 23), "逾期六十天", ("9月24日", "今天是最后一天")),
        (date(2026, 11, 23), "过了六十一天", ("9月23日", "11月22日", "据报道")),
        (NEW_YEAR, "12月30号过期了", ("2026年12月30日", "逾期2天", "2月28日", "还剩58天")),
        (date(2028, 4, 29), "2月29号过期的", ("2月29日", "逾期60天", "今天是最后一天")),
        (date(2028, 4, 30), "2月29号过期的", ("2月29日", "4月29日", "据报道")),
    ],
)
def test_what_is_overdue_in_words_is_answered_at_the_edge(
    on, today: date, text: str, said: tuple[str, ...]
) -> None:
    services = on(today)
    talk = conversations.open_anonymous(services, "web")
    reply = "\n".join(m.text for m in answered(services, talk, Understood(intent="overdue", text=text)))
    for part in said:
        assert part in reply
