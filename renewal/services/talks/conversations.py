"""Conversations: opening one, finding it again, saying something in it, reading what was said."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from renewal.dialogue.says import BotMessage, Button
from renewal.domain.errors import RenewalError
from renewal.language.controls import as_kept
from renewal.language.masking import MASK, Masked, mask_id_numbers
from renewal.language.text import LONGEST_ANSWERED_CHARS, cut
from renewal.services.app import Services
from renewal.services.talks import callback_codes, cautions, identity, shared_phone
from renewal.services.talks.assistant import Assistant
from renewal.services.talks.login_codes import last_notice
from renewal.store.models import Conversation, Message, Notice

SMS_SILENCE = timedelta(days=3)  # after it, a text starts a new conversation: nothing stale is carried over


class NoSuchConversation(RenewalError):
    """There is no such conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """One bubble of a conversation; `n` only grows. `sources` are the clauses that an answer rests on."""

    n: int
    author: str
    text: str
    buttons: tuple[Button, ...]
    at: datetime
    client_id: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The answer to a text. `token` is a new one, where the text made a holder known: the one before is dead."""

    messages: tuple[StoredMessage, ...]
    token: str | None = field(default=None, repr=False)


def open_anonymous(services: Services, channel: Literal["sms", "web"]) -> str:
    """A new conversation with nobody known: its id."""
    with services.store.session() as session:
        return _new(services, session, channel).id


def for_phone(services: Services, phone: str) -> str:
    """The open SMS conversation of a number (E.164), or a new one.

    A holder is known by number; of several with it the one chosen or last notified. Their last notice is attached.
    """
    with services.store.session() as session:
        return for_phone_in(services, session, phone).id


def for_phone_in(services: Services, session: Session, phone: str) -> Conversation:
    """As `for_phone`, within the caller's transaction."""
    phone_hash = services.store.phone_hash(phone)
    recent = (
        select(Conversation)
        .where(Conversation.phone_hash == phone_hash)
        .where(or_(Conversation.last_at > services.now() - SMS_SILENCE, Conversation.staffed.is_(True)))
        .order_by(Conversation.last_at.desc())
        .limit(1)
    )
    talk = session.scalars(recent).first()
    holder = shared_phone.speaks_for(session, phone_hash, talk)
    holder_id = holder.id if holder else None
    notice = last_notice(session, holder_id)
    if talk is None or talk.holder_id != holder_id:
        talk = _new(services, session, "sms", phone=phone, phone_hash=phone_hash, holder_id=holder_id)
    talk.notice_id = notice.id if notice else None
    return talk


def say_to(
    services: Services, assistant: Assistant, conversation_id: str, text: str, client_id: str
) -> tuple[StoredMessage, ...]:
    """As `hear`, for who has no session: the answer only."""
    return hear(services, assistant, conversation_id, text, client_id).messages


def hear(
    services: Services,
    assistant: Assistant,
    conversation_id: str,
    text: str,
    client_id: str,
    *,
    caller_hash: str | None = None,
) -> Said:
    """Store what the user said, once per `client_id`, and return the assistant's stored answer to it.

    Said again with the same `client_id`, the answer of the first time is returned. A conversation that staff
    took over gets no answer from the assistant. `caller_hash` tells the address that it came from.

    Raises:
        NoSuchConversation: nobody opened it.
        AssistantUnavailable: no answer now; the text is kept, and saying it again answers it.
    """
    text = as_kept(text)
    masked, intent = _said(services, conversation_id, text)
    given = None if intent else identity.read(services, conversation_id, masked.text)
    with services.store.session() as session:
        talk = session.get(Conversation, conversation_id)
        if talk is None:
            raise NoSuchConversation("没有这个会话")
        talk.last_at = services.now()
        kept = given.text if given else masked.text
        earlier = _find(session, conversation_id, client_id)
        said = earlier or _add(services, session, conversation_id, "user", kept, client_id=client_id)
        answered = _answer_to(session, said.id)
        staffed, notice = talk.staffed, _notice_kind(session, talk)
    if staffed and given:
        identity.leave_to_staff(services, conversation_id, given)
    if staffed or answered:
        return Said(messages=answered)
    replies, token = cautions.comfort(services, said.body), None
    if not replies:
        replies = cautions.warn_about_id(services, masked)
        sharing, whole = ((), False) if given else shared_phone.choose(services, conversation_id, said.body)
        replies += sharing
        if given:
            taken = identity.take(services, conversation_id, given, said.id, caller_hash=caller_hash)
            replies, token = replies + taken.messages, taken.token
        elif not whole:
            replies += assistant.answer(
                conversation_id=conversation_id,
                text=cut(said.body, LONGEST_ANSWERED_CHARS),
                intent=intent,
                notice=notice,
            )
            replies += callback_codes.send_due(services, conversation_id, said.id, caller_hash=caller_hash)
    return Said(messages=_store_answer(services, conversation_id, said.id, replies), token=token)


