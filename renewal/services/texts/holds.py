"""What stands still until a person lifts it: everything, one lane, or one template.

A hold is a row that every worker looks at before each call, so it works across all of them at once. A held text
stays pending and is nobody's; when the hold is lifted, it goes on with no more ado.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from renewal.services.work import WORKER, write_audit
from renewal.store.models import Delivery, Hold

log = structlog.get_logger(__name__)

QUEUE = "queue"
REPLIES = "replies"
NOTICES = "notices"
LANES = (REPLIES, NOTICES)
_TEMPLATE = "template:"


def template_of(template: str) -> str:
    """Name of the hold on one template, a wording's key as `notice.failure`."""
    return _TEMPLATE + template


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held at one moment."""

    everything: bool
    lanes: frozenset[str]
    templates: frozenset[str]

    def stops(self, lane: str, template: str) -> bool:
        """Whether a text of this lane and template must wait."""
        return self.everything or lane in self.lanes or template in self.templates


def held(session: Session) -> Held:
    """All that is held now, in one look at a table of a few rows."""
    names = frozenset(session.scalars(select(Hold.name).where(Hold.lifted_at.is_(None))))
    return Held(
        everything=QUEUE in names,
        lanes=names.intersection(LANES),
        templates=frozenset(name.removeprefix(_TEMPLATE) for name in names if name.startswith(_TEMPLATE)),
    )


def is_held(session: Session, name: str) -> bool:
    """Whether there is a hold of this very name."""
    return bool(session.scalar(select(Hold.lifted_at.is_(None)).where(Hold.name == name)))


def not_held(since: datetime | None = None) -> ColumnElement[bool]:
    """Clause on `Delivery`: nothing holds it; with `since`, nothing did from then on."""
    stops = or_(Hold.name == QUEUE, Hold.name == Delivery.lane, Hold.name == _TEMPLATE + Delivery.template)
    stood = (
        Hold.lifted_at.is_(None) if since is None else or_(Hold.lifted_at.is_(None), Hold.lifted_at > since)
    )
    return ~exists().where(stood, stops)


def standing(session: Session) -> Sequence[Hold]:
    """The holds that stand now, oldest first."""
    return session.scalars(select(Hold).where(Hold.lifted_at.is_(None)).order_by(Hold.held_at)).all()


def hold(session: Session, name: str, *, why: str, now: datetime, by: str = WORKER) -> bool:
    """Stop what `name` stands for, and raise an alert; False where it stood still already.

    `why` is a class and a code, or a person's word; no personal data.
    """
    row = session.get(Hold, name)
    if row is not None and row.lifted_at is None:
        return False
    if row is None:
        session.add(Hold(name=name, why=why, held_by=by, held_at=now))
        session.flush()  # the same session may hold it again before it commits
    else:
        row.why, row.held_by, row.held_at = why, by, now
        row.lifted_by = row.lifted_at = None
    alert(session, "sending.held", name, why=why, now=now, by=by)
    return True


def lift(session: Session, name: str, *, by: str, now: datetime) -> bool:
    """Let what `name` stands for be sent again; False where it was not held."""
    row = session.get(Hold, name)
    if row is None or row.lifted_at is not None:
        return False
    row.lifted_by, row.lifted_at = by, now
    write_audit(session, at=now, actor=by, action="sending.lifted", subject=name)
    return True


def lifted_at(session: Session, name: str) -> datetime | None:
    """When a hold of this name was last lifted."""
    return session.scalar(select(Hold.lifted_at).where(Hold.name == name))


def alert(session: Session, action: str, subject: str, *, why: str, now: datetime, by: str = WORKER) -> None:
    """Tell the operators: one line at error level, and one in the audit."""
    log.error("alert", action=action, subject=subject, why=why, by=by)
    write_audit(session, at=now, actor=by, action=action, subject=subject, why=why)
