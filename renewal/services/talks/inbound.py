"""A text that comes in: stored once, acknowledged at once, answered by a job that may be rerun at any point."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from renewal.language.controls import as_kept
from renewal.language.masking import mask_id_numbers
from renewal.language.opting import asks_back, read_opting
from renewal.services.jobs import ANSWER_INBOUND, REPLIES
from renewal.services.talks import conversations, identity
from renewal.services.talks.assistant import Assistant, AssistantUnavailable
from renewal.services.texts import holds, outbox, suppression
from renewal.services.texts.provider import InboundText
from renewal.services.texts.retry import wait_s
from renewal.services.texts.said import Said, by_template, in_free_words
from renewal.store.models import AuditEntry, Delivery, opaque_id
from renewal.store.models import InboundText as InboundRow

if TYPE_CHECKING:
    from renewal.services.app import Services

log = structlog.get_logger(__name__)

FORGOTTEN_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)


def receive(services: "Services", inbound: InboundText, now: datetime, *, silent: str = "") -> bool:
    """Store a text and put its answering on the queue, in one transaction; False where it was stored before.

    With `silent`, which says why (a phone that floods us, a number from abroad), it is kept for staff, and nothing
    is sent; opting out works all the same.
    """
    masked = mask_id_numbers(as_kept(inbound.body))
    phone_hash = services.store.phone_hash(inbound.phone)
    inbound_id = opaque_id()
    with services.store.session() as session:
        values = {
            "id": inbound_id,
            "provider": inbound.provider,
            "provider_ref": inbound.provider_ref,
            "phone": inbound.phone,
            "phone_hash": phone_hash,
            "body": identity.without_codes(services, session, phone_hash, masked.text),
            "received_at": now,
        }
        if not _insert_once(session, values):
            return False
        suppression.number_works(session, phone_hash, now)
        word = _opting(session, phone_hash, masked.text, now)
        if word is not None:
            _heed(
                services, session, inbound_id, word, now, confirm=not (silent or inbound.answered_by_provider)
            )
        elif not silent:
            _enqueue_answer(services, session, inbound_id, phone_hash)
        else:
            session.get_one(InboundRow, inbound_id).answered_at = now
            session.add(
                AuditEntry(
                    at=now,
                    actor="gateway",
                    action="text.not_answered",
                    subject=inbound_id,
                    detail={"why": silent},
                )
            )
    log.info("text_received", inbound=inbound_id, provider=inbound.provider, id_number_masked=masked.found)
    return True


def _insert_once(session: Session, values: dict[str, object]) -> bool:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(InboundRow).values(values).on_conflict_do_nothing().returning(InboundRow.id)
    return session.execute(statement).first() is not None


def _opting(session: Session, phone_hash: str, text: str, now: datetime) -> Literal["out", "in"] | None:
    """Whether a text opts out or in. A word that may be an answer is one where our last text asked something."""
    word = read_opting(text)
    if word != "out_or_answer":
        return word
    last = (
        select(Delivery.body)
        .where(Delivery.phone_hash == phone_hash, Delivery.created_at > now - conversations.SMS_SILENCE)
        .order_by(Delivery.created_at.desc(), Delivery.part.desc())
        .limit(1)
    )
    return None if asks_back(session.scalar(last) or "") else "out"


def _heed(
    services: "Services", session: Session, inbound_id: str, word: str, now: datetime, *, confirm: bool
) -> None:
    """Opt a number out or in, and confirm it, once, where something may be sent."""
    row = session.get_one(InboundRow, inbound_id)
    row.answered_at = now
    if word == "out":
        changed = suppression.suppress(session, row.phone_hash, "opt_out", now)
        key, part = "sms.opted_out", outbox.CONFIRMATION_PART
    else:
        changed = suppression.lift(session, row.phone_hash, now)
        key, part = "sms.opted_in", outbox.FIRST_PART
    if not changed:
        return
    session.add(
        AuditEntry(at=now, actor="holder", action=f"texts.opted_{word}", subject=inbound_id, detail={})
    )
    if not confirm:
        return
    _reply(services, session, row, part=part, said=by_template(services, key))


def _reply(services: "Services", session: Session, row: InboundRow, *, part: int, said: Said) -> None:
    """One part of the answer."""
    text = outbox.Text(
        phone=row.phone,
        phone_hash=row.phone_hash,
        said=said,
        lane=holds.REPLIES,
        inbound_id=row.id,
        part=part,
        provider=row.provider,
    )
    outbox.post(services, session, text)


def _enqueue_answer(
    services: "Services",
    session: Session,
    inbound_id: str,
    phone_hash: str,
    *,
    attempt: int = 0,
    delay_s: float = 0.0,
) -> None:
    name = f"answer:{inbound_id}" + (f":{attempt}" if attempt else "")
    services.jobs.enqueue(
        session, ANSWER_INBOUND, REPLIES, inbound_id, attempt, id=name, partition=phone_hash, delay_s=delay_s
    )


def answer_inbound(
    services: "Services", assistant: Assistant, inbound_id: str, now: datetime, *, attempt: int = 0
) -> bool:
    """Answer a text, and before it any earlier one of the same phone that still waits.

    Rerun at any point, it neither loses nor doubles an answer. Where the assistant is away, False is
    returned and the job is put back on the queue, later each time.
    """
    for waiting_id in _waiting(services, inbound_id):
        try:
            _answer_one(services, assistant, waiting_id, now)
        except AssistantUnavailable:
            _try_later(services, inbound_id, attempt + 1)
            return False
    return True


def _waiting(services: "Services", inbound_id: str) -> list[str]:
    with services.store.read() as session:
        row = session.get(InboundRow, inbound_id)
        if row is None or row.answered_at is not None:
            return []
        query = (
            select(InboundRow.id)
            .where(InboundRow.phone_hash == row.phone_hash, InboundRow.answered_at.is_(None))
            .where(InboundRow.received_at <= row.received_at, InboundRow.id != row.id)
            .where(InboundRow.received_at > row.received_at - GIVE_UP_AFTER)
            .order_by(InboundRow.received_at)
        )
        return [*session.scalars(query), inbound_id]


def _answer_one(services: "Services", assistant: Assistant, inbound_id: str, now: datetime) -> None:
    with services.store.read() as session:
        row = session.get_one(InboundRow, inbound_id)
        phone, body, conversation_id = row.phone, row.body, row.conversation_id
    if conversation_id is None:
        conversation_id = conversations.for_phone(services, phone)
        with services.store.session() as session:
            session.get_one(InboundRow, inbound_id).conversation_id = conversation_id
    said = conversations.say_to(services, assistant, conversation_id, body, inbound_id)
    with services.store.session() as session:
        row = session.get_one(InboundRow, inbound_id, with_for_update=True)
        if row.answered_at is not None:
            return  # another worker was faster; unique(inbound_id, part) would refuse ours anyway
        there = set(session.scalars(select(Delivery.part).where(Delivery.inbound_id == inbound_id)))
        answers = [message.text for message in said if message.author == "bot"]
        for part, text in enumerate(answers, start=outbox.FIRST_PART):
            if part not in there:
                _reply(services, session, row, part=part, said=in_free_words(services, text))
        row.answered_at = now
    log.info("text_answered", inbound=inbound_id, parts=len(answers))


def _try_later(services: "Services", inbound_id: str, attempt: int) -> None:
    delay_s = wait_s(attempt)
    with services.store.session() as session:
        phone_hash = session.get_one(InboundRow, inbound_id).phone_hash
        _enqueue_answer(services, session, inbound_id, phone_hash, attempt=attempt, delay_s=delay_s)
    log.warning("assistant_unavailable", inbound=inbound_id, attempt=attempt, retry_in_s=round(delay_s, 1))


def requeue_forgotten(services: "Services", now: datetime, limit: int) -> int:
    """Put texts back on the queue whose job ended without an answer; returns how many were found."""
    with services.store.session() as session:
        rows = session.execute(
            select(InboundRow.id, InboundRow.phone_hash)
            .where(InboundRow.answered_at.is_(None))
            .where(
                InboundRow.received_at < now - FORGOTTEN_AFTER, InboundRow.received_at > now - GIVE_UP_AFTER
            )
            .order_by(InboundRow.received_at)
            .limit(limit)
        ).all()
        # One name per five minutes: several workers, or the retry that is still waiting, make one job of it.
        slot = int(now.timestamp() // FORGOTTEN_AFTER.total_seconds())
        for row in rows:
            _enqueue_answer(services, session, row.id, row.phone_hash, attempt=slot)
    return len(rows)
