"""The conversations that wait for a person, by how long they have waited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.talks.summary import shown
from renewal.services.work import Work
from renewal.store.models import Callback, Conversation, InboundText, Message
from renewal.wording.composer import Channel

MOST = 200  # conversations of a kind in the list
UNANSWERED, SET_ASIDE, HELD = "unanswered", "set_aside", "held"
ASKED_FOR_A_CALL, ASKED_FOR_A_PERSON = "asked_for_a_call", "asked_for_a_person"
WAITS_FOR = timedelta(days=3)  # later nobody waits at a page, and a text begins a conversation of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTalk:
    """One conversation. `since` is from when it waits; None where staff have it and nothing new was said.

    `why`: unanswered (staff have it and the holder said something), set_aside (the assistant could not answer a
    text), asked_for_a_call, asked_for_a_person (and left no number, or has not proved it), held.
    """

    conversation_id: str
    channel: Channel
    why: str
    since: datetime | None
    staffed_by: str
    last_text: str


def waiting_talks(services: Services, *, staff: str, noted: bool = True) -> tuple[WaitingTalk, ...]:
    """The conversations that wait, the longest first, then those that staff have.

    Who looked is kept, unless it is not to be `noted`: a page that looks for news by itself was, when it was opened.
    """
    with services.store.read() as session:
        found = _found(session, services.now())
        texts = _last_texts(session, [talk.id for talk, _, _ in found])
    if noted:
        _note(services, staff, len(found))
    talks = [
        WaitingTalk(
            conversation_id=talk.id,
            channel="sms" if talk.channel == "sms" else "web",
            why=why,
            since=since,
            staffed_by=(talk.staffed_by or "") if talk.staffed else "",
            last_text=shown(texts.get(talk.id, "")),
        )
        for talk, why, since in found
    ]
    return tuple(sorted(talks, key=_longest_first))


def _note(services: Services, staff: str, count: int) -> None:
    with Work.begin(services, actor=staff) as work:
        work.audit("conversations.listed", "conversations", count=count)


def how_many_wait(services: Services) -> int:
    """How many conversations wait for a person's word."""
    with services.store.read() as session:
        return sum(since is not None for _, _, since in _found(session, services.now()))


def _longest_first(talk: WaitingTalk) -> tuple[bool, float, str]:
    since = talk.since.timestamp() if talk.since else 0.0
    return talk.since is None, since, talk.conversation_id


def _found(session: Session, now: datetime) -> list[tuple[Conversation, str, datetime | None]]:
    """Each conversation once, by the first reason that it has."""
    held = _held(session)
    seen = {talk.id for talk, _, _ in held}
    aside = [row for row in _set_aside(session) if row[0].id not in seen]
    seen |= {talk.id for talk, _, _ in aside}
    called = [row for row in _asked_for_a_call(session) if row[0].id not in seen]
    seen |= {talk.id for talk, _, _ in called}
    asked = [row for row in _asked_for_a_person(session, now) if row[0].id not in seen]
    return [*held, *aside, *called, *asked]


def _held(session: Session) -> list[tuple[Conversation, str, datetime | None]]:
    """Those that staff have: they wait since they were taken, then since the first word after staff's last one."""
    of_staff = select(func.max(Message.id)).where(
        Message.conversation_id == Conversation.id, Message.author == "staff"
    )
    last_id = of_staff.correlate(Conversation).scalar_subquery()
    later = select(func.min(Message.at)).where(
        Message.conversation_id == Conversation.id,
        Message.author == "user",
        Message.id > func.coalesce(last_id, 0),
    )
    spoken = select(func.max(Message.at)).where(
        Message.conversation_id == Conversation.id, Message.author == "staff"
    )
    query = (
        select(
            Conversation,
            spoken.correlate(Conversation).scalar_subquery(),
            later.correlate(Conversation).scalar_subquery(),
        )
        .where(Conversation.staffed.is_(True))
        .order_by(Conversation.last_at.desc())
        .limit(MOST)
    )
    found = []
    for talk, spoken_at, unanswered_at in session.execute(query):
        since = unanswered_at if _begun(talk, spoken_at) else talk.staffed_at
        found.append((talk, UNANSWERED if since else HELD, since))
    return found


def _begun(talk: Conversation, spoken_at: datetime | None) -> bool:
    """Whether staff said something since they took it."""
    if talk.staffed_at is None:
        return True
    return spoken_at is not None and spoken_at >= talk.staffed_at


def _set_aside(session: Session) -> list[tuple[Conversation, str, datetime | None]]:
    """Those with a text that the assistant could not answer, until staff say something."""
    answered = exists().where(
        Message.conversation_id == InboundText.conversation_id,
        Message.author == "staff",
        Message.at > InboundText.set_aside_at,
    )
    query = (
        select(Conversation, func.min(InboundText.set_aside_at))
        .join(InboundText, InboundText.conversation_id == Conversation.id)
        .where(InboundText.set_aside_at.is_not(None), ~answered)
        .group_by(Conversation.id)
        .order_by(func.min(InboundText.set_aside_at))
        .limit(MOST)
    )
    return [(talk, SET_ASIDE, since) for talk, since in session.execute(query)]


def _asked_for_a_call(session: Session) -> list[tuple[Conversation, str, datetime | None]]:
    """Those whose holder asked for a person and may still be there: a word may save the call."""
    query = (
        select(Conversation, func.min(Callback.created_at))
        .join(Callback, Callback.conversation_id == Conversation.id)
        .where(Callback.state == "open", Conversation.ended_at.is_(None))
        .group_by(Conversation.id)
        .order_by(func.min(Callback.created_at))
        .limit(MOST)
    )
    return [(talk, ASKED_FOR_A_CALL, since) for talk, since in session.execute(query)]


def _asked_for_a_person(session: Session, now: datetime) -> list[tuple[Conversation, str, datetime | None]]:
    """Those whose holder asked for a person and has no call that stands; a word of staff ends it."""
    query = (
        select(Conversation)
        .where(Conversation.person_asked_at > now - WAITS_FOR, Conversation.ended_at.is_(None))
        .order_by(Conversation.person_asked_at)
        .limit(MOST)
    )
    return [(talk, ASKED_FOR_A_PERSON, talk.person_asked_at) for talk in session.scalars(query)]


def _last_texts(session: Session, conversation_ids: Sequence[str]) -> Mapping[str, str]:
    """The holder's last words in each."""
    newest = (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_(conversation_ids), Message.author == "user")
        .group_by(Message.conversation_id)
    )
    rows = session.execute(select(Message.conversation_id, Message.body).where(Message.id.in_(newest)))
    return {row.conversation_id: row.body for row in rows}
