"""Asking for an appointment without being known, and what a place or a number comes to where none can be booked."""

from collections.abc import Callable
from typing import Any

import pytest

from renewal.domain import Field
from renewal.services.app import Services
from tests.actions.test_appointment_form import Talk
from tests.services.test_appointments import add_centre, add_holder, talk

Call = Callable[..., Any]
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]


@pytest.fixture
def web(call: Call, services: Services, conversation: str) -> Talk:
    """Somebody on the web of whom nothing is known."""
    return Talk(call=call, services=services, id=conversation)


@pytest.fixture
def barred(call: Call, services: Services) -> Talk:
    """Somebody whose address compares differently, and who was told that none can be booked."""
    add_centre(services)
    permit_id = add_holder(services, differs=(Field.ADDRESS,))
    talking = Talk(call=call, services=services, id=talk(services, permit_id))
    assert "不能预约当场签注" in talking.say("我想预约签注")
    return talking


def test_who_is_not_known_and_books_too_early_is_told_from_when(web: Talk) -> None:
    said = web.say("证明年4月2号到期，帮我约下个月去续签")
    assert "2027年3月3日起才能签注" in said
    assert "还不能预约" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我的证12月16号到期，想约12月9号", "12月9日去算按时"),
        ("我的证12月16号到期，想约12月20号", "算补办"),
        ("10月30号过期了，想预约补办", "最迟12月29日补办"),
    ],
)
def test_the_days_that_are_told_are_answered_beside_the_question_who_it_is(
    web: Talk, text: str, said: str
) -> None:
    told = web.say(text)
    assert said in told
    assert "登记的手机号" in told


@pytest.mark.parametrize("text", ["宝山", "就嘉定吧", "我住普陀这边"])
def test_a_district_after_the_question_who_it_is_does_not_lose_the_booking(web: Talk, text: str) -> None:
    web.say("我想预约签注")
    assert "还没核对是您本人" in web.say(text, "inform")


def test_who_is_not_known_and_asks_for_an_appointment_that_stands_is_asked_for_that(web: Talk) -> None:
    assert "在别处约的" in web.say("我约的是哪天来着")


@pytest.mark.parametrize("text", ["宝山", "就嘉定吧", "我住普陀这边"])
def test_a_district_after_the_refusal_needs_no_choice_of_a_centre(barred: Talk, text: str) -> None:
    said = barred.say(text, "inform")
    assert "不用选中心" in said
    assert "12月5日" in said


def test_how_to_call_off_what_is_not_booked_is_told_so_after_the_refusal(barred: Talk) -> None:
    assert "没有签注预约" in barred.say("要是赶不上了咋个退", "out_of_scope")


def test_a_number_of_a_booking_is_no_way_to_look_it_up(web: Talk, barred: Talk) -> None:
    assert "不能按编号查" in web.say("KX33QT", "insult")
    assert "回复“查预约”" in barred.say("预约号是TT90QW", "inform")


def test_who_is_not_known_and_wants_none_after_all_is_not_asked_who_it_is(web: Talk) -> None:
    web.say("我想预约签注")
    assert "不约了" in web.say("还是不约了吧", "deny")
