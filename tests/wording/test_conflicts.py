"""Where the guide and later sources differ: what the answers say, and what none of them may say.

One test for each point in which they differ.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import get_args

import pytest

from renewal.wording.composer import Channel, Depth
from tests.wording.test_wording import TODAY, WORDING, said, values

CHANNELS: tuple[Channel, ...] = get_args(Channel)
DEPTHS: tuple[Depth, ...] = get_args(Depth)
CENTRE = "社区事务受理服务中心"


def tell(key: str, channel: Channel = "sms", depth: Depth = "usual", language: str = "zh") -> str:
    made = WORDING.edition(language).answer(key, channel=channel, on=TODAY, depth=depth, **values())
    return made.text


@cache
def everything() -> tuple[tuple[str, str], ...]:
    """Every text that a holder can be sent: each key, on each channel, at each depth, in both languages."""
    return tuple(
        (key, tell(key, channel, depth, language))
        for key, channel, depth, language in product(said(), CHANNELS, DEPTHS, ("zh", "en"))
    )


def saying(pattern: str, *, except_for: str = "-") -> list[str]:
    """The keys whose texts say what the pattern finds."""
    return sorted(
        {key for key, text in everything() if not key.startswith(except_for) and re.search(pattern, text)}
    )


def usual(key: str) -> Iterator[str]:
    """The answer as it is usually given, on a phone and on the web."""
    return (tell(key, channel) for channel in CHANNELS)


@pytest.mark.parametrize("key", ["overdue", "dated.lapsed"])
def test_beyond_the_sixty_days_the_guide_is_called_silent_and_the_window_decides(key: str) -> None:
    for text in usual(key):
        assert re.search(r"续签指南没有?写", text)
        assert re.search(r"据报道.*重新计算", text)
        assert CENTRE in text
    assert saying(r"90\s*[天日]|90 days|九十[天日]|ninety") == []
    assert saying(r"自动注销|必须重新办理|一定作废|cancelled for good") == []


def test_within_the_sixty_days_use_is_restored() -> None:
    for key in ("overdue", "dated.suspended", "permit_use", "hardship"):
        for text in usual(key):
            assert re.search(r"60日内.*使用功能(就|可以)?恢复", text, re.DOTALL)
    for text in usual("continuity_years"):
        assert re.search(r"据报道.*60日内补办.*连续计算.*超过.*重新计算", text, re.DOTALL)


def test_online_the_guides_booking_comes_first_and_the_newer_way_is_reported() -> None:
    for text in usual("online"):
        assert 0 <= text.index("网上预约") < text.index("据报道2026年1月起") < text.index("全程网办")
        assert "地址变了的不能网上办" in text
        assert "以页面为准" in text


def test_both_places_are_told_the_own_centre_first() -> None:
    for key in ("where", "notice.failure.where"):
        for text in usual(key):
            assert text.index("房屋所在地") < text.index("据报道现在签注全市通办")
    assert all("人才服务中心" in text for text in usual("where"))


@pytest.mark.parametrize("key", ["materials_housing.rented", "landlord"])
def test_a_rented_home_is_proved_by_the_filing_and_newer_practice_by_either(key: str) -> None:
    for text in usual(key):
        assert text.index("登记备案证明") < text.index("据报道2025年12月起")
        assert re.search(r"合同或(登记)?备案证明有一样就行", text)
        assert re.search(r"请向中心确认|以窗口为准", text)


def test_kinship_is_proved_and_a_commitment_is_only_reported() -> None:
    for text in usual("materials_housing.relative"):
        assert text.index("亲属关系证明") < text.index("据报道现在可以用《亲属关系承诺书》")


def test_what_is_done_on_the_spot_is_told_apart_from_what_is_reviewed() -> None:
    for text in usual("processing_time"):
        assert "最多30日内" in text
        assert re.search(r"比对一致、符合条件的，可以当场签注", text)
    for text in usual("on_the_spot"):
        assert "对不上的要等核定" in text
    assert saying(r"(?<!\d)(?:15|30)\s*个工作日|(?:15|30) working days") == []


def test_automatic_renewal_is_said_to_compare_what_the_guide_names_and_no_lease_of_two_years() -> None:
    for text in usual("auto_compared_items"):
        assert all(word in text for word in ("居住地址", "就业情况", "联系电话", "投靠人", "婚姻"))
    told = saying(r"[2两二]\s*年(以上|及以上|的?备案|的?合同)|失信|租赁税|two-year|two years|2-year")
    assert told == ["rental_tax"]  # which says that the guide lists no such tax


def test_the_day_of_expiry_is_the_only_bound_for_the_text() -> None:
    for text in usual("no_sms"):
        assert "到期当天还没收到" in text
    assert "具体哪天发，规则没有写" in tell("no_sms", "web")
    assert saying(r"(?<![月\d])15\s*[天日]|半个?月|提前几天(会|就)收到|15 days|two weeks") == []


def test_no_sum_of_money_is_told() -> None:
    for text in usual("fees"):
        assert "新办居住证免收工本费" in text
        assert "续签指南没有写签注要收费" in text
    for text in usual("lost_permit"):
        assert "金额以窗口为准" in text
    assert saying(r"\d\s*元(?!纳税)|￥|\d\s*(yuan|RMB|CNY)", except_for="points") == []


def test_no_age_is_told_for_acting_for_old_people() -> None:
    for text in usual("in_person"):
        assert "续签指南没有写" in text
        assert "以窗口为准" in text
    assert saying(r"(?<!\d)6[05]\s*(周岁|岁|years old)", except_for="points") == []


def test_no_number_of_days_is_told_for_renewing_points() -> None:
    for text in usual("points_renewal"):
        assert "过几个工作日" in text
        assert text.index("先签注居住证") < text.index("续办积分")
        assert not re.search(r"\d+\s*(天|日|个工作日)", text)
    english = tell("points_renewal", "web", "usual", "en").partition("Source")[0]
    assert not re.search(r"\d", english)
