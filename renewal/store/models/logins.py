"""Who a web visitor says to be, and the codes that prove it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from renewal.store.models.base import Base, one_of
from renewal.store.types import UtcTime


class Identification(Base):
    """A conversation that was asked for the phone on file. `misses` counts bad answers in a row."""

    __tablename__ = "identifications"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    misses: Mapped[int] = mapped_column(default=0)


class LoginCode(Base):
    """A code asked for in one conversation, kept as a keyed hash.

    A number that identifies nobody has a row as well, without a holder: what is counted and what takes time
    must not tell whether a number is on file. `message_id` is the text that asked: one text, one code.
    `caller_hash` is the keyed hash of the address that asked, where one is known. `purpose` says what the code proves:
    who writes, or that a number left for a callback is theirs.
    """

    __tablename__ = "login_codes"
    __table_args__ = (
        one_of("state", "open", "used", "burned", "replaced"),
        one_of("purpose", "identity", "callback"),
        Index("ix_login_codes_phone_hash_requested_at", "phone_hash", "requested_at"),
        Index("ix_login_codes_conversation_id_id", "conversation_id", "id"),
        Index("ix_login_codes_caller_hash_requested_at", "caller_hash", "requested_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    phone_hash: Mapped[str]
    caller_hash: Mapped[str | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holders.id"))
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="open")
    purpose: Mapped[str] = mapped_column(default="identity", server_default="identity")
    requested_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
