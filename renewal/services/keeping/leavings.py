"""Deletes talks and empties texts, for whoever decided which: the order in which rows may go, in one place."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from renewal.services.texts.delivery_states import advance
from renewal.services.texts.provider import DeliveryState
from renewal.store.models import (
    Appointment,
    Callback,
    Conversation,
    Delivery,
    DeliveryEvent,
    Feedback,
    Identification,
    InboundText,
    LoginCode,
    Message,
    NamedText,
    SimulatedText,
)

AT_ONCE = 500  # ids in one statement: SQLite takes no more than some thousand values
NOT_SENT = frozenset({DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCERTAIN})
EMPTY = ""  # the phone's hash of an emptied text: no number has it


def in_parts(ids: Iterable[Any]) -> Iterator[list[Any]]:
    """Ids in an order that all processes keep, some hundred at a time."""
    left = sorted(ids)
    for start in range(0, len(left), AT_ONCE):
        yield left[start : start + AT_ONCE]


def count_messages(session: Session, conversation_ids: Iterable[str]) -> int:
    """How much was said in these conversations."""
    return sum(
        session.scalar(select(func.count()).where(Message.conversation_id.in_(part))) or 0
        for part in in_parts(conversation_ids)
    )


def delete_talks(session: Session, conversation_ids: Iterable[str]) -> None:
    """Delete conversations with what was said, asked and left in them; texts and appointments only lose their link."""
    for part in in_parts(conversation_ids):
        # Nothing may be said meanwhile: who wants to refer to a conversation waits, and then finds it gone.
        session.execute(select(Conversation.id).where(Conversation.id.in_(part)).with_for_update())
        for linked in (Appointment, InboundText):
            session.execute(
                update(linked).where(linked.conversation_id.in_(part)).values(conversation_id=None)
            )
        for gone in (LoginCode, Identification, Callback, Feedback, NamedText, Message):
            session.execute(delete(gone).where(gone.conversation_id.in_(part)))
        session.execute(delete(Conversation).where(Conversation.id.in_(part)))


def delete_texts(session: Session, delivery_ids: Iterable[str]) -> None:
    """Delete texts that went out, with their states."""
    for part in in_parts(delivery_ids):
        session.execute(delete(SimulatedText).where(SimulatedText.delivery_id.in_(part)))
        session.execute(delete(DeliveryEvent).where(DeliveryEvent.delivery_id.in_(part)))
        session.execute(delete(Delivery).where(Delivery.id.in_(part)))


def empty_received(rows: Sequence[InboundText], now: datetime) -> None:
    """Take number and words out of texts that came in. The provider's id stays: the same text is not taken twice."""
    for row in rows:
        row.phone = row.body = row.phone_hash = EMPTY
        row.rest = None
        row.answered_at = row.answered_at or now


def empty_sent(session: Session, rows: Sequence[Delivery], now: datetime) -> None:
    """Take number and words out of texts that went out. One that did not go out yet is given up."""
    for row in rows:
        if row.state in NOT_SENT:
            advance(session, row, DeliveryState.EXPIRED, raw="erased", now=now)
        row.phone = row.body = row.phone_hash = EMPTY
        row.parameters = None
