"""Twilio's own words and failures, over real HTTP."""

import pytest

from renewal.services.texts.provider import DeliveryState, SendError, SendFailure, Webhook
from sms_gateway.providers.twilio import client
from sms_gateway.providers.twilio import provider as twilio
from sms_gateway.providers.twilio.codes import TWILIO_ERROR, state_of
from tests.contract.fake_twilio import FakeTwilio, published_parameters
from tests.gateway.conftest import TWILIO

PHONE = "+8619900000001"
ID = "0" * 32


@pytest.fixture
def fake():
    fake = FakeTwilio(TWILIO["twilio_account_sid"], TWILIO["twilio_auth_token"].get_secret_value())
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def provider(settings, fake) -> twilio.TwilioProvider:
    return twilio.TwilioProvider(settings.model_copy(update=TWILIO | {"twilio_base_url": fake.url}))


def _webhook(form, rule=twilio.STATUS) -> Webhook:
    return Webhook(
        rule=rule,
        path=f"/sms/twilio{rule}",
        headers={},
        media_type="application/x-www-form-urlencoded",
        body=b"",
        form=form,
        our_id=ID,
    )


def _failure(provider) -> SendError:
    with pytest.raises(SendError) as caught:
        provider.send(to=PHONE, body="x", our_id=ID)
    return caught.value


def test_the_receipts_address_holds_our_id(provider, fake) -> None:
    provider.send(to=PHONE, body="x", our_id=ID)
    assert fake.taken[0]["StatusCallback"] == f"https://sms.example.org/sms/twilio/status/{ID}"
    assert fake.taken[0]["From"] == "+15005550006"


def test_a_messaging_service_may_be_the_sender(settings, fake) -> None:
    service = "MG" + "a" * 32
    changes = TWILIO | {"twilio_base_url": fake.url, "twilio_from": service}
    twilio.TwilioProvider(settings.model_copy(update=changes)).send(to=PHONE, body="x", our_id=ID)
    assert fake.taken[0]["MessagingServiceSid"] == service


TABLE = [
    (400, 21211, "bad_number"), (400, 21614, "bad_number"), (400, 21635, "bad_number"), (400, 30005, "bad_number"),
    (400, 30006, "bad_number"), (400, 21610, "opted_out"), (400, 30004, "opted_out"), (400, 21617, "content"),
    (400, 21612, "content"), (400, 21408, "content"), (400, 30007, "content"), (401, 20003, "account"),
    (400, 30002, "account"), (429, 20429, "busy"), (429, None, "busy"), (400, 21611, "busy"), (400, 30001, "busy"),
    (400, 30003, "handset_away"), (400, 30008, "handset_away"), (400, 30036, "handset_away"),
    (500, None, "unclear"), (502, 20500, "unclear"), (503, None, "unclear"), (400, 99999, "content"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "expected"), TABLE)
def test_each_refusal_falls_into_its_class(provider, fake, status, code, expected) -> None:
    fake.refuse = [(status, code)]
    error = _failure(provider)
    assert error.failure == expected
    assert error.code == str(code or status)


def test_wrong_credentials_stop_the_account(settings, fake) -> None:
    fake.token = "changed"
    provider = twilio.TwilioProvider(settings.model_copy(update=TWILIO | {"twilio_base_url": fake.url}))
    assert _failure(provider).failure is SendFailure.ACCOUNT


def test_a_refused_connection_is_busy_because_nothing_went_out(settings, fake) -> None:
    fake.stop()
    provider = twilio.TwilioProvider(settings.model_copy(update=TWILIO | {"twilio_base_url": fake.url}))
    assert _failure(provider).failure is SendFailure.BUSY
    fake.start()


def test_a_read_timeout_is_unclear_and_the_text_is_found_afterwards(settings, fake, monkeypatch) -> None:
    monkeypatch.setattr(client, "CALL_LIMIT_S", 0.3)
    provider = twilio.TwilioProvider(settings.model_copy(update=TWILIO | {"twilio_base_url": fake.url}))
    fake.hang_s = 1.0
    assert _failure(provider).failure is SendFailure.UNCLEAR
    assert provider.lookup(to=PHONE, body="x", our_id=ID).provider_ref == fake.taken[0]["sid"]


def test_a_server_error_after_the_text_was_taken_is_unclear(provider, fake) -> None:
    fake.take_then_fail = [500]
    assert _failure(provider).failure is SendFailure.UNCLEAR
    assert provider.lookup(to=PHONE, body="x", our_id=ID).state is DeliveryState.ACCEPTED


def test_a_lookup_that_fails_says_so(provider, fake) -> None:
    fake.token = "changed"
    with pytest.raises(SendError):
        provider.lookup(to=PHONE, body="x", our_id=ID)


def test_a_failed_receipt_carries_its_class(provider) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    (receipt,) = provider.read(_webhook(form))
    assert (receipt.state, receipt.failure) == (DeliveryState.FAILED, SendFailure.HANDSET_AWAY)
    (receipt,) = provider.read(_webhook(form | {"ErrorCode": "12345"}))
    assert receipt.failure is None


@pytest.mark.parametrize(
    ("raw", "state"),
    [("queued", "accepted"), ("sent", "sent"), ("Delivered", "delivered"), ("undelivered", "failed"), ("", "unknown"),
     ("vaporised", "unknown")],
)  # fmt: skip
def test_each_status_word_is_translated_once(raw, state) -> None:
    assert state_of(raw) == state


def test_the_design_tables_codes_are_all_known() -> None:
    listed = (
        "21211 21614 21635 30005 30006 21610 30004 21617 21612 21408 30007 20003 30002 20429 429 21611 30001"
    )
    assert set(f"{listed} 30003 30008 30036".split()) == set(TWILIO_ERROR)


def test_what_we_send_is_in_twilios_published_description(provider, fake) -> None:
    known = published_parameters()
    if known is None:
        pytest.skip("the published description is not beside this checkout")
    provider.send(to=PHONE, body="x", our_id=ID)
    assert set(fake.taken[0]) - {"sid", "status"} <= known
