"""Leaving a form: by which texts, and what becomes of a question in the same text."""

from collections.abc import Callable
from typing import Any

import pytest

from renewal.language.stopping import says_stop

Call = Callable[..., Any]
# One database is enough here: the store has its own tests on both.
ON_ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"])
FORMS = {
    "callback_form": "callback_name",
    "status_form": "permit_expires_on",
    "points_form": "points_age",
}
IN_EACH_FORM = pytest.mark.parametrize(("form", "slot"), FORMS.items())


@pytest.mark.parametrize(
    "text",
    [
        "不查了",
        "哎不查了",
        "不弄了",
        "收不到，不弄了",
        "不问了",
        "不算了",
        "不办了",
        "算了吧",
        "不想留电话了",
        "不用了谢谢",
        "我不想弄了",
        "沒事不查了",
        "取消",
        "forget it",
        "Never mind",
        "no thanks, cancel it please",
        "算了还是续吧，要去哪",
    ],
)
def test_these_words_leave_a_form(text: str) -> None:
    assert says_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "不知道",
        "没有",
        "不对",
        "我算了一下12月5号到期",
        "不办了会怎样",
        "不续签会怎么样",
        "不续了有什么后果",
        "怎么取消回电",
        "不用打这个号，打另一个",
        "我结束了工作",
        "12月5号",
        "哎" * 300,
        "",
    ],
)
def test_these_words_leave_no_form(text: str) -> None:
    assert not says_stop(text)


@ON_ONE_DATABASE
@IN_EACH_FORM
@pytest.mark.parametrize("text", ["哎不查了", "收不到，不弄了", "算了吧", "forget it"])
@pytest.mark.parametrize("intent", ["cancel", "no_sms", "out_of_scope"])
@pytest.mark.usefixtures("database_kind")
def test_every_form_is_left_whatever_the_text_is_taken_for(
    call: Call, form: str, slot: str, text: str, intent: str
) -> None:
    reply = call(f"validate_{form}", text, intent, requested=slot, form=form)
    assert reply.next in {"action_cancel_form", "action_listen"}
    assert not reply.slots.get("requested_slot")


@ON_ONE_DATABASE
@IN_EACH_FORM
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (("不想留电话了，你直接告诉我过期了怎么办", "overdue"), "补办"),
        (("算了还是续吧，要去哪", "where"), "社区事务受理服务中心"),
    ],
)
@pytest.mark.usefixtures("database_kind")
def test_a_question_in_the_text_that_leaves_is_answered(
    call: Call, form: str, slot: str, said: tuple[str, str], answer: str
) -> None:
    reply = call(f"validate_{form}", *said, requested=slot, form=form)
    assert reply.closed
    assert reply.slots["requested_slot"] is None
    assert len(reply.texts) == 1
    assert answer in reply.texts[0]
    assert reply.next == "action_listen"


@ON_ONE_DATABASE
@pytest.mark.usefixtures("database_kind")
def test_who_leaves_for_another_form_gets_there(call: Call) -> None:
    reply = call("validate_callback_form", "不留了，帮我查一下状态", "my_status", requested="callback_name")
    assert reply.closed
    assert reply.next == "status_form"


@ON_ONE_DATABASE
@pytest.mark.usefixtures("database_kind")
def test_who_wants_a_person_without_giving_a_number_is_asked_on(call: Call) -> None:
    reply = call("validate_callback_form", "不想留电话，直接转人工", "human", requested="callback_name")
    assert not reply.closed
    assert reply.slots["requested_slot"] == "callback_name"


@ON_ONE_DATABASE
@pytest.mark.usefixtures("database_kind")
def test_who_leaves_for_a_person_gets_there(call: Call) -> None:
    reply = call("validate_status_form", "不查了，帮我转人工", "human", requested="permit_expires_on")
    assert reply.closed
    assert reply.next == "callback_form"


@ON_ONE_DATABASE
@pytest.mark.usefixtures("database_kind")
def test_the_status_forms_question_comes_again_once_and_not_at_each_digression(call: Call) -> None:
    validate, since = "validate_status_form", ("action_answer",)
    first = call(validate, "要带什么", "materials", requested="permit_expires_on", since=since)
    assert first.slots["requested_slot"] == "permit_expires_on"
    second = call(
        validate, "在哪办", "where", requested="permit_expires_on", since=since, slots=dict(first.slots)
    )
    assert second.slots["requested_slot"] is None
    assert second.next == "action_listen"
    assert second.texts == []
