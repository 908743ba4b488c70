"""What every SMS provider must do; a new one is added to WIRES and passes as it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from renewal.services.texts import delivery
from renewal.services.texts.provider import DeliveryState, Provider
from renewal.store.models import SimulatedText
from sms_gateway.providers import PROVIDERS
from sms_gateway.providers.simulator.provider import SimulatorProvider
from sms_gateway.providers.twilio.provider import TwilioProvider
from tests.contract.fake_twilio import FakeTwilio
from tests.gateway.conftest import TWILIO

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE = "+8619900000001"
WIRES = ("simulator", "twilio")


@dataclass
class Wire:
    """A provider and what its other end saw."""

    provider: Provider
    new_id: Callable[[], str]
    sent: Callable[[], list[tuple[str, str]]]


@pytest.fixture
def fake_twilio() -> Iterator[FakeTwilio]:
    fake = FakeTwilio(TWILIO["twilio_account_sid"], TWILIO["twilio_auth_token"].get_secret_value())
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(params=WIRES)
def wire(request, settings) -> Iterator[Wire]:
    yield from {"simulator": _simulator, "twilio": _twilio}[request.param](request, settings)


def _twilio(request, settings) -> Iterator[Wire]:
    fake = request.getfixturevalue("fake_twilio")
    provider = TwilioProvider(settings.model_copy(update=TWILIO | {"twilio_base_url": fake.url}))
    numbers = iter(range(1000))
    yield Wire(
        provider=provider,
        new_id=lambda: f"{next(numbers):032x}",
        sent=lambda: [(message["To"], message["Body"]) for message in fake.taken],
    )


def _simulator(request, settings) -> Iterator[Wire]:
    store = request.getfixturevalue("one_store")

    def new_id() -> str:
        with store.session() as session:
            return delivery.create(
                session,
                phone=PHONE,
                phone_hash=store.phone_hash(PHONE),
                body="x",
                provider="simulator",
                now=NOW,
            )

    def sent() -> list[tuple[str, str]]:
        with store.read() as session:
            return [(row.phone, row.body) for row in session.scalars(select(SimulatedText))]

    yield Wire(
        provider=SimulatorProvider(store, lambda: NOW),
        new_id=new_id,
        sent=sent,
    )


@pytest.fixture
def one_store(settings):
    from renewal.store import Store

    store = Store.open(settings)
    yield store
    store.close()


def test_every_provider_of_the_table_is_tested_here() -> None:
    assert set(PROVIDERS) == set(WIRES)


def test_a_sent_text_arrives_as_it_was_and_has_an_id(wire) -> None:
    body = "【续签助手】您好，“签注”€😀\n第二行"
    ref = wire.provider.send(to=PHONE, body=body, our_id=wire.new_id())
    assert ref
    assert wire.sent() == [(PHONE, body)]


def test_two_texts_have_two_ids(wire) -> None:
    refs = {wire.provider.send(to=PHONE, body="x", our_id=wire.new_id()) for _ in range(3)}
    assert len(refs) == 3


def test_a_text_that_was_sent_is_found_by_our_id(wire) -> None:
    our_id = wire.new_id()
    ref = wire.provider.send(to=PHONE, body="第一条", our_id=our_id)
    found = wire.provider.lookup(to=PHONE, body="第一条", our_id=our_id)
    assert found is not None
    assert found.provider_ref == ref
    assert found.state is not DeliveryState.UNKNOWN


def test_a_text_that_was_never_sent_is_not_found(wire) -> None:
    wire.provider.send(to=PHONE, body="另一条", our_id=wire.new_id())
    assert wire.provider.lookup(to=PHONE, body="没有发过", our_id=wire.new_id()) is None
