"""Outgoing texts, from pending to delivered; none is sent twice and none is lost (design section 6)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from renewal.services.texts import outbox
from renewal.services.texts.delivery_failures import Jitter, apply_failure
from renewal.services.texts.delivery_states import RANK, advance, locked, put_back
from renewal.services.texts.holds import Held, held
from renewal.services.texts.provider import DeliveryState, Sender, SendError, SendFailure
from renewal.services.texts.receipts import apply_receipt
from renewal.services.texts.suppression import is_suppressed
from renewal.store import Store
from renewal.store.models import Delivery

__all__ = ["apply_receipt", "send"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed:
    id: str
    phone: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handed:
    """What a provider call came to: taken (`ref`), refused (`error`), or neither, because it was not made."""

    id: str
    ref: str | None = None
    error: SendError | None = None


def send(
    store: Store,
    provider: Sender,
    delivery_ids: Sequence[str],
    now: datetime,
    *,
    jitter: Jitter = random.random,
) -> None:
    """Hand the pending ones among these to the provider; the others are left alone.

    `sending` is committed before the provider is called, so a kill leaves a mark that `settling.recover` finds.
    """
    handed = _hand_over(provider, _claim(store, delivery_ids, now))
    if not handed:
        return
    with store.session() as session:
        for result in handed:
            row = locked(session, result.id)
            if row is not None:
                _record(session, row, result, now, jitter)


def _claim(store: Store, delivery_ids: Sequence[str], now: datetime) -> list[_Claimed]:
    claimed: list[_Claimed] = []
    with store.session() as session:
        stopped = held(session)
        for delivery_id in delivery_ids:
            row = locked(session, delivery_id)
            if row is None or not _may_go(session, row, stopped, now):
                continue
            row.attempts += 1
            row.provider_ref = None
            advance(session, row, DeliveryState.SENDING, raw="", now=now)
            claimed.append(_Claimed(id=row.id, phone=row.phone, body=row.body))
    return claimed


def _may_go(session: Session, row: Delivery, stopped: Held, now: datetime) -> bool:
    if row.state != DeliveryState.PENDING or (row.not_before_at is not None and row.not_before_at > now):
        return False
    if row.not_after_at is not None and row.not_after_at <= now:
        advance(session, row, DeliveryState.EXPIRED, raw="too late", now=now)
        return False
    if row.part != outbox.CONFIRMATION_PART and is_suppressed(session, row.phone_hash):
        advance(session, row, DeliveryState.SUPPRESSED, raw="suppressed", now=now)
        return False
    if stopped.stops(row.lane, row.template):
        row.not_before_at = row.not_before_at or now  # the rounds take it up, once nothing holds it
        return False
    return True


def _hand_over(provider: Sender, claimed: Sequence[_Claimed]) -> list[_Handed]:
    handed: list[_Handed] = []
    stopped = False
    for text in claimed:
        if stopped:
            handed.append(_Handed(id=text.id))
            continue
        try:
            ref = provider.send(to=text.phone, body=text.body, our_id=text.id)
            handed.append(_Handed(id=text.id, ref=ref))
        except SendError as error:
            handed.append(_Handed(id=text.id, error=error))
            stopped = error.failure is SendFailure.ACCOUNT
        except Exception as error:  # a provider's bug: nobody knows whether the text went out
            log.exception("provider_failed", provider=provider.name, delivery=text.id)
            unclear = SendError(SendFailure.UNCLEAR, detail=type(error).__name__)
            handed.append(_Handed(id=text.id, error=unclear))
    return handed


def _record(session: Session, row: Delivery, result: _Handed, now: datetime, jitter: Jitter) -> None:
    if result.ref is not None:
        # A receipt may have come first; where it ended this try, the row is pending again and must stay so.
        if row.state != DeliveryState.PENDING:
            row.provider_ref = result.ref
            advance(session, row, DeliveryState.ACCEPTED, raw=result.ref, now=now)
    elif row.state == DeliveryState.PENDING or RANK[DeliveryState(row.state)] > RANK[DeliveryState.SENDING]:
        return  # a receipt came first and knows better
    elif result.error is not None:
        apply_failure(session, row, result.error.failure, code=result.error.code, now=now, jitter=jitter)
    else:
        row.attempts = max(0, row.attempts - 1)
        put_back(session, row, raw="not tried", not_before_at=now, now=now)
    log.info("delivery", delivery=row.id, state=row.state, code=row.error_code)
