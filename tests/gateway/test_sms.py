"""Twilio's webhooks: what is not signed leaves no trace, what comes twice is stored once."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from renewal.store.models import Delivery, InboundText, Suppression
from tests import outgoing
from tests.gateway.queue_view import queued

BASE = "https://sms.example.org"
TOKEN = "token-of-the-tests"
PHONE = "+8619900000001"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _form(**more: str) -> dict[str, str]:
    return {
        "MessageSid": "SM" + "1" * 32,
        "From": PHONE,
        "To": "+15005550006",
        "Body": "居住证怎么续签",
    } | more


def _post(client, form, path="/sms/twilio", token=TOKEN):
    signature = RequestValidator(token).compute_signature(BASE + path, MultiDict(form))
    return client.post(path, data=MultiDict(form), headers={"X-Twilio-Signature": signature})


def _stored(services) -> int:
    with services.store.read() as session:
        return session.scalar(select(func.count()).select_from(InboundText))


def test_a_signed_text_is_stored_and_acknowledged_with_empty_twiml(twilio, twilio_services) -> None:
    answer = _post(twilio, _form())
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    assert answer.text.endswith("<Response />")
    assert _stored(twilio_services) == 1
    assert [job.name for job in queued(twilio_services)] == ["answer_inbound"]


@pytest.mark.parametrize("signature", [None, "", "bm9wZQ==", "ключ"])
def test_an_unsigned_or_wrongly_signed_webhook_is_refused_and_nothing_is_stored(
    twilio, twilio_services, signature
) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature.encode().decode("latin-1")}
    for path in ("/sms/twilio", "/sms/twilio/status/abc"):
        assert twilio.post(path, data=_form(MessageStatus="sent"), headers=headers).status_code == 403
    assert _stored(twilio_services) == 0
    assert queued(twilio_services) == []


def test_a_signature_of_other_words_is_refused(twilio, twilio_services) -> None:
    signature = RequestValidator(TOKEN).compute_signature(BASE + "/sms/twilio", _form())
    changed = twilio.post("/sms/twilio", data=_form(Body="退订"), headers={"X-Twilio-Signature": signature})
    assert changed.status_code == 403
    assert _stored(twilio_services) == 0


def test_a_signature_made_with_another_token_is_refused(twilio) -> None:
    assert _post(twilio, _form(), token="guessed").status_code == 403


def test_the_token_before_the_present_one_still_works_while_it_is_being_changed(twilio) -> None:
    assert _post(twilio, _form(), token="token-before-it").status_code == 200


def test_the_signature_is_over_the_public_address_whatever_host_the_request_names(twilio) -> None:
    signature = RequestValidator(TOKEN).compute_signature("http://10.0.0.7:8000/sms/twilio", _form())
    answer = twilio.post(
        "/sms/twilio",
        data=_form(),
        headers={"X-Twilio-Signature": signature, "X-Forwarded-Host": "10.0.0.7:8000"},
    )
    assert answer.status_code == 403


def test_blank_and_repeated_parameters_and_the_query_count(twilio) -> None:
    form = [*_form(Body="").items(), ("MediaUrl", "a"), ("MediaUrl", "b"), ("FromCity", "")]
    path = "/sms/twilio?color=red&empty="
    assert _post(twilio, form, path=path).status_code == 200
    signature = RequestValidator(TOKEN).compute_signature(BASE + path, MultiDict(form))
    without = [pair for pair in form if pair != ("MediaUrl", "b")]
    refused = twilio.post(path, data=MultiDict(without), headers={"X-Twilio-Signature": signature})
    assert refused.status_code == 403


def test_a_json_webhook_is_checked_by_its_body_hash(twilio) -> None:
    body = json.dumps({"MessageSid": "SM1"})
    path = f"/sms/twilio?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = RequestValidator(TOKEN).compute_signature(BASE + path, {})
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    assert twilio.post(path, data=body, headers=headers).status_code == 400  # signed, but no text
    assert twilio.post(path, data=body + " ", headers=headers).status_code == 403


def test_a_replayed_text_is_stored_and_answered_once(twilio, twilio_services) -> None:
    assert [_post(twilio, _form()).status_code for _ in range(3)] == [200, 200, 200]
    assert _stored(twilio_services) == 1
    assert len(queued(twilio_services)) == 1


@pytest.mark.parametrize("form", [{"From": PHONE}, {"MessageSid": "SM1", "From": "?"}, {}])
def test_a_signed_request_that_is_no_text_is_refused(twilio, twilio_services, form) -> None:
    assert _post(twilio, form).status_code == 400
    assert _stored(twilio_services) == 0


@pytest.mark.parametrize(
    "body", ["", "😀😀😀", "字" * 5000, "/restart", "'; DROP TABLE holders;--", "\ud7ff"]
)
def test_any_words_are_stored(twilio, twilio_services, body) -> None:
    assert _post(twilio, _form(Body=body)).status_code == 200
    assert _stored(twilio_services) == 1


def test_a_phone_that_floods_us_is_kept_but_not_answered(twilio, twilio_services) -> None:
    for number in range(25):
        assert _post(twilio, _form(MessageSid=f"SM{number}")).status_code == 200
    assert _stored(twilio_services) == 25
    assert len(queued(twilio_services)) == 20


def test_receipts_in_any_order_end_as_delivered(twilio, twilio_services) -> None:
    store = twilio_services.store
    with store.session() as session:
        delivery_id = outgoing.create(
            session,
            phone=PHONE,
            phone_hash=store.phone_hash(PHONE),
            body="x",
            provider="twilio",
            now=NOW,
        )
        row = session.get_one(Delivery, delivery_id)
        row.state, row.provider_ref = "accepted", "SM1"
    for status in ("delivered", "sent", "sent", "queued", "a-new-word"):
        form = {"MessageSid": "SM1", "MessageStatus": status}
        assert _post(twilio, form, path=f"/sms/twilio/status/{delivery_id}").status_code == 204
    with store.read() as session:
        assert session.get_one(Delivery, delivery_id).state == "delivered"


def test_a_receipt_of_no_text_of_ours_is_acknowledged(twilio) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert _post(twilio, form, path="/sms/twilio/status/unknown").status_code == 204


def test_an_opt_out_that_twilio_has_confirmed_is_heeded_and_not_confirmed_again(
    twilio, twilio_services
) -> None:
    assert _post(twilio, _form(Body="STOP", OptOutType="STOP")).status_code == 200
    assert queued(twilio_services) == []
    with twilio_services.store.read() as session:
        assert session.scalars(select(Suppression.reason)).all() == ["opt_out"]
        assert session.scalars(select(Delivery)).all() == []


def test_without_twilio_there_is_no_twilio_route(client) -> None:
    assert client.post("/sms/twilio", data=_form()).status_code == 404


@pytest.mark.parametrize("body", ["{", "[]", '{"Body": "x"}'])
def test_an_unsigned_json_body_is_refused_like_any_other(twilio, body: str) -> None:
    assert twilio.post("/sms/twilio", data=body, content_type="application/json").status_code == 403
