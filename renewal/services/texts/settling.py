"""What became of a text of which nobody knows: the provider is asked, and nothing is sent again blindly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from renewal.services.texts.delivery_states import advance, locked, put_back
from renewal.services.texts.provider import DeliveryState, Receipt, Sender, SendError
from renewal.services.texts.receipts import apply_receipt
from renewal.store import Store
from renewal.store.models import Delivery

log = structlog.get_logger(__name__)

ASK_AFTER = timedelta(minutes=30)  # a receipt that has not come by then is lost, or the network tells none
ASK_AGAIN_AFTER = timedelta(hours=4)
ASK_DAILY_AFTER = timedelta(hours=12)
ASK_UNTIL = timedelta(days=7)  # then what is known last stays
ASK_WHEN_BACK = timedelta(minutes=10)  # after a look-up that the provider did not answer
_ON_ITS_WAY = (DeliveryState.ACCEPTED.value, DeliveryState.SENT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What the provider is asked of one text; `ref` is its own id, where we have it."""

    id: str
    to: str
    body: str
    since: datetime
    ref: str | None = None
    owned: frozenset[str] = frozenset()

    def put_to(self, provider: Sender) -> Receipt | None:
        """The provider's answer. Raises SendError where it gives none."""
        return provider.lookup(
            to=self.to, body=self.body, our_id=self.id, ref=self.ref, since=self.since, owned=self.owned
        )


def recover(store: Store, now: datetime, *, alone: bool) -> int:
    """Turn texts that a dead worker left in `sending` into uncertain ones; returns how many.

    `alone` says that no other worker can be in the middle of a call; otherwise only those are taken whose lease is
    over. `now` is the store's own time, as the lease is.
    """
    lease_over = func.coalesce(Delivery.leased_until_at, Delivery.updated_at)
    with store.session() as session:
        query = select(Delivery).where(Delivery.state == DeliveryState.SENDING.value)
        if not alone:
            query = query.where(lease_over < now)
        rows = session.scalars(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            advance(session, row, DeliveryState.UNCERTAIN, raw="found after a stop", now=now)
        return len(rows)


def settle(store: Store, provider: Sender, delivery_id: str, now: datetime) -> None:
    """Ask the provider what became of an uncertain text; only one that it never got is sent again.

    A provider that keeps no id of ours is asked by number, words and time, and names the oldest text that no other
    row has. So nothing is asked while another text to the same phone is being handed over: it may be that one.
    """
    with store.read() as session:
        row = session.get(Delivery, delivery_id)
        if row is None or row.state != DeliveryState.UNCERTAIN or _is_called(session, row):
            return
        question = _question(session, row)
    try:
        receipt = question.put_to(provider)
    except SendError as error:
        log.warning("lookup_failed", delivery=delivery_id, failure=error.failure.value, code=error.code)
        return
    with store.session() as session:
        row = locked(session, delivery_id)
        if row is None or row.state != DeliveryState.UNCERTAIN:
            return
        if receipt is None:
            put_back(session, row, raw="the provider never got it", not_before_at=now, now=now)
            return
        if receipt.provider_ref in _owned(session, row):
            return  # another text was given that one meanwhile; the next look leaves it out
        row.provider_ref, row.provider = receipt.provider_ref, receipt.provider or row.provider
        advance(session, row, DeliveryState.ACCEPTED, raw=receipt.provider_ref, now=now)
    apply_receipt(store, receipt, now, delivery_id=delivery_id)


def ask_after_lost(store: Store, provider: Sender, now: datetime, limit: int) -> int:
    """Ask, by the provider's id, for receipts that did not come; returns how many texts it told more of.

    First half an hour after the last that is known, then some hours later, then once a day for a week. A provider
    that does not answer is left alone for the rest of the round.
    """
    news = 0
    questions = _lost(store, now, limit)
    for asked, question in enumerate(questions):
        try:
            receipt = question.put_to(provider)
        except SendError as error:
            log.warning("lookup_failed", delivery=question.id, failure=error.failure.value, code=error.code)
            _ask_later(store, questions[asked:], now)
            return news
        if receipt is not None:
            news += apply_receipt(store, receipt, now, delivery_id=question.id)
    return news


def _lost(store: Store, now: datetime, limit: int) -> Sequence[_Question]:
    """Texts without a receipt whose turn it is; in the same transaction each gets its next turn, so no two ask."""
    with store.session() as session:
        rows = session.scalars(
            select(Delivery)
            .where(Delivery.state.in_(_ON_ITS_WAY), Delivery.provider_ref.is_not(None))
            .where(Delivery.updated_at.between(now - ASK_UNTIL, now - ASK_AFTER))
            .where(or_(Delivery.ask_at.is_(None), Delivery.ask_at <= now))
            .order_by(Delivery.updated_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            is_old = now - row.updated_at >= ASK_DAILY_AFTER
            row.ask_at = now + (timedelta(days=1) if is_old else ASK_AGAIN_AFTER)
        return [
            _Question(
                id=row.id,
                to=row.phone,
                body=row.body,
                ref=row.provider_ref,
                since=row.called_at or row.created_at,
            )
            for row in rows
        ]


def _ask_later(store: Store, questions: Sequence[_Question], now: datetime) -> None:
    with store.session() as session:
        for question in questions:
            row = locked(session, question.id)
            if row is not None:
                row.ask_at = now + ASK_WHEN_BACK


def _question(session: Session, row: Delivery) -> _Question:
    return _Question(
        id=row.id,
        to=row.phone,
        body=row.body,
        since=row.called_at or row.created_at,
        owned=_owned(session, row),
    )


def _owned(session: Session, row: Delivery) -> frozenset[str]:
    """The provider's ids that other texts to the same phone have."""
    query = select(Delivery.provider_ref).where(
        Delivery.phone_hash == row.phone_hash, Delivery.id != row.id, Delivery.provider_ref.is_not(None)
    )
    return frozenset(ref for ref in session.scalars(query) if ref)


def _is_called(session: Session, row: Delivery) -> bool:
    """Whether another text to the same phone is being handed over just now."""
    query = select(Delivery.id).where(
        Delivery.phone_hash == row.phone_hash, Delivery.state == DeliveryState.SENDING.value
    )
    return session.scalar(query.limit(1)) is not None
