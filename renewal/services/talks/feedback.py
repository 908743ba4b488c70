"""What holders think of an answer: a thumb up or down, and why."""

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from renewal.domain.errors import RenewalError
from renewal.language.controls import as_kept
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.store.models import Feedback, Message

Verdict = Literal["up", "down"]
Reason = Literal["", "wrong", "unclear", "incomplete", "not_asked", "other"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
REASONS: tuple[str, ...] = get_args(Reason)
LONGEST_WORDS_CHARS = 500


class NoSuchAnswer(RenewalError):
    """There is no such answer in this conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What somebody thinks of an answer; `words` are their own."""

    verdict: Verdict
    reason: Reason = ""
    words: str = ""


def judge(services: Services, conversation_id: str, message_id: int, opinion: Opinion) -> None:
    """Keep what the holder thinks of an answer; a newer opinion replaces the older.

    Raises:
        NoSuchAnswer: the conversation holds no answer of the assistant with that number.
    """
    try:
        _keep(services, conversation_id, message_id, opinion)
    except IntegrityError:  # the same answer was judged a moment ago: that row is there now
        _keep(services, conversation_id, message_id, opinion)


def verdicts(services: Services, conversation_id: str) -> dict[int, str]:
    """The verdict on each answer of a conversation that has one."""
    found = select(Feedback).where(Feedback.conversation_id == conversation_id)
    with services.store.read() as session:
        return {row.message_id: row.verdict for row in session.scalars(found)}


def _keep(services: Services, conversation_id: str, message_id: int, opinion: Opinion) -> None:
    own = mask_id_numbers(as_kept(opinion.words)).text[:LONGEST_WORDS_CHARS]
    with services.store.session() as session:
        answer = session.get(Message, message_id)
        if answer is None or answer.conversation_id != conversation_id or answer.author != "bot":
            raise NoSuchAnswer
        row = session.scalars(select(Feedback).where(Feedback.message_id == message_id)).first()
        if row is None:
            row = Feedback(conversation_id=conversation_id, message_id=message_id)
            session.add(row)
        row.verdict, row.reason, row.words = opinion.verdict, opinion.reason, own or None
        row.at = services.now()
