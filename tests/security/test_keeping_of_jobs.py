"""What was queued for somebody is forgotten with them: a job names a number's hash, a conversation and an hour."""

from sqlalchemy import inspect, text

from renewal.services.app import Services
from renewal.services.jobs import ANSWER_CHAT, REPLIES
from renewal.services.keeping import erasing
from renewal.store.models import Base
from tests.gateway.queue_view import queued
from tests.security.test_keeping import OTHER_PHONE, PHONE, everything, known, texted


def job_rows(services: Services) -> str:
    """All that the tables of the jobs hold."""
    schema = None if services.store.engine.dialect.name == "sqlite" else "dbos"
    prefix = "" if schema is None else f"{schema}."
    names = inspect(services.store.engine).get_table_names(schema=schema)
    with services.store.read() as session:
        return "\n".join(
            str(row)
            for name in names
            if name not in Base.metadata.tables
            for row in session.execute(text(f'SELECT * FROM {prefix}"{name}"'))
        )


def end_all(services: Services, state: str = "SUCCESS") -> None:
    """As the worker leaves its jobs."""
    prefix = "" if services.store.engine.dialect.name == "sqlite" else "dbos."
    with services.store.session() as session:
        session.execute(text(f"UPDATE {prefix}workflow_status SET status = :state"), {"state": state})


def test_no_job_tells_that_an_erased_number_texted(services: Services) -> None:
    web = everything(services, known(services))
    texted(services, "居住证怎么续签", ref="SM2", phone=OTHER_PHONE)
    end_all(services)
    with services.store.session() as session:
        services.jobs.enqueue(
            session, ANSWER_CHAT, REPLIES, web, "c-1", 1, id=f"chat:{web}:c-1:1", partition=web
        )
    mine, others = services.store.phone_hash(PHONE), services.store.phone_hash(OTHER_PHONE)
    assert mine in job_rows(services)
    person, _ = erasing.find(services, permit="P-1")
    erasing.erase(services, person, actor="anna(os:root)")
    left = job_rows(services)
    assert mine not in left
    assert web not in left
    assert others in left


def test_what_waits_on_a_shared_number_is_still_done(services: Services) -> None:
    known(services)
    known(services, number="P-2", name="李样例")
    texted(services, "居住证怎么续签")
    waiting = len(queued(services))
    assert waiting > 0
    person, _ = erasing.find(services, permit="P-1")
    erasing.erase(services, person, actor="anna(os:root)")
    assert len(queued(services)) == waiting
    end_all(services)
    erasing.erase(services, person, actor="anna(os:root)")
    assert queued(services) == []
