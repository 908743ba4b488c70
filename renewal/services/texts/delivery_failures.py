"""What each class of failure leads to (the table of docs/delivery.md)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from renewal.services.texts.delivery_states import (
    HANDSET_AWAY_TRIES,
    HANDSET_AWAY_WAIT,
    advance,
    put_back,
)
from renewal.services.texts.holds import QUEUE, hold
from renewal.services.texts.provider import DeliveryState, SendFailure
from renewal.services.texts.refusals import note_refusal
from renewal.services.texts.suppression import suppress, unsuppress
from renewal.store.models import Delivery, DeliveryEvent, Holder

FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=10)

Jitter = Callable[[], float]

# What says more of why one try came to nothing, where a provider reports several reasons.
_WEIGHT = {
    failure: weight
    for weight, failure in enumerate(
        (
            SendFailure.UNCLEAR,
            SendFailure.HANDSET_AWAY,
            SendFailure.BUSY,
            SendFailure.ACCOUNT,
            SendFailure.CONTENT,
            SendFailure.BAD_NUMBER,
            SendFailure.OPTED_OUT,
        )
    )
}
_FINAL = frozenset({SendFailure.CONTENT, SendFailure.BAD_NUMBER, SendFailure.OPTED_OUT})
_NOT_AN_ATTEMPT = frozenset({SendFailure.BUSY.value, SendFailure.ACCOUNT.value})
_SUPPRESSED_AS = {SendFailure.BAD_NUMBER.value: "bad_number", SendFailure.OPTED_OUT.value: "blocked"}


def apply_failure(
    session: Session, row: Delivery, failure: SendFailure, *, code: str, now: datetime, jitter: Jitter
) -> None:
    """Do what the table says for `failure`. `jitter` gives a number from 0 to 1."""
    row.error_code, row.failure = code or failure.value, failure.value
    raw = f"{failure.value} {code}".strip()
    match failure:
        case SendFailure.BAD_NUMBER:
            advance(session, row, DeliveryState.FAILED, raw=raw, now=now)
            suppress(session, row.phone_hash, "bad_number", now)
            session.execute(update(Holder).where(Holder.phone_hash == row.phone_hash).values(phone_ok=False))
        case SendFailure.OPTED_OUT:
            advance(session, row, DeliveryState.SUPPRESSED, raw=raw, now=now)
            suppress(session, row.phone_hash, "blocked", now)
        case SendFailure.CONTENT:
            at_call = row.state == DeliveryState.SENDING
            advance(session, row, DeliveryState.FAILED, raw=raw, now=now)
            note_refusal(session, row, why=raw, at_call=at_call, now=now)
        case SendFailure.ACCOUNT:
            _uncount_attempt(row)
            put_back(session, row, raw=raw, not_before_at=now, now=now)
            hold(session, QUEUE, why=raw, now=now)
        case SendFailure.BUSY:
            _uncount_attempt(row)
            wait = _backoff(session, row, jitter)
            put_back(session, row, raw=raw, not_before_at=now + wait, now=now)
        case SendFailure.HANDSET_AWAY if row.attempts < HANDSET_AWAY_TRIES:
            put_back(session, row, raw=raw, not_before_at=now + HANDSET_AWAY_WAIT, now=now)
        case SendFailure.HANDSET_AWAY:
            advance(session, row, DeliveryState.FAILED, raw=raw, now=now)
        case SendFailure.UNCLEAR:
            advance(session, row, DeliveryState.UNCERTAIN, raw=raw, now=now)


def weighs_more(failure: SendFailure, known: SendFailure | None) -> bool:
    """Whether `failure` says more of why a try came to nothing than the one that is `known`, None: without a reason."""
    if known is None:
        return failure is not SendFailure.UNCLEAR
    return failure in _FINAL and _WEIGHT[failure] > _WEIGHT[known]


def take_back_failure(session: Session, row: Delivery, now: datetime) -> None:
    """Undo what this text's failure led to, and no other text's did: it arrived after all, or failed for another."""
    failure, row.failure, row.error_code = row.failure, None, None
    if failure in _NOT_AN_ATTEMPT and row.state == DeliveryState.PENDING:
        row.attempts += 1
    reason = _SUPPRESSED_AS.get(failure or "")
    if reason is None or not row.phone_hash:
        return
    others = (
        select(Delivery.id)
        .where(Delivery.phone_hash == row.phone_hash, Delivery.id != row.id, Delivery.failure == failure)
        .limit(1)
    )
    if session.scalar(others) is None:
        unsuppress(session, row.phone_hash, reason, now)


def _uncount_attempt(row: Delivery) -> None:
    row.attempts = max(0, row.attempts - 1)


def _backoff(session: Session, row: Delivery, jitter: Jitter) -> timedelta:
    """Twice as long after each refusal, up to a limit, spread over its upper half so that a crowd disperses."""
    refusals = session.scalar(
        select(func.count())
        .select_from(DeliveryEvent)
        .where(DeliveryEvent.delivery_id == row.id, DeliveryEvent.raw.startswith(SendFailure.BUSY.value))
    )
    longest = min(FIRST_BACKOFF * (1 << min(refusals or 0, 16)), LONGEST_BACKOFF)
    return longest * (0.5 + 0.5 * jitter())
