"""How one delivery moves through its states (docs/delivery.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from renewal.services.texts.provider import DeliveryState
from renewal.store.models import Delivery, DeliveryEvent

HANDSET_AWAY_TRIES = 3
HANDSET_AWAY_WAIT = timedelta(minutes=30)

# What is known of a text only grows: a report never moves it to a lower rank. The order is total, so reports
# that come late, twice or out of order end in the same state as those that come in order.
RANK = {
    DeliveryState.UNKNOWN: -1,
    DeliveryState.PENDING: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.UNCERTAIN: 2,
    DeliveryState.ACCEPTED: 3,
    DeliveryState.SENT: 4,
    DeliveryState.EXPIRED: 5,
    DeliveryState.FAILED: 6,
    DeliveryState.SUPPRESSED: 7,
    DeliveryState.DELIVERED: 8,
}
NOT_IN_MEMORY = {"synchronize_session": False}
FINAL_RANK = RANK[DeliveryState.EXPIRED]


def locked(session: Session, delivery_id: str) -> Delivery | None:
    """The row, ours alone until the transaction ends."""
    return session.scalar(select(Delivery).where(Delivery.id == delivery_id).with_for_update())


def is_final(row: Delivery) -> bool:
    """Whether we do nothing more about it; a receipt may still tell more."""
    return RANK[DeliveryState(row.state)] >= FINAL_RANK


def advance(session: Session, row: Delivery, to: DeliveryState, *, raw: str, now: datetime) -> bool:
    """Move forward, or leave alone where `to` tells nothing new. `raw` keeps the provider's own word."""
    if RANK[to] <= RANK[DeliveryState(row.state)]:
        return False
    _move(session, row, to, raw=raw, now=now)
    return True


def put_back(session: Session, row: Delivery, *, raw: str, not_before_at: datetime, now: datetime) -> None:
    """Back to pending, for another try: only where it is known that this try did not reach the phone."""
    _move(session, row, DeliveryState.PENDING, raw=raw, now=now)
    row.not_before_at = not_before_at


def move_all(
    session: Session,
    ids: Sequence[str],
    state_from: DeliveryState,
    to: DeliveryState,
    *,
    now: datetime,
    raw: str = "",
    **values: Any,
) -> None:
    """The same step for many rows, all in `state_from` and locked; `values` are columns that change with it."""
    changed = {"state": to.value, "updated_at": now, **values}
    session.execute(
        update(Delivery).where(Delivery.id.in_(ids)).values(changed), execution_options=NOT_IN_MEMORY
    )
    step = {"state_from": state_from.value, "state_to": to.value, "raw": raw, "at": now}
    session.execute(insert(DeliveryEvent), [{"delivery_id": id_, **step} for id_ in ids])


def accept_all(session: Session, taken: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """Texts that are being sent, locked, were taken: each has its id at a provider, and that one's name or nothing."""
    change = {"state": DeliveryState.ACCEPTED.value, "updated_at": now}
    session.execute(
        update(Delivery),
        [
            {"id": delivery_id, "provider_ref": ref, **({"provider": by} if by else {}), **change}
            for delivery_id, ref, by in taken
        ],
    )
    step = {"state_from": DeliveryState.SENDING.value, "state_to": DeliveryState.ACCEPTED.value, "at": now}
    session.execute(
        insert(DeliveryEvent),
        [{"delivery_id": delivery_id, "raw": ref, **step} for delivery_id, ref, _ in taken],
    )


def return_to(session: Session, row: Delivery, state: DeliveryState, *, raw: str, now: datetime) -> None:
    """Back to a state that it left by our own decision, which is undone; a pending one may go at once."""
    _move(session, row, state, raw=raw, now=now)
    if state is DeliveryState.PENDING:
        row.not_before_at = now


def _move(session: Session, row: Delivery, to: DeliveryState, *, raw: str, now: datetime) -> None:
    session.add(DeliveryEvent(delivery_id=row.id, state_from=row.state, state_to=to.value, raw=raw, at=now))
    row.state = to.value
    row.updated_at = now
