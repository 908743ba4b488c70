"""Outgoing texts, from pending to delivered; none is sent twice and none is lost (docs/delivery.md)."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.texts import claiming
from renewal.services.texts.claiming import Claimed, Limits
from renewal.services.texts.delivery_failures import Jitter, apply_failure
from renewal.services.texts.delivery_states import RANK, accept_all, advance, locked, put_back
from renewal.services.texts.provider import DeliveryState, Relay, Sender, SendError, SendFailure
from renewal.services.texts.receipts import apply_receipt
from renewal.store import Store
from renewal.store.models import Delivery

__all__ = ["apply_receipt", "hand_over", "record", "send"]

log = structlog.get_logger(__name__)

# A call that could not begin by then is not made: its lease must not run out in its midst.
STARTS_WITHIN_S = 10.0
ONE: dict[claiming.Lane, int] = {"replies": 1, "notices": 1}
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What a provider call came to: taken (`ref`, `by` whom), refused (`error`), or neither: it was not made."""

    id: str
    ref: str | None = None
    by: str = ""
    error: SendError | None = None


def send(
    store: Store,
    provider: Sender,
    delivery_ids: Sequence[str],
    now: datetime,
    *,
    limits: Limits = NO_LIMITS,
    jitter: Jitter = random.random,
) -> int:
    """Hand those among these to the provider that may go at `now`, one after the other; returns how many went.

    For a door that is its own phone. The worker's dispatcher does the same with many calls at once.
    """
    calls = 0
    while True:
        with store.session() as session:
            claims = claiming.claim(
                session, sender=provider.name, room=ONE, limits=limits, now=now, among=delivery_ids
            )
        if not claims.looked_at:
            return calls
        for text in claims.texts:
            result = hand_over(provider, text)
            calls += 1
            with store.session() as session:
                record(session, [result], now, jitter=jitter)


def hand_over(
    provider: Sender,
    text: Claimed,
    *,
    claimed_s: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Handed:
    """Call the provider; never raises. It is not called where the text was claimed, at `claimed_s`, long ago."""
    if claimed_s is not None and clock() - claimed_s > STARTS_WITHIN_S:
        return Handed(id=text.id)
    try:
        what = {"to": text.phone, "body": text.body, "our_id": text.id}
        if isinstance(provider, Relay):
            ref, by = provider.relay(**what, template=text.template)
        else:
            ref, by = provider.send(**what, template=text.template), provider.name
        return Handed(id=text.id, ref=ref, by=by)
    except SendError as error:
        return Handed(id=text.id, error=error)
    except Exception as error:  # a provider's bug: nobody knows whether the text went out
        log.exception("provider_failed", provider=provider.name, delivery=text.id)
        return Handed(id=text.id, error=SendError(SendFailure.UNCLEAR, detail=type(error).__name__))


def record(
    session: Session, results: Sequence[Handed], now: datetime, *, jitter: Jitter = random.random
) -> None:
    """Write down what the calls came to."""
    of = select(Delivery.id, Delivery.state).where(Delivery.id.in_([result.id for result in results]))
    states = dict(session.execute(of.order_by(Delivery.id).with_for_update()).all())
    taken = [
        (result.id, result.ref, result.by)
        for result in results
        if result.ref is not None and states.get(result.id) == DeliveryState.SENDING
    ]
    if taken:
        accept_all(session, taken, now)
    at_once = {delivery_id for delivery_id, *_ in taken}
    for result in results:
        if result.id not in at_once and (row := locked(session, result.id)) is not None:
            _record(session, row, result, now, jitter)


def _record(session: Session, row: Delivery, result: Handed, now: datetime, jitter: Jitter) -> None:
    if result.ref is not None:
        # A receipt may have come first (it left its ref): where it ended this try, the row is pending and stays so.
        if row.state != DeliveryState.PENDING or row.provider_ref is None:
            row.provider_ref, row.provider = result.ref, result.by or row.provider
            advance(session, row, DeliveryState.ACCEPTED, raw=result.ref, now=now)
    elif row.state == DeliveryState.PENDING or RANK[DeliveryState(row.state)] > RANK[DeliveryState.SENDING]:
        return  # a receipt came first and knows better
    elif result.error is not None:
        apply_failure(session, row, result.error.failure, code=result.error.code, now=now, jitter=jitter)
    else:
        row.attempts = max(0, row.attempts - 1)
        put_back(session, row, raw="not tried", not_before_at=now, now=now)
    log.info("delivery", delivery=row.id, state=row.state, code=row.error_code)
