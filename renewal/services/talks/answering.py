"""Answering a text that came in: a job that may be rerun at any point, and what is done where it cannot succeed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from renewal.services.jobs import ANSWER_INBOUND, REPLIES
from renewal.services.talks import conversations, replies
from renewal.services.talks.assistant import Assistant, AssistantUnavailable
from renewal.services.texts import outbox
from renewal.services.texts.retry import wait_s
from renewal.services.work import WORKER, Work
from renewal.store.models import InboundText

if TYPE_CHECKING:
    from renewal.services.app import Services

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
# Between tries of an assistant that lives and cannot answer this text; after the last it is staff's.
WAITS_OF_FAILURE_S = (5.0, 15.0, 60.0, 180.0)
ANSWERED_AT_ONCE = 50


def enqueue_answer(work: Work, row: InboundText, *, delay_s: float = 0.0) -> None:
    """Have a text answered once `work` commits. Each time has a name of its own, so none is ever spent."""
    row.attempts += 1
    row.next_try_at = work.now + timedelta(seconds=delay_s)
    work.enqueue(
        ANSWER_INBOUND,
        REPLIES,
        row.id,
        id=job_name(row),
        partition=row.phone_hash,
        delay_s=delay_s,
    )


def job_name(row: InboundText) -> str:
    """Name of the job that answers `row` next."""
    return f"answer:{row.id}:{row.attempts}"


def answer_inbound(services: "Services", assistant: Assistant, inbound_id: str, now: datetime) -> bool:
    """Answer a text and all others of its phone that wait, in the order in which they came.

    Rerun at any point, it neither loses nor doubles an answer. Where the assistant does not answer, False is
    returned and the job is put back on the queue, later each time; a text that it cannot answer although it lives is
    set aside for staff after some tries, and the next one is answered.
    """
    for waiting_id in _waiting(services, inbound_id, now):
        if waiting_id != inbound_id and not _is_due(services, waiting_id, now):
            return False  # an earlier one has a job of its own, which goes on with this one
        try:
            _answer_one(services, assistant, waiting_id, now)
        except AssistantUnavailable as error:
            if not _after_failure(services, waiting_id, now, alive=error.alive):
                return False
    return True


def set_aside(work: Work, row: InboundText, *, why: str) -> None:
    """Give a text that nobody could answer to staff, who see it in their list, and tell its phone."""
    if row.conversation_id is None:
        row.conversation_id = conversations.for_phone_in(work.services, work.session, row.phone).id
    row.set_aside_at = row.answered_at = work.now
    log.error("alert", action="text.set_aside", subject=row.id, why=why)
    work.audit("text.set_aside", row.id, why=why, tries=row.failures)
    replies.tell(work, row, "sms.set_aside", part=outbox.FIRST_PART)


def _waiting(services: "Services", inbound_id: str, now: datetime) -> list[str]:
    with services.store.read() as session:
        row = session.get(InboundText, inbound_id)
        if row is None or not row.phone_hash:
            return []
        query = (
            select(InboundText.id)
            .where(InboundText.phone_hash == row.phone_hash, InboundText.answered_at.is_(None))
            .where(InboundText.received_at > now - GIVE_UP_AFTER)
            .order_by(InboundText.received_at)
            .limit(ANSWERED_AT_ONCE)
        )
        return list(session.scalars(query))


def _is_due(services: "Services", inbound_id: str, now: datetime) -> bool:
    with services.store.read() as session:
        next_try_at = session.get_one(InboundText, inbound_id).next_try_at
        return next_try_at is None or next_try_at <= now


def _answer_one(services: "Services", assistant: Assistant, inbound_id: str, now: datetime) -> None:
    with services.store.read() as session:
        row = session.get_one(InboundText, inbound_id)
        phone, body, conversation_id = row.phone, row.body, row.conversation_id
    if conversation_id is None:
        conversation_id = conversations.for_phone(services, phone)
        with services.store.session() as session:
            session.get_one(InboundText, inbound_id).conversation_id = conversation_id
    said = conversations.say_to(services, assistant, conversation_id, body, inbound_id)
    with Work.begin(services, actor=WORKER, now=now) as work:
        row = work.session.get_one(InboundText, inbound_id, with_for_update=True)
        if row.answered_at is not None:
            return  # another worker was faster; unique(inbound_id, part) would refuse ours anyway
        texts = [message.text for message in said if message.author == "bot"]
        replies.answer(work, row, texts)
        row.answered_at = now
    log.info("text_answered", inbound=inbound_id, messages=len(texts))


def _after_failure(services: "Services", inbound_id: str, now: datetime, *, alive: bool) -> bool:
    """Try again later, or set the text aside and return True."""
    with Work.begin(services, actor=WORKER, now=now) as work:
        row = work.session.get_one(InboundText, inbound_id, with_for_update=True)
        if row.answered_at is not None:
            return True
        row.failures += alive
        if row.failures > len(WAITS_OF_FAILURE_S):
            set_aside(work, row, why="no answer")
            return True
        delay_s = WAITS_OF_FAILURE_S[row.failures - 1] if alive else wait_s(row.attempts)
        enqueue_answer(work, row, delay_s=delay_s)
    log.warning("assistant_unavailable", inbound=inbound_id, alive=alive, retry_in_s=round(delay_s, 1))
    return False
