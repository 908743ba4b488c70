"""Twilio's own words and failures, over real HTTP."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, get_ident

import httpx
import pytest
import yaml
from structlog.testing import capture_logs

from renewal.providers import refusals
from renewal.services.texts.provider import DeliveryState, SendError, SendFailure, Webhook
from sms_gateway.providers.twilio import client
from sms_gateway.providers.twilio import provider as twilio
from sms_gateway.providers.twilio.codes import failure_of, receipt_of, state_of
from tests.contract import codes_page
from tests.contract.fake_twilio import FakeTwilio, published
from tests.gateway.conftest import TWILIO_OPTIONS, twilio_settings

PUBLISHED = Path(__file__).with_name("twilio_published_codes.yml")
PHONE = "+8619900000001"
ID = "0" * 32


@pytest.fixture
def fake():
    fake = FakeTwilio(TWILIO_OPTIONS["twilio_account_sid"], TWILIO_OPTIONS["twilio_auth_token"])
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def provider(settings, fake) -> twilio.TwilioProvider:
    return twilio.TwilioProvider(settings.model_copy(update=twilio_settings(twilio_base_url=fake.url)))


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
    address, _, retries = fake.taken[0]["StatusCallback"].partition("#")
    assert address == f"https://sms.example.org/sms/twilio/status/{ID}"
    assert retries == "rc=5&rp=all"  # Twilio keeps it to itself: five tries more, whatever went wrong
    assert fake.taken[0]["From"] == "+15005550006"


def test_a_messaging_service_may_be_the_sender(settings, fake) -> None:
    service = "MG" + "a" * 32
    changes = twilio_settings(twilio_base_url=fake.url, twilio_from=service)
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
    provider = twilio.TwilioProvider(settings.model_copy(update=twilio_settings(twilio_base_url=fake.url)))
    assert _failure(provider).failure is SendFailure.ACCOUNT


def test_a_refused_connection_is_busy_because_nothing_went_out(settings, fake) -> None:
    fake.stop()
    provider = twilio.TwilioProvider(settings.model_copy(update=twilio_settings(twilio_base_url=fake.url)))
    assert _failure(provider).failure is SendFailure.BUSY
    fake.start()


def test_a_read_timeout_is_unclear_and_the_text_is_found_afterwards(settings, fake, monkeypatch) -> None:
    monkeypatch.setattr(client, "CALL_LIMIT_S", 0.3)
    provider = twilio.TwilioProvider(settings.model_copy(update=twilio_settings(twilio_base_url=fake.url)))
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


def test_every_code_of_messaging_that_twilio_publishes_has_a_class_and_a_plain_chinese_sentence() -> None:
    known = refusals("twilio")
    assert len(known) >= 177
    assert [code for code, refusal in known.items() if not refusal.title] == []
    assert {refusal.failure for refusal in known.values()} == {failure.value for failure in SendFailure}
    assert [
        code for code, refusal in known.items() if not re.search("[\u4e00-\u9fff]{4}", refusal.text)
    ] == []


def test_a_code_of_the_dictionary_is_in_the_list_or_can_be_told_of_no_text() -> None:
    """A published code that nobody classed fails here."""
    dictionary = yaml.safe_load(PUBLISHED.read_text("utf-8"))
    published = {int(code) for code in dictionary["published"].split()}
    never = {
        code
        for code in published
        for first, last, _ in dictionary["never_of_a_text"]
        if first <= code <= last
    }
    classed = {int(code) for code in refusals("twilio")}
    assert len(published) > 350
    assert published - never - classed == set()
    assert never & classed == set(), "told of no text, and yet in the list"
    assert [what for first, last, what in dictionary["never_of_a_text"]
            if not any(first <= code <= last for code in published)] == []  # fmt: skip


@pytest.mark.parametrize("code", refusals("twilio"))
def test_a_refusal_and_a_receipt_with_a_code_have_the_class_of_the_list(code: str) -> None:
    told = refusals("twilio")[code].failure
    assert failure_of(code, 400) == told
    receipt = receipt_of(ref="SM1", raw="undelivered", code=code, our_id=None)
    assert receipt.failure == told


def test_the_page_of_codes_is_made_from_the_lists() -> None:
    """Out of date? `python -m tests.contract.codes_page`."""
    assert codes_page.PAGE.read_text("utf-8") == codes_page.page()


def test_a_code_that_nobody_knows_is_told_to_the_operators(provider, fake) -> None:
    fake.refuse = [(400, 29999)]
    with capture_logs() as lines:
        assert _failure(provider).failure is SendFailure.CONTENT
    assert [(line["action"], line["code"]) for line in lines] == [("provider.unknown_code", "29999")]


@pytest.mark.parametrize("code", ["21606", "21608", "21659", "21660"])
def test_a_sender_that_twilio_does_not_let_us_use_stops_all_texts_and_not_one_by_one(
    provider, fake, code
) -> None:
    fake.refuse = [(400, int(code))]
    assert _failure(provider).failure is SendFailure.ACCOUNT


def test_a_provider_that_timed_out_behind_twilio_leaves_it_open_whether_the_text_came(provider) -> None:
    (receipt,) = provider.read(
        _webhook({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30410"})
    )
    assert receipt.failure is SendFailure.UNCLEAR


def test_texts_that_came_in_are_listed_oldest_first_with_their_senders_and_pictures(provider, fake) -> None:
    provider.send(to=PHONE, body="x", our_id=ID)
    for number, sender in ((1, PHONE), (2, "95588")):
        fake.came_in.append(
            {"sid": f"SM{number}", "To": "+15005550006", "From": sender, "Body": f"第{number}条", "status": "received",
             "direction": "inbound", "num_media": str(number), "made_at": "Mon, 23 Nov 2026 02:00:00 +0000"}
        )  # fmt: skip
    texts = provider.recent_inbound(datetime(2026, 11, 23, tzinfo=UTC))
    assert [(t.provider_ref, t.phone, t.body, t.pictures) for t in texts] == [
        ("SM1", PHONE, "第1条", 1),
        ("SM2", "95588", "第2条", 2),
    ]


def test_of_texts_with_the_same_words_the_oldest_is_ours_that_nobody_owns(provider, fake) -> None:
    refs = [provider.send(to=PHONE, body="好的", our_id=f"{number:032d}") for number in range(3)]
    assert provider.lookup(to=PHONE, body="好的", our_id=ID).provider_ref == refs[0]
    assert provider.lookup(to=PHONE, body="好的", our_id=ID, owned=refs[:2]).provider_ref == refs[2]


def test_a_text_is_found_behind_the_preface_of_a_trial_account(provider, fake) -> None:
    provider.send(to=PHONE, body="【续签助手】“好的”", our_id=ID)
    fake.taken[0]["Body"] = 'Sent from your Twilio trial account - 【续签助手】"好的"'
    assert (
        provider.lookup(to=PHONE, body="【续签助手】“好的”", our_id=ID).provider_ref == fake.taken[0]["sid"]
    )


def test_no_transport_is_shared_by_two_threads_for_it_may_tell_one_the_others_answer(
    provider, fake, monkeypatch
) -> None:
    """Twilio's transport keeps the last answer on itself and returns it from there."""
    official, together, used = client.TwilioHttpClient.request, Barrier(8), []

    def request(self, *args, **kwargs):
        together.wait(timeout=30)
        used.append((id(self), get_ident()))
        return official(self, *args, **kwargs)

    monkeypatch.setattr(client.TwilioHttpClient, "request", request)
    numbers = [f"+86199{number:08d}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        refs = list(pool.map(lambda to: provider.send(to=to, body=to, our_id=ID), numbers))
    assert dict(zip(numbers, refs, strict=True)) == {m["To"]: m["sid"] for m in fake.taken}
    assert (
        len({transport for transport, _ in used})
        == len({thread for _, thread in used})
        == len(set(used))
        == 8
    )


def test_what_we_send_and_what_the_fake_tells_is_in_twilios_published_description(provider, fake) -> None:
    provider.send(to=PHONE, body="x", our_id=ID)
    assert set(fake.taken[0]) - {"sid", "status", "made_at"} <= published(
        "create"
    )  # those are the fake's own
    path = f"/2010-04-01/Accounts/{fake.sid}/Messages.json"
    login = base64.b64encode(f"{fake.sid}:{fake.token}".encode()).decode()
    _, told = fake.get(path, f"Basic {login}")
    assert told["messages"][0].keys() <= published("shown")
    with httpx.Client(base_url=fake.url, auth=(fake.sid, fake.token)) as wire:
        form = {"To": PHONE, "Body": "x", "From": "+15005550006"}
        assert wire.post(path, data=form | {"OurId": ID}).status_code == 400
        assert wire.post(path, data=form | {"MessagingServiceSid": "MG1"}).status_code == 400
        assert wire.get(path, params={"OurId": ID}).status_code == 400
