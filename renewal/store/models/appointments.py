"""The service centres, and who comes when."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from renewal.domain import AppointmentState
from renewal.store.models.base import Base
from renewal.store.types import UtcTime, member_of

TAKEN_SEATS = text("state IN ('asked', 'approved')")


class Centre(Base):
    """A community service centre. `hours` is one line as the centres' file has it: 周一至周五 09:00-11:30 13:30-16:30.

    `capacity` is how many appointments one slot of `slot_minutes` takes.
    """

    __tablename__ = "centres"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    district: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    phone: Mapped[str]
    hours: Mapped[str]
    slot_minutes: Mapped[int]
    capacity: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Appointment(Base):
    """A holder's seat at a centre. The database gives a seat of a slot to one, and a permit one appointment."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index(
            "uq_appointments_seat", "centre_id", "day", "starts", "seat",
            unique=True, sqlite_where=TAKEN_SEATS, postgresql_where=TAKEN_SEATS,
        ),
        Index(
            "uq_appointments_taken_permit", "permit_id",
            unique=True, sqlite_where=TAKEN_SEATS, postgresql_where=TAKEN_SEATS,
        ),
        Index("ix_appointments_day", "day"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"), index=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    day: Mapped[date]
    starts: Mapped[time]
    seat: Mapped[int]
    state: Mapped[AppointmentState] = mapped_column(member_of(AppointmentState, "state"))
    reasons: Mapped[str] = mapped_column(default="")
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
