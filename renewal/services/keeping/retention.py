"""Ends what has been kept for long enough: talks, texts, callbacks; never what is still open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.keeping import leavings
from renewal.services.talks import identity, login_codes
from renewal.services.talks.callback_rows import CONFIRMED_WITHIN, UNCONFIRMED
from renewal.store import trackers
from renewal.store.engine import scrub
from renewal.store.models import (
    Callback,
    Conversation,
    Delivery,
    Identification,
    InboundText,
    LoginCode,
    SimulatedText,
)

log = structlog.get_logger(__name__)

BATCH = 100  # rows in one transaction: an answer never waits long behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How much a round ended, in rows."""

    talks: int
    messages: int
    received: int
    sent: int
    callbacks: int
    codes: int
    simulated: int


def keep(services: Services, now: datetime) -> Kept:
    """Delete or empty whatever is older than the settings keep it, in small transactions; rerun, it goes on.

    An open callback, a talk that staff hold, a text that nobody answered and one that has not gone out stay.
    """
    settings = services.settings
    talks_before = now - timedelta(days=settings.keep_talks_days)
    texts_before = now - timedelta(days=settings.keep_texts_days)
    calls_before = now - timedelta(days=settings.keep_callbacks_days)
    callbacks = _repeated(services, lambda session: _callbacks(session, calls_before, now))
    codes = _repeated(services, lambda session: _codes(session, now))
    talks, messages = _talks(services, talks_before)
    kept = Kept(
        talks=talks,
        messages=messages,
        received=_repeated(services, lambda session: _received(session, texts_before, now)),
        sent=_repeated(services, lambda session: _sent(session, texts_before, now)),
        callbacks=callbacks,
        codes=codes,
        simulated=_repeated(services, lambda session: _simulated(session, texts_before)),
    )
    log.info(
        "kept",
        talks=kept.talks,
        messages=kept.messages,
        received=kept.received,
        sent=kept.sent,
        callbacks=kept.callbacks,
        codes=kept.codes,
        simulated=kept.simulated,
        scrubbed=scrub(services.store.engine),
    )
    return kept


def _repeated(services: Services, step: Callable[[Session], int]) -> int:
    """What all steps dealt with, each a transaction, until one finds nothing more."""
    dealt_with = 0
    while True:
        with services.store.session() as session:
            found = step(session)
        if not found:
            return dealt_with
        dealt_with += found


def _talks(services: Services, before: datetime) -> tuple[int, int]:
    talks = messages = 0
    while True:
        with services.store.read() as session:
            ended = list(session.scalars(_ended_talks(before)))
        if not ended:
            return talks, messages
        trackers.forget(services.settings, ended)  # before the rows: a stop between leaves them to be found
        with services.store.session() as session:
            again = _ended_talks(before).where(Conversation.id.in_(ended))
            still = list(session.scalars(again.with_for_update(skip_locked=True)))
            messages += leavings.count_messages(session, still)
            leavings.delete_talks(session, still)
        talks += len(still)
        if not still:  # another process has them, or something was said just now
            return talks, messages


def _ended_talks(before: datetime) -> Select[str]:
    waits = exists().where(InboundText.conversation_id == Conversation.id, InboundText.answered_at.is_(None))
    asked = exists().where(Callback.conversation_id == Conversation.id)  # those that ended went before
    return (
        select(Conversation.id)
        .where(Conversation.last_at < before, Conversation.staffed.is_(False), ~waits, ~asked)
        .order_by(Conversation.last_at, Conversation.id)
        .limit(BATCH)
    )


def _callbacks(session: Session, before: datetime, now: datetime) -> int:
    """Those that ended long ago, and those whose code never came back."""
    ended_at = func.coalesce(Callback.ended_at, Callback.created_at)
    unproved = and_(Callback.state == UNCONFIRMED, Callback.created_at < now - CONFIRMED_WITHIN)
    ids = session.scalars(
        select(Callback.id)
        .where(or_(and_(Callback.state.not_in(("open", UNCONFIRMED)), ended_at < before), unproved))
        .order_by(Callback.id)
        .limit(BATCH)
    ).all()
    session.execute(delete(Callback).where(Callback.id.in_(ids), Callback.state != "open"))
    return len(ids)


def _codes(session: Session, now: datetime) -> int:
    """Codes that count no more, and questions for a phone that stand no more."""
    ids = session.scalars(
        select(LoginCode.id).where(LoginCode.requested_at < now - login_codes.KEPT_FOR).limit(BATCH)
    ).all()
    session.execute(delete(LoginCode).where(LoginCode.id.in_(ids)))
    session.execute(delete(Identification).where(Identification.asked_at < now - identity.ASKED_FOR))
    return len(ids)


def _received(session: Session, before: datetime, now: datetime) -> int:
    rows = session.scalars(
        select(InboundText)
        .where(InboundText.received_at < before, InboundText.answered_at.is_not(None))
        .where(InboundText.phone_hash != leavings.EMPTY)
        .order_by(InboundText.received_at)
        .limit(BATCH)
        .with_for_update()
    ).all()
    leavings.empty_received(rows, now)
    return len(rows)


def _sent(session: Session, before: datetime, now: datetime) -> int:
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.updated_at < before, Delivery.phone_hash != leavings.EMPTY)
        .where(Delivery.state.not_in(list(leavings.NOT_SENT)))
        .order_by(Delivery.updated_at)
        .limit(BATCH)
        .with_for_update()
    ).all()
    leavings.empty_sent(session, rows, now)
    return len(rows)


def _simulated(session: Session, before: datetime) -> int:
    ids = session.scalars(select(SimulatedText.id).where(SimulatedText.at < before).limit(BATCH)).all()
    session.execute(delete(SimulatedText).where(SimulatedText.id.in_(ids)))
    return len(ids)
