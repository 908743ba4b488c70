"""The texts that the assistant declined, met with a choice, or answered to a thumb down; nobody's person in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Executable, Row, func, or_, select
from sqlalchemy.orm import Session, aliased

from renewal.dialogue.topics import topics
from renewal.language.anonymous import says_something, without_persons
from renewal.services.app import Services
from renewal.store.models import Callback, Conversation, Feedback, Holder, Message, NamedText
from renewal.wording.staff import has_sentence, staff_sentence

LOOKED_BACK = timedelta(days=90)
MOST_TEXTS = 2_000  # the newest: so many are grouped within two seconds
OFFERED, DECLINED = "offer", "miss"  # the claims that say so of an answer
OUT_OF_SCOPE = "out_of_scope"
PRESSED = "btn-"  # how the id of a button begins: nobody's words
MOST_TEXT_CHARS = 200


class Kind(StrEnum):
    """Why a text is here."""

    DECLINED = "declined"
    OFFERED = "offered"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """One text of a holder's, without persons. `offered` names the topics of the choice; `topic` what staff named."""

    message_id: int
    conversation_id: str
    text: str
    kind: Kind
    offered: tuple[str, ...]
    at: datetime
    topic: str = ""


def unclear_texts(services: Services, *, named: bool = False) -> tuple[Unclear, ...]:
    """The newest texts of the last days that were not understood, the oldest first.

    Without `named`, only those that no member of staff has named yet; with it, only those that one has.
    """
    since = services.now() - LOOKED_BACK
    with services.store.read() as session:
        rows = session.execute(_query(since, named=named)).all()
        names = _known_names(session, {row.conversation_id for row in rows})
    found = (_unclear(row, names.get(row.conversation_id, ())) for row in reversed(rows))
    return tuple(each for each in found if each is not None)


def nameable(services: Services) -> tuple[str, ...]:
    """The topics that a text may be said to be about: those with a short name of their own, and out of scope."""
    return (*(name for name in topics() if f"button.{name}" in services.wording), OUT_OF_SCOPE)


def topic_name(services: Services, topic: str) -> str:
    """What staff read of a topic; its own word where it has no short name."""
    key = f"button.{topic}"
    if key in services.wording:
        return services.wording.render(key)
    return staff_sentence(f"learn.topic.{topic}") if has_sentence(f"learn.topic.{topic}") else topic


def _query(since: datetime, *, named: bool) -> Executable:
    """Each answer that counts, with the last message of the holder's before it."""
    answer, asked = aliased(Message, name="answer"), aliased(Message, name="asked")
    before = (
        select(func.max(Message.id))
        .where(
            Message.conversation_id == answer.conversation_id,
            Message.id < answer.id,
            Message.author == "user",
        )
        .correlate(answer)
        .scalar_subquery()
    )
    return (
        select(
            asked.id.label("message_id"),
            asked.conversation_id,
            asked.body,
            answer.claim,
            answer.buttons,
            Feedback.verdict,
            asked.at,
            NamedText.topic,
        )
        .select_from(answer)
        .join(asked, asked.id == before)
        .outerjoin(Feedback, Feedback.message_id == answer.id)
        .outerjoin(NamedText, NamedText.message_id == asked.id)
        .where(
            answer.at > since,
            answer.author == "bot",
            or_(
                answer.claim.in_((OFFERED, DECLINED)),
                answer.topics == OUT_OF_SCOPE,
                Feedback.verdict == "down",
            ),
            NamedText.message_id.is_not(None) if named else NamedText.message_id.is_(None),
        )
        .order_by(asked.id.desc())
        .limit(MOST_TEXTS)
    )


def _unclear(row: Row[Any], names: Sequence[str]) -> Unclear | None:
    text = " ".join(without_persons(row.body, names).split())[:MOST_TEXT_CHARS]
    if row.body.startswith(PRESSED) or not says_something(text):
        return None
    return Unclear(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        text=text,
        kind=_kind(row.verdict, row.claim),
        offered=tuple(button["intent"] for button in json.loads(row.buttons) if button.get("intent"))
        if row.claim == OFFERED
        else (),
        at=row.at,
        topic=row.topic or "",
    )


def _kind(verdict: str | None, claim: str | None) -> Kind:
    if verdict == "down":
        return Kind.DOWN
    return Kind.OFFERED if claim == OFFERED else Kind.DECLINED


def _known_names(session: Session, conversations: set[str]) -> dict[str, list[str]]:
    """The names on file of who speaks in each conversation, and those left in it for a call."""
    known: dict[str, list[str]] = {}
    ids = sorted(conversations)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        holders = (
            select(Conversation.id, Holder.name)
            .join(Holder, Holder.id == Conversation.holder_id)
            .where(Conversation.id.in_(part))
        )
        left = select(Callback.conversation_id, Callback.name).where(Callback.conversation_id.in_(part))
        for query in (holders, left):
            for conversation_id, name in session.execute(query):
                known.setdefault(conversation_id, []).append(name)
    return known
