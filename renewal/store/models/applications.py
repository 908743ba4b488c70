"""Renewals handed in at the window."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from renewal.domain import ApplicationState, Category, Housing
from renewal.store.models.base import Base
from renewal.store.types import Encrypted, UtcTime, member_of

OPEN_APPLICATIONS = text("state IN ('returned', 'in_review', 'passed')")


class Application(Base):
    """A renewal at the window: papers handed in, reviewed, endorsed. A permit has one open at a time.

    `papers` and `papers_missing` are ids of papers joined by commas, `id_changes` IdChange values. A review's
    `…_due_on` is empty where the category has no such review, `…_passed_on` while it is not through.
    `written_reason` is what a refusal says, as the bureau wrote it.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "uq_applications_open_permit",
            "permit_id",
            unique=True,
            sqlite_where=OPEN_APPLICATIONS,
            postgresql_where=OPEN_APPLICATIONS,
        ),
        Index("ix_applications_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"), index=True)
    period_on: Mapped[date]
    category: Mapped[Category] = mapped_column(member_of(Category, "category"))
    receipt_no: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[ApplicationState] = mapped_column(member_of(ApplicationState, "state"))
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
