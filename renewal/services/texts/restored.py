"""After a restore: what waits may have gone out since the backup was made, so the provider is asked before it goes."""

from datetime import datetime

from sqlalchemy import and_, case, null, select
from sqlalchemy.orm import Session

from renewal.services.texts.delivery_states import move_all
from renewal.services.texts.holds import QUEUE
from renewal.services.texts.provider import DeliveryState
from renewal.store.models import AuditEntry, Delivery, Hold

RESTORED = "store.restored"  # the audit's word for it; its `made_at` is when the backup was made
AT_ONCE = 500


def backup_made_at(session: Session) -> datetime | None:
    """When the backup was made that was restored since everything is held; None where nothing was restored."""
    entry = session.scalar(
        select(AuditEntry)
        .join(Hold, and_(Hold.name == QUEUE, Hold.lifted_at.is_(None), Hold.held_at <= AuditEntry.at))
        .where(AuditEntry.action == RESTORED)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return datetime.fromisoformat(entry.detail["made_at"]) if entry is not None else None


def ask_first(session: Session, made_at: datetime, now: datetime) -> int:
    """Make uncertain whatever is pending; returns how many.

    The worker then asks the provider for each, and sends those that it never got. A text that was put into words
    only after the restore may have gone out as well, so it is asked for from the backup's moment on; so is one that was
    tried before, as what became of that try is known.
    """
    waited = and_(Delivery.called_at.is_(None), Delivery.created_at <= made_at)
    asked_since = case((waited, null()), else_=made_at)
    asked = 0
    query = select(Delivery.id).where(Delivery.state == DeliveryState.PENDING.value).limit(AT_ONCE)
    while ids := session.scalars(query.with_for_update()).all():
        move_all(
            session,
            ids,
            DeliveryState.PENDING,
            DeliveryState.UNCERTAIN,
            now=now,
            raw="restored",
            called_at=asked_since,
        )
        asked += len(ids)
    return asked
