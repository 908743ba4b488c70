"""Who holds which permit, what is on file, what the bureaus say, what visitors found, and every change of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from renewal.domain import Category, Field, Outcome, VisitFinding, VisitWay
from renewal.store.models.base import Base, one_of
from renewal.store.types import Encrypted, UtcTime, member_of


class Holder(Base):
    """A person with a permit. `phone` is E.164; `phone_ok` is false once a provider called it bad.

    `name_hash` is the keyed hash of the whole name as `language.records.name_searched` has it: names lie encrypted,
    so nobody is found by a part of one.
    """

    __tablename__ = "holders"
    __table_args__ = (one_of("origin", "sample", "import"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Encrypted)
    name_hash: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str] = mapped_column(index=True)
    phone_ok: Mapped[bool] = mapped_column(default=True)
    category: Mapped[Category] = mapped_column(member_of(Category, "category"))
    district: Mapped[str]
    origin: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    permits: Mapped[list["Permit"]] = relationship(back_populates="holder")


class Permit(Base):
    """A residence permit. `expires_on` is the last day of the present year of validity.

    `row_hash` is the keyed hash of the import row that was last applied to it: the same row again changes
    nothing, whatever happened to the permit since. A night walks the index by day of expiry and id.
    """

    __tablename__ = "permits"
    __table_args__ = (Index("ix_permits_expires_on_id", "expires_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holders.id"), index=True)
    expires_on: Mapped[date]
    endorsed_on: Mapped[date | None]
    row_hash: Mapped[str | None]

    holder: Mapped[Holder] = relationship(back_populates="permits")


class Record(Base):
    """What is on file of a permit: a column a Field, its value a plain word (`alive`) or a keyed hash (an address).

    A permit of which nothing is on file has no row.
    """

    __tablename__ = "records"
    __table_args__ = (CheckConstraint(f"coalesce({', '.join(Field)}) IS NOT NULL", name="filed"),)

    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"), primary_key=True)
    address: Mapped[str | None]
    employment: Mapped[str | None]
    phone: Mapped[str | None]
    sponsor: Mapped[str | None]
    marriage: Mapped[str | None]
    enrolment: Mapped[str | None]

    @property
    def values(self) -> dict[Field, str]:
        """What is there, by field."""
        return {field: value for field in Field if (value := getattr(self, field.value)) is not None}


class BureauFact(Base):
    """The newest that is known of a field, as of `as_of_on` by `source`, in the same form as a Record's values."""

    __tablename__ = "bureau_facts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"), primary_key=True)
    field: Mapped[Field] = mapped_column(member_of(Field, "field"), primary_key=True)
    value: Mapped[str]
    as_of_on: Mapped[date]
    source: Mapped[str]


class Visit(Base):
    """A visit or call about the address, for the period that ended on `period_on`.

    `renewed` says that the visitor renewed on the spot; the next decision on the permit carries it out.
    `visitor` is a keyed hash: whether somebody was there can be asked, and nobody's name stands here.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("permit_id", "period_on", "visited_on", "way"),
        one_of("origin", "import", "staff"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"))
    period_on: Mapped[date]
    visited_on: Mapped[date]
    way: Mapped[VisitWay] = mapped_column(member_of(VisitWay, "way"))
    finding: Mapped[VisitFinding] = mapped_column(member_of(VisitFinding, "finding"))
    renewed: Mapped[bool] = mapped_column(default=False)
    visitor: Mapped[str] = mapped_column(default="")
    origin: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)


class Comparison(Base):
    """A decision on a permit's period, written where it differs from the one before.

    `reasons`, `missing` and `stale` are Field values joined by commas. `actor` is "nightly" or a member of
    staff; one that no night made has no `night_id`. A night is written in the transactions of its own batches,
    so no foreign key is checked a million times against its one row.
    """

    __tablename__ = "comparisons"
    __table_args__ = (UniqueConstraint("permit_id", "period_on", "night_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"))
    period_on: Mapped[date]
    compared_on: Mapped[date]
    night_id: Mapped[int | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    outcome: Mapped[Outcome] = mapped_column(member_of(Outcome, "outcome"))
    reasons: Mapped[str] = mapped_column(default="")
    missing: Mapped[str] = mapped_column(default="")
    stale: Mapped[str] = mapped_column(default="")
    clause: Mapped[str]
    rulebook_version: Mapped[str]


class Change(Base):
    """One change of a permit, an application or an appointment: who, when, why, by which rulebook.

    `was` and `now` are the values before and after (days as ISO dates), `why` a clause of the rulebook or a
    sentence. No personal data. Rows are only ever added.
    """

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str]
    action: Mapped[str]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    was: Mapped[str] = mapped_column(default="")
    now: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    rulebook_version: Mapped[str]
