"""What became of a text of which nobody knows whether it went out: it is asked for, never sent blindly again."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.texts.delivery_states import advance, locked, put_back
from renewal.services.texts.provider import DeliveryState, Sender, SendError
from renewal.services.texts.receipts import apply_receipt
from renewal.store import Store
from renewal.store.models import Delivery

log = structlog.get_logger(__name__)

SENDING_AT_MOST = timedelta(seconds=60)  # no provider call lasts that long


def recover(store: Store, now: datetime, *, alone: bool) -> int:
    """Turn texts that a dead worker left in `sending` into uncertain ones; returns how many.

    `alone` says that no other worker can be in the middle of a call; otherwise only those are taken that are
    older than any call lasts.
    """
    with store.session() as session:
        query = select(Delivery).where(Delivery.state == DeliveryState.SENDING.value).with_for_update()
        if not alone:
            query = query.where(Delivery.updated_at < now - SENDING_AT_MOST)
        rows = session.scalars(query).all()
        for row in rows:
            advance(session, row, DeliveryState.UNCERTAIN, raw="found after a stop", now=now)
        return len(rows)


def settle(store: Store, provider: Sender, delivery_id: str, now: datetime) -> None:
    """Ask the provider what became of an uncertain text; only one that it never got is sent again."""
    with store.read() as session:
        row = session.get(Delivery, delivery_id)
        if row is None or row.state != DeliveryState.UNCERTAIN:
            return
        to, body = row.phone, row.body
    try:
        receipt = provider.lookup(to=to, body=body, our_id=delivery_id)
    except SendError as error:
        log.warning("lookup_failed", delivery=delivery_id, failure=error.failure.value, code=error.code)
        return
    with store.session() as session:
        row = locked(session, delivery_id)
        if row is None or row.state != DeliveryState.UNCERTAIN:
            return
        other = _other_owner(session, row, receipt.provider_ref) if receipt else None
        if receipt is not None and other is None:
            row.provider_ref = receipt.provider_ref
            advance(session, row, DeliveryState.ACCEPTED, raw=receipt.provider_ref, now=now)
        elif other is None or other.created_at < row.created_at:
            put_back(session, row, raw="the provider never got it", not_before_at=now, now=now)
            return
        else:
            return  # a later text with the same words hides ours: a receipt must tell
    apply_receipt(store, receipt, now, delivery_id=delivery_id)


def _other_owner(session: Session, row: Delivery, provider_ref: str) -> Delivery | None:
    return session.scalar(
        select(Delivery).where(Delivery.provider_ref == provider_ref, Delivery.id != row.id)
    )
