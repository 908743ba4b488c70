"""What the worker looks after in rounds: outgoing texts that wait, and those that wait too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from renewal.services.app import Services
from renewal.services.jobs import NOTICES, REPLIES, SEND_DELIVERY, SEND_NOTICES, Jobs
from renewal.services.renewals import notices
from renewal.services.texts.delivery_states import advance
from renewal.services.texts.holds import not_held
from renewal.services.texts.provider import DeliveryState
from renewal.store import Store
from renewal.store.models import Delivery

SETTLE_AFTER = timedelta(minutes=1)  # a provider lists what it took within this
FORGOTTEN_AFTER = timedelta(minutes=15)  # pending with no job: its job failed
GIVE_UP_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A pending text that a job should take up."""

    id: str
    phone_hash: str
    is_notice: bool
    not_before_at: datetime | None


def due(store: Store, now: datetime, limit: int) -> list[Due]:
    """Pending texts whose time has come, or whose job was lost."""
    forgotten = Delivery.not_before_at.is_(None) & (Delivery.updated_at < now - FORGOTTEN_AFTER)
    with store.read() as session:
        rows = session.execute(
            select(Delivery.id, Delivery.phone_hash, Delivery.notice_id, Delivery.not_before_at)
            .where(Delivery.state == DeliveryState.PENDING.value)
            .where(or_(Delivery.not_before_at <= now, forgotten), not_held())
            .order_by(Delivery.created_at)
            .limit(limit)
        ).all()
    return [
        Due(
            id=row.id,
            phone_hash=row.phone_hash,
            is_notice=row.notice_id is not None,
            not_before_at=row.not_before_at,
        )
        for row in rows
    ]


def in_line(store: Store, delivery_id: str, now: datetime) -> list[str]:
    """A reply's id after those of earlier replies to the same phone that may go now: they are sent in their order."""
    with store.read() as session:
        row = session.get(Delivery, delivery_id)
        if row is None:
            return []
        earlier = session.scalars(
            select(Delivery.id)
            .where(Delivery.phone_hash == row.phone_hash, Delivery.notice_id.is_(None))
            .where(Delivery.state == DeliveryState.PENDING.value, Delivery.id != row.id)
            .where(or_(Delivery.not_before_at.is_(None), Delivery.not_before_at <= now))
            .where(
                or_(
                    Delivery.created_at < row.created_at,
                    (Delivery.created_at == row.created_at) & (Delivery.part < row.part),
                )
            )
            .order_by(Delivery.created_at, Delivery.part)
        )
        return [*earlier, delivery_id]


def unsettled(store: Store, now: datetime, limit: int) -> list[str]:
    """Uncertain texts that the provider must have listed by now, if it has them."""
    with store.read() as session:
        query = (
            select(Delivery.id)
            .where(Delivery.state == DeliveryState.UNCERTAIN.value, Delivery.updated_at <= now - SETTLE_AFTER)
            .order_by(Delivery.updated_at)
            .limit(limit)
        )
        return list(session.scalars(query))


def expire(store: Store, now: datetime) -> int:
    """Give up what could not be sent or settled for so long that it would only confuse; returns how many."""
    with store.session() as session:
        rows = session.scalars(
            select(Delivery)
            .where(Delivery.state.in_([DeliveryState.PENDING.value, DeliveryState.UNCERTAIN.value]))
            .where(Delivery.created_at < now - GIVE_UP_AFTER)
            .where(not_held())
            .with_for_update()
        ).all()
        for row in rows:
            advance(session, row, DeliveryState.EXPIRED, raw="given up", now=now)
        return len(rows)


def enqueue_forgotten(services: Services, now: datetime, limit: int) -> int:
    """Put notice batches whose job was lost on their queue again; returns how many."""
    slot = int(now.timestamp() // FORGOTTEN_AFTER.total_seconds())
    with services.store.read() as session:
        batch_ids = notices.forgotten(session, now - FORGOTTEN_AFTER, limit)
    for batch_id in batch_ids:
        with services.store.session() as session:
            notices.enqueue_batch(services, session, batch_id, again=str(slot))
    return len(batch_ids)


def enqueue_due(store: Store, jobs: Jobs, now: datetime, limit: int) -> int:
    """Put the due texts on their queues; returns how many. Several workers that do so make one job of each."""
    found = due(store, now, limit)
    if not found:
        return 0
    slot = int(now.timestamp() // FORGOTTEN_AFTER.total_seconds())
    with store.session() as session:
        for row in found:
            waited = int(row.not_before_at.timestamp()) if row.not_before_at else slot
            name = f"send:{row.id}:{waited}"
            if row.is_notice:
                jobs.enqueue(session, SEND_NOTICES, NOTICES, [row.id], id=name)
            else:
                jobs.enqueue(session, SEND_DELIVERY, REPLIES, row.id, id=name, partition=row.phone_hash)
    return len(found)
