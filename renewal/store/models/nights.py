"""The runs of the nightly comparison: how far each is, what it counted, and which notices it left to be sent."""

from datetime import date, datetime

from sqlalchemy import Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from renewal.domain import Category, Outcome
from renewal.store.models.base import Base
from renewal.store.types import UtcTime, member_of


class Night(Base):
    """One pass over the permits that were due on `day`; a second run of a day that is done is its second pass.

    The cursor is the id of the last permit that a committed batch has dealt with. `due` and `done` count permits.
    """

    __tablename__ = "nights"
    __table_args__ = (UniqueConstraint("day", "pass_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    pass_no: Mapped[int]
    cursor_id: Mapped[int] = mapped_column(default=0)
    due: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    rulebook_version: Mapped[str]


class NightCount(Base):
    """How many permits of one kind a pass came to; `notice` is the kind of the notice that was made, or empty."""

    __tablename__ = "night_counts"

    night_id: Mapped[int] = mapped_column(ForeignKey("nights.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(member_of(Outcome, "outcome"), primary_key=True)
    category: Mapped[Category] = mapped_column(member_of(Category, "category"), primary_key=True)
    district: Mapped[str] = mapped_column(primary_key=True)
    reasons: Mapped[str] = mapped_column(primary_key=True)
    missing: Mapped[str] = mapped_column(primary_key=True)
    stale: Mapped[str] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(primary_key=True)
    permits: Mapped[int]


class NoticeBatch(Base):
    """Notices that were decided together and are put into words and sent together, by one job."""

    __tablename__ = "notice_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    night_id: Mapped[int | None] = mapped_column(ForeignKey("nights.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    composed_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
