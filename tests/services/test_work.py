"""A use case leaves what it leaves together: rows, audit, history, jobs and texts, of one instant and one actor."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from renewal.services.app import Services
from renewal.services.jobs import ANSWER_CHAT, REPLIES
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import in_free_words
from renewal.services.work import Work
from renewal.store.models import AuditEntry, Change, Delivery
from tests.services import city

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("renewal", "sms_gateway", "actions")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE = "+8619900000001"
MADE_IN_ONE_PLACE = {
    "AuditEntry": {"renewal/services/work.py"},
    # A night ends a thousand appointments in one statement.
    "Change": {"renewal/services/work.py", "renewal/services/appointments/night.py"},
}


def _leave_everything(work: Work, permit_id: int) -> None:
    text = outbox.Text(
        phone=PHONE,
        phone_hash=work.services.store.phone_hash(PHONE),
        said=in_free_words(work.services, "您好"),
        lane=holds.REPLIES,
    )
    work.audit("thing.done", "thing:1", count=3)
    work.change(permit_id, "thing.done", why="online.appointment", was="a", now="b")
    work.enqueue(ANSWER_CHAT, REPLIES, "talk", "m1", 1, id="chat:talk:m1:1", partition="talk")
    outbox.post(work, text)


def _left(services: Services) -> tuple[int, int, int, int]:
    with services.store.read() as session:
        rows = [
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (AuditEntry, Change, Delivery)
        ]
        return (*rows, len(services.jobs.live(session, ANSWER_CHAT)))


@pytest.fixture
def permit_id(services) -> int:
    (number,) = city.add(services, [city.matching(services, services.today())])
    return number


def test_what_a_use_case_leaves_has_one_instant_and_one_actor(services, permit_id) -> None:
    with Work.begin(services, actor="li", now=NOW) as work:
        _leave_everything(work, permit_id)
    with services.store.read() as session:
        audit, change = session.scalars(select(AuditEntry)).one(), session.scalars(select(Change)).one()
        text = session.scalars(select(Delivery)).one()
    assert (audit.at, audit.actor, audit.action, audit.subject) == (NOW, "li", "thing.done", "thing:1")
    assert audit.detail == {"count": 3}
    assert (change.at, change.actor, change.was, change.now) == (NOW, "li", "a", "b")
    assert change.rulebook_version == services.rulebook.version
    assert (text.created_at, text.updated_at) == (NOW, NOW)
    assert _left(services) == (1, 1, 1, 1)


def test_a_use_case_that_fails_leaves_nothing(services, permit_id) -> None:
    def fail() -> None:
        with Work.begin(services, actor="li") as work:
            _leave_everything(work, permit_id)
            work.session.flush()
            raise LookupError("nothing there")

    with pytest.raises(LookupError):
        fail()
    assert _left(services) == (0, 0, 0, 0)


def _makers(name: str) -> Iterator[str]:
    """The files that build a row of that table: by its class, or by an insert."""
    for file in (file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                inserted = getattr(node.func, "id", "") == "insert" and any(
                    getattr(arg, "id", "") == name for arg in node.args
                )
                if inserted or getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
                    yield str(file.relative_to(ROOT))


@pytest.mark.parametrize("name", MADE_IN_ONE_PLACE)
def test_audit_and_history_are_written_by_the_work_and_by_nobody_else(name: str) -> None:
    assert set(_makers(name)) == MADE_IN_ONE_PLACE[name]
