"""The phones on screen: they have no far end but the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import select

from renewal.services.app import Services
from renewal.store.models import SimulatedText
from sms_gateway.providers.simulator import open_provider
from tests import outgoing
from tests.contract.wires.wire import PHONE, Wire

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@contextmanager
def open_wire(services: Services) -> Iterator[Wire]:
    store = services.store

    def new_id() -> str:
        with store.session() as session:
            return outgoing.create(
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

    yield Wire(provider=open_provider(services), services=services, new_id=new_id, sent=sent)
