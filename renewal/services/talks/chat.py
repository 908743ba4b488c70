"""Late answers on the web: what was said while the assistant was away is answered when it is back."""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from renewal.services.jobs import ANSWER_CHAT, REPLIES
from renewal.services.talks import conversations
from renewal.services.talks.assistant import Assistant, AssistantUnavailable
from renewal.services.texts.retry import wait_s
from renewal.services.work import HOLDER, Work
from renewal.store.models import Message

if TYPE_CHECKING:
    from renewal.services.app import Services

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(hours=12)  # nobody waits longer at a web page


def answer_later(
    services: "Services", conversation_id: str, client_id: str, *, attempt: int = 1, caller_hash: str = ""
) -> None:
    """Put the answering of a kept text on the queue; asked twice, it is queued once.

    `caller_hash` tells the address that it came from: an SMS with a code that its answer asks for counts for that.
    """
    with Work.begin(services, actor=HOLDER) as work:
        work.enqueue(
            ANSWER_CHAT,
            REPLIES,
            conversation_id,
            client_id,
            attempt,
            caller_hash,
            id=f"chat:{conversation_id}:{client_id}:{attempt}",
            partition=conversation_id,
            delay_s=wait_s(attempt),
        )


def answer_kept(
    services: "Services",
    assistant: Assistant,
    conversation_id: str,
    client_id: str,
    *,
    attempt: int,
    caller_hash: str = "",
) -> None:
    """Answer a text that was said while the assistant was away; where it still is, try again later."""
    with services.store.read() as session:
        said = session.scalar(
            select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
        )
    if said is None or said.at < services.now() - GIVE_UP_AFTER:
        return
    try:
        conversations.hear(
            services, assistant, conversation_id, said.body, client_id, caller_hash=caller_hash or None
        )
    except AssistantUnavailable:
        log.warning("assistant_unavailable", message=said.id, attempt=attempt)
        answer_later(services, conversation_id, client_id, attempt=attempt + 1, caller_hash=caller_hash)
