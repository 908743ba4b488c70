"""Two providers as one: the second takes what the first certainly did not, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from renewal.services.texts import delivery, settling
from renewal.services.texts.provider import InboundText, NotOffered, SendError, SendFailure
from renewal.store.models import Delivery
from sms_gateway.app import create_app
from sms_gateway.providers import open_providers, open_sender
from sms_gateway.providers.failover import REST_S, FailoverProvider
from tests import outgoing
from tests.contract.wires.alibaba import alibaba_settings
from tests.gateway.conftest import TWILIO_OPTIONS, twilio_settings
from tests.services.carrier import Carrier

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE, ID = "+8619900000001", "0" * 32
BUSY, AWAY = SendError(SendFailure.BUSY, "20429"), SendError(SendFailure.BUSY)
ACCOUNT = SendError(SendFailure.ACCOUNT, "20003")


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def pair():
    first, second, clock = Carrier(name="first"), Carrier(name="second"), Clock()
    return first, second, FailoverProvider(first, second, clock_s=clock), clock


def _send(both, our_id: str = ID) -> str:
    return both.send(to=PHONE, body="x", our_id=our_id)


def test_while_the_first_works_the_second_gets_nothing(pair) -> None:
    first, second, both, _ = pair
    _send(both)
    assert (len(first.sent), len(second.sent)) == (1, 0)


@pytest.mark.parametrize("refusal", [BUSY, AWAY, ACCOUNT])
def test_what_the_first_certainly_did_not_take_the_second_does(pair, refusal) -> None:
    first, second, both, _ = pair
    first.refuse_next = [refusal]
    assert _send(both) == second.refs[ID]
    assert (len(first.sent), len(second.sent)) == (0, 1)


@pytest.mark.parametrize(
    "failure", [f for f in SendFailure if f not in (SendFailure.BUSY, SendFailure.ACCOUNT)]
)
def test_what_the_first_refuses_for_any_other_reason_nobody_else_is_asked_to_send(pair, failure) -> None:
    first, second, both, _ = pair
    first.refuse_next = [SendError(failure, "1")]
    with pytest.raises(SendError) as refusal:
        _send(both)
    assert refusal.value.failure is failure
    assert second.sent == []


def test_a_text_that_the_first_may_have_taken_is_never_sent_by_the_second(pair) -> None:
    first, second, both, _ = pair
    first.swallow_next = 1
    with pytest.raises(SendError) as refusal:
        _send(both)
    assert refusal.value.failure is SendFailure.UNCLEAR
    assert both.lookup(to=PHONE, body="x", our_id=ID).provider_ref == first.refs[ID]
    assert second.sent == []


def test_a_text_that_the_second_may_have_taken_is_found_there(pair) -> None:
    first, second, both, _ = pair
    first.refuse_next, second.swallow_next = [AWAY], 1
    with pytest.raises(SendError) as refusal:
        _send(both)
    assert refusal.value.failure is SendFailure.UNCLEAR
    assert both.lookup(to=PHONE, body="x", our_id=ID).provider_ref == second.refs[ID]


def test_nobody_got_it_only_where_both_say_so(pair) -> None:
    first, second, both, _ = pair
    assert both.lookup(to=PHONE, body="x", our_id=ID) is None

    def silent(**_: object):
        raise SendError(SendFailure.BUSY)

    first.lookup = silent
    with pytest.raises(SendError):
        both.lookup(to=PHONE, body="x", our_id=ID)
    second.send(to=PHONE, body="x", our_id=ID)
    assert both.lookup(to=PHONE, body="x", our_id=ID).provider_ref == second.refs[ID]


@pytest.mark.parametrize(("refusal", "rests"), [(AWAY, True), (ACCOUNT, True), (BUSY, False)])
def test_one_that_is_away_is_left_alone_for_a_while_and_then_asked_again(pair, refusal, rests) -> None:
    first, second, both, clock = pair
    first.refuse_next = [refusal]
    _send(both, "1")
    _send(both, "2")
    assert len(first.sent) == (0 if rests else 1)
    clock.now_s = REST_S + 1
    _send(both, "3")
    assert first.sent[-1][2] == "3"
    assert "3" not in second.refs


def test_where_both_are_away_the_text_waits_and_the_queue_is_not_held_for_one_account(pair) -> None:
    first, second, both, _ = pair
    first.refuse_next, second.refuse_next = [ACCOUNT], [BUSY]
    with pytest.raises(SendError) as refusal:
        _send(both)
    assert refusal.value.failure is SendFailure.BUSY
    first.refuse_next, second.refuse_next = [ACCOUNT], [ACCOUNT]
    with pytest.raises(SendError) as refusal:
        _send(both)
    assert refusal.value.failure is SendFailure.ACCOUNT


def test_a_text_for_which_the_second_has_no_template_waits_for_the_first(pair) -> None:
    first, second, both, _ = pair
    first.refuse_next = [AWAY]
    second.refuse_next = [SendError(SendFailure.CONTENT, "no_template")]
    with pytest.raises(SendError) as refusal:
        _send(both, "1")
    assert refusal.value.failure is SendFailure.BUSY
    second.refuse_next = [SendError(SendFailure.CONTENT, "no_template")]
    assert _send(both, "2") == first.refs["2"]


def _row(services, both, *, settle: bool = False) -> Delivery:
    """One text sent by both, and asked after if wanted; as the store has it."""
    with services.store.session() as session:
        made = outgoing.create(
            session,
            phone=PHONE,
            phone_hash=services.store.phone_hash(PHONE),
            body="x",
            provider="first",
            now=NOW,
        )
    delivery.send(services.store, both, [made], NOW)
    if settle:
        settling.settle(services.store, both, made, NOW)
    with services.store.read() as session:
        return session.get_one(Delivery, made)


def test_the_row_names_the_provider_that_took_the_text(services, pair) -> None:
    first, second, both, _ = pair
    assert (_row(services, both).provider, len(first.sent)) == ("first", 1)
    first.refuse_next = [AWAY]
    row = _row(services, both)
    assert (row.state, row.provider, row.provider_ref) == ("accepted", "second", second.refs[row.id])


def test_the_row_names_the_provider_at_which_an_unclear_text_was_found(services, pair) -> None:
    first, second, both, _ = pair
    first.refuse_next, second.swallow_next = [AWAY], 1
    row = _row(services, both, settle=True)
    assert (row.state, row.provider, row.provider_ref) == ("sent", "second", second.refs[row.id])


def test_texts_that_came_in_are_listed_of_both_as_far_as_they_keep_a_list(pair) -> None:
    _, second, both, _ = pair
    since = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(NotOffered):
        both.recent_inbound(since)
    texts = [
        InboundText(
            provider="second", provider_ref=str(n), phone=PHONE, body="x", sent_at=since + timedelta(hours=n)
        )
        for n in (2, 1)
    ]
    second.recent_inbound = lambda _: texts
    assert [text.provider_ref for text in both.recent_inbound(since)] == ["1", "2"]


def test_the_settings_name_two_and_the_gateway_hears_both(services, assistant) -> None:
    first = alibaba_settings(services, "http://127.0.0.1:9")
    second = twilio_settings()
    options = first["provider_options"] | second["provider_options"]
    settings = services.settings.model_copy(
        update=first | {"provider_second": "twilio", "provider_options": options}
    )
    services = replace(services, settings=settings)
    assert [provider.name for provider in open_providers(services)] == ["alibaba", "twilio"]
    assert isinstance(open_sender(services), FailoverProvider)
    client = create_app(settings, services, assistant).test_client()
    for place in ("/sms/alibaba/texts", "/sms/alibaba/reports", "/sms/twilio", "/sms/twilio/status/x"):
        assert client.post(place).status_code == 403
    assert client.get("/simulator").status_code == 404
    assert TWILIO_OPTIONS["twilio_from"] == settings.option("twilio_from")


def test_an_outage_of_the_first_loses_nothing_and_repeats_nothing(services) -> None:
    from tests.contract.wires import alibaba, twilio

    with alibaba.open_wire(services) as first, twilio.open_wire(services) as second:
        both = FailoverProvider(first.provider, second.provider)
        unclear = []
        for number in range(12):
            if number == 4:
                first.swallow()
            if number == 6:
                first.hang_up()
            our_id = first.new_id()
            try:
                both.send(to=PHONE, body=first.body, our_id=our_id, template=first.template)
            except SendError as error:
                unclear.append((our_id, error.failure))
                found = both.lookup(to=PHONE, body=first.body, our_id=our_id)
        assert [failure for _, failure in unclear] == [SendFailure.UNCLEAR]
        assert found.our_id == unclear[0][0]
        assert (len(first.sent()), len(second.sent())) == (6, 6)
