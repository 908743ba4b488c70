"""What stands still until a person lifts it: the whole queue, or one kind of notice."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.store.models import AuditEntry, Suppression

log = structlog.get_logger(__name__)

QUEUE = "hold:queue"


def template_of(kind: str) -> str:
    """Name of the hold on one kind of notice."""
    return f"hold:template:{kind}"


def is_held(session: Session, name: str) -> bool:
    """Whether nothing under `name` may be sent now."""
    # A hold lies among the suppressions, keyed by name where a number has its hash (no hash has a colon).
    held = session.scalar(select(Suppression.lifted_at.is_(None)).where(Suppression.phone_hash == name))
    return bool(held)


def hold(session: Session, name: str, *, why: str, now: datetime) -> None:
    """Stop what `name` stands for, and raise an alert the first time. `why` is a class and a code, no personal data."""
    row = session.get(Suppression, name)
    if row is not None and row.lifted_at is None:
        return
    if row is None:
        session.add(Suppression(phone_hash=name, reason="blocked", at=now))
    else:
        row.at, row.lifted_at = now, None
    alert(session, "sending.held", name, why=why, now=now)


def lift(session: Session, name: str, *, actor: str, now: datetime) -> None:
    """Let what `name` stands for be sent again; nothing happens where it is not held."""
    row = session.get(Suppression, name)
    if row is None or row.lifted_at is not None:
        return
    row.lifted_at = now
    session.add(AuditEntry(at=now, actor=actor, action="sending.lifted", subject=name, detail={}))


def alert(session: Session, action: str, subject: str, *, why: str, now: datetime) -> None:
    """Tell the operators: one line at error level, and one in the audit."""
    log.error("alert", action=action, subject=subject, why=why)
    session.add(AuditEntry(at=now, actor="worker", action=action, subject=subject, detail={"why": why}))
