"""Where the topic of a callback calls for it, the form asks for the expiry day or the kind of home."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from renewal.domain import Housing
from renewal.store.models import Lead

Call = Callable[..., Any]
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
VALIDATE = "validate_callback_form"
FORM = {"form": "callback_form"}
REACHABLE = {"callback_name": "陈晓明", "callback_phone": "+8613800138000"}
READY = {**REACHABLE, "callback_about": "想问过期的事"}


@pytest.mark.parametrize(
    ("about", "intent", "asked"),
    [
        ("过期了怎么补", "overdue", "permit_expires_on"),
        ("什么时候能续", "renewal_window", "permit_expires_on"),
        ("要带什么材料", "materials", "housing"),
        ("收不收钱", "fees", None),
    ],
)
def test_the_topic_decides_which_detail_is_asked(
    call: Call, about: str, intent: str, asked: str | None
) -> None:
    reply = call(VALIDATE, about, intent, requested="callback_about", slots=REACHABLE, **FORM)
    assert reply.slots["requested_slot"] == asked
    assert (reply.next == "action_submit_callback") == (asked is None)


def test_a_day_in_the_topic_itself_is_taken_and_not_asked_for(call: Call) -> None:
    reply = call(
        VALIDATE,
        "12月5号到期想问怎么续",
        "renewal_window",
        requested="callback_about",
        slots=REACHABLE,
        **FORM,
    )
    assert reply.slots["permit_expires_on"] == "2026-12-05"
    assert reply.next == "action_submit_callback"


def test_the_detail_is_taken_and_the_request_is_stored_with_it(call: Call, services) -> None:
    reply = call(VALIDATE, "12月5号", "inform", requested="permit_expires_on", slots=READY, **FORM)
    assert reply.slots["permit_expires_on"] == "2026-12-05"
    assert reply.next == "action_submit_callback"
    call(
        "action_submit_callback",
        "12月5号",
        "inform",
        slots={**READY, "permit_expires_on": "2026-12-05", "housing": "rented"},
    )
    with services.store.read() as session:
        lead = session.scalars(select(Lead)).one()
    assert (lead.expires_on, lead.housing) == (date(2026, 12, 5), Housing.RENTED)


def test_after_two_answers_that_cannot_be_read_the_form_goes_on_without(call: Call) -> None:
    first = call(VALIDATE, "不记得了", "deny", requested="permit_expires_on", slots=READY, **FORM)
    assert first.slots["requested_slot"] == "permit_expires_on"
    again = {**READY, "form_misses": 1}
    second = call(VALIDATE, "真不记得", "deny", requested="permit_expires_on", slots=again, **FORM)
    assert second.next == "action_submit_callback"


def test_the_question_for_the_detail_is_in_words(call: Call) -> None:
    assert (
        "哪天到期" in call("action_ask_callback_form_permit_expires_on", "", "inform", slots=READY).texts[0]
    )
    assert "宿舍" in call("action_ask_callback_form_housing", "", "inform", slots=READY).texts[0]
