"""A job is there if and only if the rows are that were written with it."""

from datetime import UTC, datetime

import pytest
from dbos import DBOSClient

from renewal.services.jobs import APPLICATION, SCHEMA, Jobs
from renewal.store.models import AuditEntry

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Changed(Exception):
    """Someone changed their mind in the middle of a transaction."""


def _queued(store) -> list[str]:
    client = DBOSClient(
        system_database_engine=store.engine,
        dbos_system_schema=SCHEMA,
        application_name=APPLICATION,
        lazy=True,
    )
    return [status.workflow_id for status in client.list_workflows()]


@pytest.fixture
def jobs(store) -> Jobs:
    jobs = Jobs(store)
    jobs.migrate()
    return jobs


def test_a_job_is_queued_with_the_rows_of_its_transaction(store, jobs) -> None:
    with store.session() as session:
        session.add(AuditEntry(at=NOW, actor="t", action="a", subject="s"))
        jobs.enqueue(session, "answer_inbound", "replies", "x", id="answer:x", partition="p")
    assert _queued(store) == ["answer:x"]


def test_a_rolled_back_transaction_leaves_neither_rows_nor_job(store, jobs) -> None:
    with pytest.raises(Changed), store.session() as session:  # noqa: PT012
        session.add(AuditEntry(at=NOW, actor="t", action="a", subject="s"))
        jobs.enqueue(session, "answer_inbound", "replies", "x", id="answer:x", partition="p")
        raise Changed
    assert _queued(store) == []
    with store.read() as session:
        assert session.query(AuditEntry).count() == 0


def test_the_same_id_twice_is_one_job(store, jobs) -> None:
    for _ in range(2):
        with store.session() as session:
            jobs.enqueue(session, "send_delivery", "replies", "x", id="send:x", partition="p")
    assert _queued(store) == ["send:x"]


def test_migrating_twice_changes_nothing(jobs) -> None:
    jobs.migrate()
