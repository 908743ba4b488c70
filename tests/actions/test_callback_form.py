"""The callback form as Rasa drives it: one text at a time."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from renewal.services.app import Services
from renewal.store.models import Lead

Call = Callable[..., Any]
# One database is enough here: the store has its own tests on both.
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
VALIDATE = "validate_callback_form"
NAMED = {"callback_name": "陈晓明"}
REACHABLE = {**NAMED, "callback_phone": "+8613800138000"}


def test_the_form_opens_with_the_first_question(call: Call) -> None:
    reply = call(VALIDATE, "请给我回电", "request_callback", form="callback_form")
    assert reply.slots["requested_slot"] == "callback_name"


def test_details_in_the_request_itself_are_taken(call: Call) -> None:
    text = "请打电话给我 13800138000，我姓王，想问社保断了能不能续"
    reply = call(VALIDATE, text, "request_callback", form="callback_form")
    assert reply.slots["callback_phone"] == "+8613800138000"
    assert reply.slots["callback_name"] == "王"
    assert "社保断了" in reply.slots["callback_about"]
    assert reply.next == "action_submit_callback"


def test_a_new_request_forgets_the_one_before(call: Call) -> None:
    before = {**REACHABLE, "callback_about": "旧的问题", "callback_taken": True}
    reply = call(VALIDATE, "再帮我登记个回电", "request_callback", form="callback_form", slots=before)
    assert reply.slots["callback_about"] is None
    assert reply.slots["requested_slot"] == "callback_name"


def test_several_details_in_one_text_fill_several_slots(call: Call) -> None:
    reply = call(VALIDATE, "我叫陈晓明 13800138000 想问续签", "inform", requested="callback_name")
    assert reply.slots["callback_name"] == "陈晓明"
    assert reply.slots["callback_phone"] == "+8613800138000"
    assert reply.slots["callback_about"] == "续签"


@pytest.mark.parametrize(
    ("text", "name"),
    [("陈晓明", "陈晓明"), ("我叫欧阳娜娜", "欧阳娜娜"), ("王女士", "王女士"), ("John Smith", "John Smith")],
)
def test_a_name_is_taken_in_the_ways_people_write_it(call: Call, text: str, name: str) -> None:
    assert call(VALIDATE, text, "inform", requested="callback_name").slots["callback_name"] == name


@pytest.mark.parametrize(
    "text", ["13800138000", "138 0013 8000", "１３８００１３８０００", "+86 13800138000"]
)
def test_a_number_is_taken_in_the_ways_people_write_it(call: Call, text: str) -> None:
    reply = call(VALIDATE, text, "inform", requested="callback_phone", slots=NAMED)
    assert reply.slots["callback_phone"] == "+8613800138000"
    assert reply.slots["requested_slot"] == "callback_about"


def test_an_earlier_name_is_corrected_and_the_question_stays(call: Call) -> None:
    reply = call(VALIDATE, "名字不对，我叫李雷", "correct", requested="callback_phone", slots=NAMED)
    assert reply.slots["callback_name"] == "李雷"
    assert reply.slots["requested_slot"] == "callback_phone"
    assert reply.texts


def test_the_right_one_of_two_numbers_is_taken(call: Call) -> None:
    text = "不是13812345678是13987654321"
    reply = call(VALIDATE, text, "correct", requested="callback_about", slots=REACHABLE)
    assert reply.slots["callback_phone"] == "+8613987654321"
    assert reply.slots["callback_about"] is None
    assert reply.slots["requested_slot"] == "callback_about"


def test_a_detail_that_is_only_called_wrong_is_asked_anew(call: Call) -> None:
    reply = call(VALIDATE, "电话写错了", "correct", requested="callback_about", slots=REACHABLE)
    assert reply.slots["callback_phone"] is None
    assert reply.slots["requested_slot"] == "callback_phone"


def test_asking_why_is_answered_and_is_no_bad_answer(call: Call) -> None:
    reply = call(VALIDATE, "要我电话干什么", "ask_why", requested="callback_phone", slots=NAMED)
    assert reply.texts
    assert reply.slots["requested_slot"] == "callback_phone"
    assert reply.slots["form_misses"] == 0


def test_a_question_is_left_to_the_answers(call: Call) -> None:
    reply = call(VALIDATE, "要带什么材料", "materials", requested="callback_name")
    assert reply.stepped_aside
    assert not reply.texts


def test_after_the_answer_the_forms_question_comes_again(call: Call) -> None:
    reply = call(VALIDATE, "要带什么材料", "materials", requested="callback_name", since=("action_answer",))
    assert reply.slots["requested_slot"] == "callback_name"
    assert not reply.stepped_aside


def test_a_question_is_the_topic_when_the_topic_is_asked_for(call: Call) -> None:
    reply = call(VALIDATE, "逾期两个月怎么办", "overdue", requested="callback_about", slots=REACHABLE)
    assert reply.slots["callback_about"] == "逾期两个月怎么办"
    assert reply.next == "action_submit_callback"


@pytest.mark.parametrize("text", ["没什么", "随便", "不知道"])
def test_a_text_that_says_nothing_is_no_topic(call: Call, text: str) -> None:
    reply = call(VALIDATE, text, "out_of_scope", requested="callback_about", slots=REACHABLE)
    assert reply.slots["form_misses"] == 1


@pytest.mark.parametrize(("text", "intent"), [("算了不填了", "cancel"), ("不想留", "deny")])
def test_the_form_lets_go(call: Call, text: str, intent: str) -> None:
    assert call(VALIDATE, text, intent, requested="callback_phone", slots=NAMED).next == "action_cancel_form"
    cancelled = call("action_cancel_form", text, intent, requested="callback_phone", slots=NAMED)
    assert cancelled.closed
    assert cancelled.slots["callback_name"] is None


def test_bad_answers_get_a_kinder_question_and_then_a_way_out(call: Call) -> None:
    first = call(VALIDATE, "12345", "inform", requested="callback_phone", slots=NAMED)
    assert first.slots["form_misses"] == 1
    second = call(
        VALIDATE, "啊啊", "out_of_scope", requested="callback_phone", slots={**NAMED, "form_misses": 1}
    )
    assert second.slots["form_misses"] == 2
    asked = [
        call(
            "action_ask_callback_phone",
            "",
            "inform",
            requested="callback_phone",
            slots={**NAMED, "form_misses": n},
        )
        for n in (0, 1, 2)
    ]
    assert len({reply.texts[0] for reply in asked}) == 3
    assert "取消" in asked[2].texts[0]


@pytest.mark.parametrize("text", ["", "😀😀", "？？"])
def test_a_text_without_words_is_a_bad_answer_to_any_question(call: Call, text: str) -> None:
    for slot in ("callback_name", "callback_phone", "callback_about"):
        assert call(VALIDATE, text, "out_of_scope", requested=slot, slots=REACHABLE).slots["form_misses"] == 1


def test_a_request_is_stored_and_the_day_of_the_call_is_told(call: Call, services: Services) -> None:
    reply = call("action_submit_callback", "续签", "inform", slots={**REACHABLE, "callback_about": "续签"})
    assert "11月24日" in reply.texts[0]
    assert reply.next == "action_listen"
    with services.store.read() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.name, lead.phone, lead.about) == ("陈晓明", "+8613800138000", "续签")


def test_a_number_that_follows_a_stored_request_replaces_it(call: Call) -> None:
    taken = {**REACHABLE, "callback_about": "续签", "callback_taken": True}
    reply = call("action_correct", "13900139000", "inform", slots=taken)
    assert reply.slots["callback_phone"] == "+8613900139000"
    assert reply.next == "action_submit_callback"


def test_a_plain_remark_after_a_stored_request_does_not_rename_the_holder(call: Call) -> None:
    taken = {**REACHABLE, "callback_about": "续签", "callback_taken": True}
    reply = call("action_correct", "我是张江的", "inform", slots=taken)
    assert "callback_name" not in reply.slots
    assert reply.texts
