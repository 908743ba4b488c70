"""The phone on screen."""

import pytest
from sqlalchemy import select

from renewal.domain import Category
from renewal.services.samples import simulated
from renewal.store.models import Holder, InboundText, Permit, SimulatedText
from tests.conftest import TODAY

OURS = {"X-Requested-With": "fetch"}


@pytest.fixture
def holder_id(services) -> int:
    with services.store.session() as session:
        holder = Holder(
            name="样例明",
            phone="+8619900000001",
            phone_hash=services.store.phone_hash("+8619900000001"),
            category=Category.EMPLOYMENT,
            district="sample",
            origin="sample",
            created_at=services.now(),
        )
        session.add(holder)
        session.flush()
        session.add(Permit(number="P1", holder_id=holder.id, expires_on=TODAY))
        return holder.id


def test_holders_are_listed_with_names_and_phones_masked(client, holder_id) -> None:
    listed = client.get("/simulator/holders").json["holders"]
    assert listed[0] | {"situation": ""} == {
        "id": holder_id,
        "name": "样*明",
        "phone": "199****0001",
        "situation": "",
        "expires_on": TODAY.isoformat(),
        "unread": 0,
    }
    assert listed[0]["situation"]
    assert listed[-1]["id"] == "guest"


def test_a_text_typed_on_a_phone_is_shown_and_queued(client, services, holder_id) -> None:
    answer = client.post(f"/simulator/phones/{holder_id}/texts", json={"body": "怎么续签"}, headers=OURS)
    assert answer.status_code == 202
    shown = client.get(f"/simulator/phones/{holder_id}/texts?after=0").json["texts"]
    assert [(text["direction"], text["body"]) for text in shown] == [("in", "怎么续签")]
    with services.store.read() as session:
        assert session.scalars(select(InboundText.provider)).all() == ["simulator"]


def test_what_was_sent_to_a_phone_counts_as_unread_until_it_answers(client, services, holder_id) -> None:
    simulated.show(services.store, phone="+8619900000001", body="您好", delivery_id=None, now=services.now())
    assert client.get("/simulator/holders").json["holders"][0]["unread"] == 1
    client.post(f"/simulator/phones/{holder_id}/texts", json={"body": "好"}, headers=OURS)
    assert client.get("/simulator/holders").json["holders"][0]["unread"] == 0


def test_a_guest_may_text_too(client) -> None:
    assert (
        client.post("/simulator/phones/guest/texts", json={"body": "您好"}, headers=OURS).status_code == 202
    )


def test_a_form_of_another_site_types_nothing(client, services) -> None:
    path = "/simulator/phones/guest/texts"
    assert client.post(path, json={"body": "x"}).status_code == 403
    cross = {**OURS, "Sec-Fetch-Site": "cross-site"}
    assert client.post(path, json={"body": "x"}, headers=cross).status_code == 403
    assert client.get("/simulator/holders", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with services.store.read() as session:
        assert session.scalars(select(SimulatedText)).all() == []


@pytest.mark.parametrize("holder", ["0", "99", "-1", "x", "1e3", "٣", "9" * 30])
def test_a_phone_that_nobody_has_is_not_found(client, holder) -> None:
    assert client.get(f"/simulator/phones/{holder}/texts").status_code == 404


def test_an_id_number_is_masked_on_the_screen_as_well(client) -> None:
    client.post("/simulator/phones/guest/texts", json={"body": "31010119900101123X"}, headers=OURS)
    assert "310101" not in client.get("/simulator/phones/guest/texts").text


def test_the_simulator_is_there_with_its_own_provider_only(twilio) -> None:
    assert twilio.get("/simulator").status_code == 404
    assert twilio.get("/simulator/holders").status_code == 404
