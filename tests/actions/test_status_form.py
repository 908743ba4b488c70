"""The status form: nothing is asked of a holder who is known; others give the phone on file, or one day."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from renewal.services.app import Services
from renewal.services.samples.sample import make_sample
from renewal.services.samples.scenarios import open_scenario
from renewal.services.talks.conversations import open_anonymous
from renewal.store.models import Conversation, Holder, Identification

Call = Callable[..., Any]
# One database is enough here: the store has its own tests on both.
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
VALIDATE = "validate_status_form"


def test_a_holder_known_by_number_is_asked_nothing(call: Call, services: Services) -> None:
    make_sample(services.store, seed=1, count=200, today=services.today())
    known = open_scenario(services, "overdue", "sms")
    reply = call(VALIDATE, "查一下", "my_status", form="status_form", conversation=known)
    assert reply.slots["requested_slot"] is None
    assert reply.next == "action_my_status"
    assert "到期" in call("action_my_status", "查一下", "my_status", conversation=known).texts[0]


def test_a_holder_known_by_number_is_told_where_an_answer_begins_the_form(
    call: Call, services: Services
) -> None:
    make_sample(services.store, seed=1, count=200, today=services.today())
    known = open_scenario(services, "overdue", "sms")
    text = "那我到期了几天"
    reply = call(VALIDATE, text, "overdue", form="status_form", conversation=known, since=("action_answer",))
    assert reply.next == "action_my_status"


def test_a_visitor_is_asked_for_the_day(call: Call) -> None:
    assert (
        call(VALIDATE, "查状态", "my_status", form="status_form").slots["requested_slot"]
        == "permit_expires_on"
    )


def test_a_day_in_the_question_itself_is_enough(call: Call) -> None:
    reply = call(VALIDATE, "我12月5号到期，现在什么状态", "my_status", form="status_form")
    assert reply.slots["permit_expires_on"] == "2026-12-05"
    assert reply.next == "action_my_status"


@pytest.mark.parametrize(
    ("text", "day"),
    [("12月5号", "2026-12-05"), ("二零二六年十二月五日", "2026-12-05"), ("还有40天", "2027-01-02")],
)
def test_a_day_is_read_in_the_ways_people_write_it(call: Call, text: str, day: str) -> None:
    reply = call(VALIDATE, text, "inform", requested="permit_expires_on")
    assert reply.slots["permit_expires_on"] == day


def test_an_unreadable_day_is_asked_for_more_helpfully(call: Call) -> None:
    reply = call(VALIDATE, "不知道", "out_of_scope", requested="permit_expires_on", slots={"form_misses": 1})
    assert reply.slots["form_misses"] == 2


def test_asking_for_a_person_leads_from_this_form_to_the_other(call: Call) -> None:
    reply = call(VALIDATE, "转人工", "human", requested="permit_expires_on")
    assert reply.closed
    assert reply.next == "callback_form"


def test_a_question_is_left_to_the_answers(call: Call) -> None:
    assert call(VALIDATE, "什么是自动续签", "auto_renewal", requested="permit_expires_on").stepped_aside


def test_what_a_given_day_means_is_told(call: Call) -> None:
    reply = call("action_my_status", "12月5号", "inform", slots={"permit_expires_on": "2026-12-05"})
    assert "12月5日" in reply.texts[0]
    assert reply.next == "action_listen"


def knows(services: Services, conversation: str) -> None:
    """The code has come while the form stood open."""
    make_sample(services.store, seed=1, count=20, today=services.today())
    with services.store.session() as session:
        holder = session.scalars(select(Holder)).first()
        session.get_one(Conversation, conversation).holder_id = holder.id


def asked(services: Services, conversation: str) -> bool:
    with services.store.read() as session:
        return session.get(Identification, conversation) is not None


def test_the_question_offers_the_phone_on_file_or_the_day(
    call: Call, services: Services, conversation: str
) -> None:
    text = call("action_ask_permit_expires_on", "查状态", "my_status", form="status_form").texts[0]
    assert "登记的手机号" in text
    assert "哪天到期" in text
    assert asked(services, conversation)


def test_by_sms_no_phone_is_asked_for(call: Call, services: Services) -> None:
    talk = open_anonymous(services, "sms")
    text = call("action_ask_permit_expires_on", "查状态", "my_status", conversation=talk).texts[0]
    assert "验证码" not in text
    assert not asked(services, talk)


def test_two_bad_answers_in_a_row_get_more_help_each(call: Call) -> None:
    ask = "action_ask_permit_expires_on"
    texts = [call(ask, "嗯", "inform", slots={"form_misses": n}).texts[0] for n in (0, 1, 2)]
    assert len(set(texts)) == 3
    assert "取消" in texts[2]


def test_who_asks_why_is_told_and_asked_again(call: Call) -> None:
    reply = call(VALIDATE, "为什么要手机号", "ask_why", requested="permit_expires_on")
    assert "本人" in reply.texts[0]
    assert reply.slots["requested_slot"] == "permit_expires_on"


def test_who_leaves_the_form_is_no_longer_asked_for_a_phone(
    call: Call, services: Services, conversation: str
) -> None:
    for text, intent in (("取消", "cancel"), ("转人工", "human")):
        call("action_ask_permit_expires_on", "查状态", "my_status")
        assert asked(services, conversation)
        call(VALIDATE, text, intent, requested="permit_expires_on")
        assert not asked(services, conversation)


def test_a_form_that_asks_for_a_phone_of_its_own_gets_it(
    call: Call, services: Services, conversation: str
) -> None:
    call("action_ask_permit_expires_on", "查状态", "my_status")
    call("action_ask_callback_phone", "王芳", "inform", slots={"callback_name": "王芳"})
    assert not asked(services, conversation)


def test_a_form_left_open_by_the_code_answers_the_question_and_ends(
    call: Call, services: Services, conversation: str
) -> None:
    knows(services, conversation)
    assert call(VALIDATE, "要带什么", "materials", requested="permit_expires_on").stepped_aside
    reply = call(VALIDATE, "要带什么", "materials", requested="permit_expires_on", since=("action_answer",))
    assert reply.slots["requested_slot"] is None
    assert reply.next == "action_listen"
    assert reply.texts == []


def test_a_holder_known_by_code_is_asked_nothing_more(
    call: Call, services: Services, conversation: str
) -> None:
    knows(services, conversation)
    reply = call(VALIDATE, "再查一下", "my_status", requested="permit_expires_on")
    assert reply.next == "action_my_status"


def test_a_day_given_before_is_still_answered_with_the_way_to_the_record(
    call: Call, services: Services, conversation: str
) -> None:
    day = {"permit_expires_on": "2026-12-05"}
    reply = call("action_my_status", "再查一下", "my_status", slots=day)
    assert "12月5日" in reply.texts[0]
    assert "登记的手机号" in reply.texts[1]
    assert asked(services, conversation)


def test_a_day_that_the_form_was_given_is_a_fact_for_what_follows(call: Call) -> None:
    before = call("action_answer", "我12月5号到期，要带什么", "materials").slots["memory"]
    slots = {"permit_expires_on": "2026-12-08", "memory": before}
    told = call("action_my_status", "12月8号", "inform", slots=slots).slots["memory"]
    later = call("action_answer", "那最迟哪天能去", "renewal_window", slots={"memory": told})
    assert "12月8日" in later.texts[0]
    assert "12月5日" not in later.texts[0]
