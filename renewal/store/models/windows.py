"""Renewals at the window, the service centres, and who comes when."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from renewal.domain import AppointmentState, CaseState, Category, Housing
from renewal.store.models.base import Base
from renewal.store.types import Encrypted, UtcTime, member_of

OPEN_CASES = text("state IN ('returned', 'in_review', 'passed')")
TAKEN_SEATS = text("state IN ('asked', 'approved')")


class WindowCase(Base):
    """A renewal at the window: papers handed in, reviewed, endorsed. A permit has one open at a time.

    `papers` and `papers_missing` are ids of papers joined by commas, `id_changes` IdChange values. A review's
    `…_due_on` is empty where the category has no such review, `…_passed_on` while it is not through.
    `written_reason` is what a refusal says, as the bureau wrote it.
    """

    __tablename__ = "window_cases"
    __table_args__ = (
        Index(
            "uq_window_cases_open_permit",
            "permit_id",
            unique=True,
            sqlite_where=OPEN_CASES,
            postgresql_where=OPEN_CASES,
        ),
        Index("ix_window_cases_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"), index=True)
    period_on: Mapped[date]
    category: Mapped[Category] = mapped_column(member_of(Category, "category"))
    receipt_no: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[CaseState] = mapped_column(member_of(CaseState, "state"))
    address_changed: Mapped[bool]
    housing: Mapped[Housing | None] = mapped_column(member_of(Housing, "housing"))
    relative_home: Mapped[Housing | None] = mapped_column(member_of(Housing, "relative_home"))
    id_changes: Mapped[str] = mapped_column(default="")
    papers: Mapped[str] = mapped_column(Text, default="")
    papers_missing: Mapped[str] = mapped_column(Text, default="")
    opened_on: Mapped[date]
    accepted_on: Mapped[date | None]
    employment_review_due_on: Mapped[date | None]
    employment_review_passed_on: Mapped[date | None]
    police_review_due_on: Mapped[date | None]
    police_review_passed_on: Mapped[date | None]
    holidays_known: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date | None]
    refused_by: Mapped[str | None]
    written_reason: Mapped[str | None] = mapped_column(Encrypted)
    on_the_spot: Mapped[bool] = mapped_column(default=False)
    endorsed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


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
