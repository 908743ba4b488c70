"""One use case at work: its transaction, who acts, and when; what it leaves in audit, history, jobs and texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.store.models import AuditEntry, Change

HOLDER = "holder"
WORKER = "worker"
GATEWAY = "gateway"
NIGHTLY = "nightly"
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a use case needs, and what all of its rows have in common: one transaction, one actor, one instant.

    `actor` is a member of staff as `cli.actor` or the desk names them, or one of the words above. `now` is aware, UTC.
    Texts go out by `texts.outbox.post(work, text)`, with the rest or not at all.
    """

    services: Services
    session: Session
    actor: str
    now: datetime

    @classmethod
    @contextmanager
    def begin(cls, services: Services, *, actor: str, now: datetime | None = None) -> Iterator[Self]:
        """Begin a use case in a transaction of its own, which commits at the end and rolls back on an error.

        `now` is what the clock says, unless it is given.
        """
        with services.store.session() as session:
            yield cls(services=services, session=session, actor=actor, now=now or services.now())

    def audit(self, action: str, subject: str, /, **detail: Any) -> AuditEntry:
        """Keep who did what to what; `detail` holds no personal data. Flushed, the row has its id."""
        entry = AuditEntry(at=self.now, actor=self.actor, action=action, subject=subject, detail=detail)
        self.session.add(entry)
        return entry

    def change(
        self,
        permit_id: int,
        action: str,
        *,
        why: str,
        was: str = "",
        now: str = "",
        application_id: int | None = None,
        appointment_id: int | None = None,
    ) -> None:
        """Add a row to a permit's history; no value in it may be personal data. `why` is a clause or a sentence."""
        self.session.add(
            Change(
                permit_id=permit_id,
                at=self.now,
                actor=self.actor,
                action=action,
                application_id=application_id,
                appointment_id=appointment_id,
                was=was,
                now=now,
                why=why,
                rulebook_version=self.services.rulebook.version,
            )
        )

    def enqueue(self, workflow: str, queue: str, *args: Any, id: str, **how: Any) -> None:
        """Put a job on a queue with the rest of the work (see `Jobs.enqueue`)."""
        self.services.jobs.enqueue(self.session, workflow, queue, *args, id=id, **how)


def write_audit(
    session: Session | Connection, *, at: datetime, actor: str, action: str, subject: str, **detail: Any
) -> None:
    """`Work.audit` for what has a session and no services: a provider's answer, a file that is loaded."""
    values = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": detail}
    if isinstance(session, Connection):
        session.execute(insert(AuditEntry).values(values))
    else:
        session.add(AuditEntry(**values))
