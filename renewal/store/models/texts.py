"""Notices, what became of each outgoing text, texts that came in, and numbers that want none."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from renewal.store.models.base import Base, one_of, opaque_id
from renewal.store.types import Encrypted, UtcTime


class Notice(Base):
    """What a holder must be told once for a period. `reasons` are Field values joined by commas.

    The text is made when its batch is sent. A batch is made in the transaction of its notices, so no foreign key
    is checked for each of them.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("permit_id", "period_on", "kind"),
        one_of("kind", "failure", "renewed", "no_result"),
        Index("ix_notices_created_at", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=opaque_id)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"))
    batch_id: Mapped[int | None] = mapped_column(index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holders.id"))
    period_on: Mapped[date]
    kind: Mapped[str]
    reasons: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class InboundText(Base):
    """A text that came in, stored once per provider's id, before anything is done about it.

    `attempts` counts how often its answering was queued, the last time for `next_try_at`; `failures` how often an
    assistant that lives could not answer it, until it is set aside for staff. `rest` is what of a long answer was not
    sent yet.
    """

    __tablename__ = "inbound_texts"
    __table_args__ = (UniqueConstraint("provider", "provider_ref"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=opaque_id)
    provider: Mapped[str]
    provider_ref: Mapped[str]
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Encrypted)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(UtcTime)
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcTime)
    rest: Mapped[str | None] = mapped_column(Encrypted)


class Delivery(Base):
    """One outgoing SMS: a notice, or one part of a reply. `id` is our name for it at the provider.

    `lane` says whether it answers somebody who waits (`replies`) or is told unasked (`notices`); `template` is the
    wording's key, "answer" where the words are free, and `parameters` (JSON) what fills it in.
    `state` is a services' DeliveryState; `failure` the class of the last refusal, a services' SendFailure, and
    `error_code`, `provider_ref` and `raw_status` the provider's own words.
    A pending text always has a `not_before_at`; it goes when that time has come and nothing holds it. While `sending`,
    it is somebody's until `leased_until_at`; `called_at` is the moment just before the last call of the provider, and
    `ask_at` the next one at which it is asked what became of a text that it took.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("inbound_id", "part"),
        one_of("lane", "replies", "notices"),
        Index("ix_deliveries_queue", "state", "lane", "not_before_at", "created_at", "template"),
        Index("ix_deliveries_phone_hash_lane_created_at", "phone_hash", "lane", "created_at"),
        Index("ix_deliveries_state_updated_at", "state", "updated_at"),
        Index("ix_deliveries_template_state_updated_at", "template", "state", "updated_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=opaque_id)
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("notices.id"), unique=True)
    inbound_id: Mapped[str | None] = mapped_column(ForeignKey("inbound_texts.id"))
    part: Mapped[int] = mapped_column(default=1)
    lane: Mapped[str] = mapped_column(default="replies", server_default="replies")
    template: Mapped[str] = mapped_column(default="answer", server_default="answer")
    language: Mapped[str] = mapped_column(default="zh", server_default="zh")
    parameters: Mapped[str | None] = mapped_column(Encrypted)
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str]
    body: Mapped[str] = mapped_column(Encrypted)
    segments: Mapped[int]
    state: Mapped[str]
    provider: Mapped[str]
    provider_ref: Mapped[str | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    error_code: Mapped[str | None]
    raw_status: Mapped[str | None]
    not_before_at: Mapped[datetime | None] = mapped_column(UtcTime)
    not_after_at: Mapped[datetime | None] = mapped_column(UtcTime)
    leased_until_at: Mapped[datetime | None] = mapped_column(UtcTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ask_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class DeliveryEvent(Base):
    """One step of a delivery, with the provider's own word for it."""

    __tablename__ = "delivery_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), index=True)
    state_from: Mapped[str]
    state_to: Mapped[str]
    raw: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcTime)


class Suppression(Base):
    """A number that gets no texts, until `lifted_at`."""

    __tablename__ = "suppressions"
    __table_args__ = (one_of("reason", "opt_out", "blocked", "bad_number"),)

    phone_hash: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SimulatedText(Base):
    """What the simulator's phones show; `id` gives the order."""

    __tablename__ = "simulated_texts"
    __table_args__ = (
        one_of("direction", "in", "out"),
        Index("ix_simulated_texts_phone_hash_id", "phone_hash", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str]
    direction: Mapped[str]
    body: Mapped[str] = mapped_column(Encrypted)
    delivery_id: Mapped[str | None] = mapped_column(ForeignKey("deliveries.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
