"""While another program has SQLite's write lock, a webhook hears 503 soon, and its text is taken when told again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from renewal.services.app import Services
from renewal.store.models import InboundText
from sms_gateway.blueprints import sms
from tests.gateway.test_sms import _form, _post

TWILIO_WAITS_MS = 15_000


@contextmanager
def locked(services: Services) -> Iterator[None]:
    """Another program writes, and does not end."""
    other = sqlite3.connect(services.store.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "PATIENCE_MS", 20)


@pytest.fixture
def on_sqlite(twilio_services: Services) -> Services:
    if twilio_services.store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the store")
    return twilio_services


def test_a_webhook_hears_503_while_the_store_is_locked_and_is_taken_when_told_again(
    twilio, on_sqlite, impatient
) -> None:
    with locked(on_sqlite):
        assert _post(twilio, _form()).status_code == 503
    assert _post(twilio, _form()).status_code == 200
    with on_sqlite.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboundText)) == 1


def test_a_receipt_hears_503_as_well(twilio, on_sqlite, impatient) -> None:
    form = {"MessageSid": "SM" + "2" * 32, "MessageStatus": "delivered"}
    with locked(on_sqlite):
        assert _post(twilio, form, path="/sms/twilio/status/abc").status_code == 503


def test_webhooks_hear_503_long_before_the_provider_gives_up_and_others_keep_their_patience(
    on_sqlite,
) -> None:
    assert sms.PATIENCE_MS < 4_000 < TWILIO_WAITS_MS
    for store, wait_ms in (
        (on_sqlite.store.with_patience(sms.PATIENCE_MS), 3_000),
        (on_sqlite.store, 10_000),
    ):
        with store.session() as session:
            assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == wait_ms