def _notice_kind(session: Session, talk: Conversation) -> str:
    """The kind of the notice that the conversation follows; empty where it follows none."""
    notice = session.get(Notice, talk.notice_id) if talk.notice_id is not None else None
    return notice.kind if notice else ""


def since(services: Services, conversation_id: str, after: int) -> tuple[StoredMessage, ...]:
    """What was said after message `after`, oldest first."""
    with services.store.read() as session:
        rows = session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.id > after)
            .order_by(Message.id)
            .limit(200)
        )
        return tuple(_stored(row) for row in rows)


def latest(services: Services, conversation_id: str, count: int) -> tuple[StoredMessage, ...]:
    """The last that was said, oldest first."""
    with services.store.read() as session:
        rows = session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id)
            .order_by(Message.id.desc())
            .limit(count)
        )
        return tuple(_stored(row) for row in rows)[::-1]


def _said(services: Services, conversation_id: str, text: str) -> tuple[Masked, str]:
    """The text to keep and the intent to trust: a button's, where the text is the id of one offered here."""
    button = _button(services, conversation_id, text.strip())
    if button is not None:
        return Masked(text=button.label, found=False), button.intent
    masked = mask_id_numbers(text)
    return Masked(text=masked.text, found=masked.found or MASK in text), ""  # an SMS was masked on arrival


def _button(services: Services, conversation_id: str, pressed: str) -> Button | None:
    if not pressed.startswith("btn-"):
        return None
    with services.store.read() as session:
        offered = session.scalars(
            select(Message.buttons)
            .where(
                Message.conversation_id == conversation_id, Message.author == "bot", Message.buttons != "[]"
            )
            .order_by(Message.id.desc())
            .limit(20)
        )
        return next((b for raw in offered for b in _buttons(raw) if b.id == pressed), None)


def _store_answer(
    services: Services, conversation_id: str, said: int, replies: tuple[BotMessage, ...]
) -> tuple[StoredMessage, ...]:
    """Keep the answer under names made from the text it answers: a second answer to it is refused."""
    try:
        with services.store.session() as session:
            talk = session.get(Conversation, conversation_id)
            if talk is None or talk.staffed:
                return ()  # erased, or staff took over, while the assistant thought
            rows = [
                _add(
                    services,
                    session,
                    conversation_id,
                    "bot",
                    r.text,
                    client_id=f"re-{said}-{i}",
                    about=r,
                )
                for i, r in enumerate(replies)
            ]
            return tuple(_stored(row) for row in rows)
    except IntegrityError:  # answered meanwhile by a second try of the same text: that answer stands
        with services.store.read() as session:
            return _answer_to(session, said)


def _answer_to(session: Session, said: int) -> tuple[StoredMessage, ...]:
    user = session.get(Message, said)
    if user is None:
        return ()
    rows = session.scalars(
        select(Message)
        .where(Message.conversation_id == user.conversation_id, Message.client_id.like(f"re-{said}-%"))
        .order_by(Message.id)
    )
    return tuple(_stored(row) for row in rows)


def _find(session: Session, conversation_id: str, client_id: str) -> Message | None:
    found = select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    return session.scalars(found).first()


def _add(
    services: Services,
    session: Session,
    conversation_id: str,
    author: str,
    text: str,
    *,
    client_id: str | None = None,
    about: BotMessage | None = None,
) -> Message:
    offered = [
        {"id": b.id or f"btn-{secrets.token_urlsafe(8)}", "label": b.label, "intent": b.intent}
        for b in (about.buttons if about else ())
    ]
    row = Message(
        conversation_id=conversation_id,
        author=author,
        client_id=client_id,
        body=text,
        buttons=json.dumps(offered, ensure_ascii=False),
        topics=",".join(about.topics) or None if about else None,
        claim=about.claim or None if about else None,
        sources=",".join(about.sources) or None if about else None,
        at=services.now(),
    )
    session.add(row)
    session.flush()
    return row


def _stored(row: Message) -> StoredMessage:
    return StoredMessage(
        n=row.id,
        author=row.author,
        text=row.body,
        buttons=_buttons(row.buttons),
        at=row.at,
        client_id=row.client_id or "",
        sources=tuple(filter(None, (row.sources or "").split(","))),
    )


def _buttons(raw: str) -> tuple[Button, ...]:
    return tuple(Button(id=b["id"], label=b["label"], intent=b.get("intent", "")) for b in json.loads(raw))


def _new(services: Services, session: Session, channel: str, **known: object) -> Conversation:
    now = services.now()
    talk = Conversation(id=secrets.token_hex(16), channel=channel, created_at=now, last_at=now, **known)
    session.add(talk)
    session.flush()
    return talk
