"""The status form: nothing is asked of a holder who is known, and one day of anybody else."""

from collections.abc import Callable
from typing import Any

import pytest

from renewal.services.app import Services
from renewal.services.sample import make_sample
from renewal.services.scenarios import open_scenario

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
