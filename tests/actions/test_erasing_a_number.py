"""A number that was left for a call goes on its owner's word: from callback, talk and the assistant's memory."""

import pytest
from sqlalchemy import select

from renewal.services.jobs import FORGET_TALK
from renewal.store.models import AuditEntry, Callback, Message
from tests.actions.conftest import Call
from tests.gateway.queue_view import queued

TEXT = "我叫样例甲，电话13800138000"


@pytest.fixture
def left(call: Call, services, conversation: str) -> str:
    """A conversation in which a callback was asked for."""
    with services.store.session() as session:
        session.add(Message(conversation_id=conversation, author="user", body=TEXT, at=services.now()))
    booked = call(
        "action_submit_callback",
        TEXT,
        "inform",
        slots={"callback_name": "样例甲", "callback_phone": "+8613800138000"},
    )
    assert "8000" in booked.texts[0]
    return conversation


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("把我留的号码删掉", "privacy"),
        ("把我留的号码删掉", "cancel"),
        ("删掉我的电话号码吧", "out_of_scope"),
    ],
)
def test_name_and_number_go_and_it_is_said_so(
    call: Call, services, left: str, text: str, intent: str
) -> None:
    action = "action_cancel_form" if intent == "cancel" else "action_answer"
    told = call(action, text, intent, slots={"callback_name": "样例甲", "callback_phone": "+8613800138000"})
    assert "删掉了" in told.texts[0]
    assert told.slots["callback_phone"] is None
    assert told.slots["callback_name"] is None
    with services.store.read() as session:
        assert session.scalars(select(Callback)).all() == []
        said = " ".join(session.scalars(select(Message.body)))
        audit = session.scalars(select(AuditEntry).where(AuditEntry.action == "callback.erased")).one()
    assert "样例甲" not in said
    assert "8000" not in said
    assert audit.detail == {"callbacks": 1}
    assert [job.name for job in queued(services)].count(FORGET_TALK) == 1


def test_asked_where_nothing_was_left_it_is_said_so(call: Call, services) -> None:
    told = call("action_answer", "把我留的号码删掉", "privacy")
    assert "不用删" in told.texts[0]
    assert FORGET_TALK not in [job.name for job in queued(services)]


def test_a_callback_form_that_the_word_would_open_is_not_opened(call: Call, left: str, services) -> None:
    told = call("validate_callback_form", "把我留的号码删掉", "human")
    assert "删掉了" in told.texts[0]
    with services.store.read() as session:
        assert session.scalars(select(Callback)).all() == []
