"""Conversations, what was said in them, what holders left for staff, and who did what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from renewal.domain import Housing
from renewal.store.models.base import Base, one_of, opaque_id
from renewal.store.types import Encrypted, UtcTime, member_of


class Conversation(Base):
    """One talk with one person. `id` is the assistant's sender; on the web the token's hash finds it.

    On the web a code links it to a holder: `linked_at` says when, `linked_phone_hash` by which phone. A token is
    made at `token_at`. After `ended_at` no page reads or says anything in it; its holder stays, so that erasing
    finds it. While it is `staffed`, `staffed_by` (since `staffed_at`) answers in it, and not the assistant.
    `person_asked_at` is since when its holder waits for a person without a call that stands.
    """

    __tablename__ = "conversations"
    __table_args__ = (one_of("channel", "sms", "web"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=opaque_id)
    channel: Mapped[str]
    phone_hash: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(Encrypted)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holders.id"), index=True)
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("notices.id"))
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    token_at: Mapped[datetime | None] = mapped_column(UtcTime)
    linked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    linked_phone_hash: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    staffed: Mapped[bool] = mapped_column(default=False)
    staffed_by: Mapped[str | None]
    staffed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    person_asked_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class Message(Base):
    """One bubble. `id` only grows: it is the N of `?after=N`. `buttons` is a JSON list of {id, label}.

    An answer's `topics` (what it answers) and `sources` (the clauses it rests on) are words joined by commas; `claim`
    is the claim that chose it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        one_of("author", "user", "bot", "staff"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
        Index("ix_messages_at_topics", "at", "topics"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    author: Mapped[str]
    client_id: Mapped[str | None]
    body: Mapped[str] = mapped_column(Encrypted)
    buttons: Mapped[str] = mapped_column(Text, default="[]")
    topics: Mapped[str | None]
    claim: Mapped[str | None]
    sources: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class Feedback(Base):
    """What a holder thinks of one answer. `reason` is one of a few words, `words` their own; both may be missing."""

    __tablename__ = "feedback"
    __table_args__ = (
        one_of("verdict", "up", "down"),
        one_of("reason", "", "wrong", "unclear", "incomplete", "not_asked", "other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    words: Mapped[str | None] = mapped_column(Encrypted)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class NamedText(Base):
    """What staff say that a holder's message was about: a topic, or out_of_scope. It holds no word of the message."""

    __tablename__ = "named_texts"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    topic: Mapped[str]
    named_by: Mapped[str]
    named_at: Mapped[datetime] = mapped_column(UtcTime)


class Callback(Base):
    """A callback that a holder asked for; staff call by `call_by_on`, unless the holder cancels it before.

    `phone_hash` is that of the number without its extension; rows of earlier releases have none. `ended_at` is
    when it was closed or cancelled, `proved_at` when a code sent to the number proved it. One that is `unconfirmed`
    waits for that code, and staff do not see it; `code_due_at`: since when one is to be sent. `claimed_by` is who of
    the staff rings now, `tries` how often nobody answered, `call_after_at` when it is worth another try. `notes` is
    a JSON list of what staff noted: at, by, text.
    """

    __tablename__ = "callbacks"
    __table_args__ = (
        one_of("state", "open", "closed", "cancelled", "unconfirmed"),
        Index("ix_callbacks_state_call_by_on", "state", "call_by_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holders.id"))
    name: Mapped[str] = mapped_column(Encrypted)
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str | None] = mapped_column(index=True)
    about: Mapped[str] = mapped_column(Encrypted)
    expires_on: Mapped[date | None]
    housing: Mapped[Housing | None] = mapped_column(member_of(Housing, "housing"))
    created_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    call_by_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    call_after_at: Mapped[datetime | None] = mapped_column(UtcTime)
    notes: Mapped[str | None] = mapped_column(Encrypted)
    proved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    code_due_at: Mapped[datetime | None] = mapped_column(UtcTime)


class AuditEntry(Base):
    """Who did what to what. `detail` holds no personal data."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_actor_id", "actor", "id"),
        Index("ix_audit_action_id", "action", "id"),
        Index("ix_audit_subject_id", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
