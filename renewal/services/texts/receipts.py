"""What a provider reports of a text, in whatever order it comes (docs/delivery.md)."""

import random
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.texts.delivery_failures import Jitter, apply_failure, take_back_failure, weighs_more
from renewal.services.texts.delivery_states import RANK, advance, is_final, locked
from renewal.services.texts.provider import DeliveryState, Receipt, SendFailure
from renewal.store import Store
from renewal.store.models import Delivery, DeliveryEvent


def apply_receipt(
    store: Store,
    receipt: Receipt,
    now: datetime,
    *,
    delivery_id: str | None = None,
    jitter: Jitter = random.random,
) -> bool:
    """Take note of a report; False where it is of no text of ours, tells nothing new or is of an earlier try.

    Reports of one try end in one state, one failure and one entry of the number, in whatever order they come: that
    it arrived outweighs every failure, and what a failure led to is then taken back.
    """
    with store.session() as session:
        row = _find(session, receipt, delivery_id)
        if row is None or receipt.state is DeliveryState.UNKNOWN:
            return False
        if _is_of_earlier_try(session, row, receipt):
            # That try may still have reached the phone; then there is nothing left to send.
            if receipt.state is not DeliveryState.DELIVERED and not _ends_a_wait(row, receipt):
                return False
        elif row.provider_ref is None:
            row.provider_ref = receipt.provider_ref
        return _take(session, row, receipt, now, jitter)


def _find(session: Session, receipt: Receipt, delivery_id: str | None) -> Delivery | None:
    if delivery_id is None:
        delivery_id = session.scalar(select(Delivery.id).where(Delivery.provider_ref == receipt.provider_ref))
    return locked(session, delivery_id) if delivery_id else None


def _ends_a_wait(row: Delivery, receipt: Receipt) -> bool:
    """Whether a text that waits for another try need not be tried: its number or its words will not do."""
    return row.state == DeliveryState.PENDING and bool(row.failure) and _is_heavier(row, receipt)


def _is_heavier(row: Delivery, receipt: Receipt) -> bool:
    known = SendFailure(row.failure) if row.failure else None
    return receipt.failure is not None and weighs_more(receipt.failure, known)


def _is_of_earlier_try(session: Session, row: Delivery, receipt: Receipt) -> bool:
    if row.state == DeliveryState.PENDING:
        return True  # this try ended in a refusal; the next has not begun
    if row.provider_ref is not None:
        return row.provider_ref != receipt.provider_ref
    # `sending`, and the provider's answer is not written down yet: ours unless an event names it already.
    return (
        session.scalar(
            select(DeliveryEvent.id)
            .where(DeliveryEvent.delivery_id == row.id, DeliveryEvent.raw.startswith(receipt.provider_ref))
            .limit(1)
        )
        is not None
    )


def _take(session: Session, row: Delivery, receipt: Receipt, now: datetime, jitter: Jitter) -> bool:
    raw = f"{receipt.provider_ref} {receipt.raw} {receipt.error_code}".strip()
    news = RANK[receipt.state] > RANK[DeliveryState(row.state)]
    if news:
        row.raw_status = receipt.raw
    # An emptied text has no number: there is nothing to send again, and nobody to flag.
    settled = receipt.failure in (None, SendFailure.UNCLEAR) or not row.phone_hash
    if receipt.state is not DeliveryState.FAILED or settled:
        if receipt.state is DeliveryState.DELIVERED and news:
            take_back_failure(session, row, now)
        elif news and receipt.error_code:
            row.error_code = receipt.error_code
        return advance(session, row, receipt.state, raw=raw, now=now)
    if receipt.failure is None or ((is_final(row) or not news) and not _adds(row, receipt)):
        return False
    # Named in an event, so that the same report again is known as an earlier try's.
    session.add(
        DeliveryEvent(delivery_id=row.id, state_from=row.state, state_to=receipt.state.value, raw=raw, at=now)
    )
    take_back_failure(session, row, now)
    apply_failure(session, row, receipt.failure, code=receipt.error_code, now=now, jitter=jitter)
    return True


def _adds(row: Delivery, receipt: Receipt) -> bool:
    """Whether a failure tells more of the number than the one that ended this text."""
    return row.state in (DeliveryState.FAILED, DeliveryState.SUPPRESSED) and _is_heavier(row, receipt)
