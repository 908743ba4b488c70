"""Who holds which permit, what is on file, what the bureaus say, and what a night made of it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from renewal.domain import Category, Field, Outcome
from renewal.store.models.base import Base, one_of
from renewal.store.types import Encrypted, UtcTime, words


class Holder(Base):
    """A person with a permit. `phone` is E.164; `phone_ok` is false once a provider called it bad."""

    __tablename__ = "holders"
    __table_args__ = (one_of("origin", "sample", "import"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Encrypted)
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str] = mapped_column(index=True)
    phone_ok: Mapped[bool] = mapped_column(default=True)
    category: Mapped[Category] = mapped_column(words(Category, "category"))
    district: Mapped[str]
    origin: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    permits: Mapped[list["Permit"]] = relationship(back_populates="holder")


class Permit(Base):
    """A residence permit. `expires_on` is the last day of the present year of validity."""

    __tablename__ = "permits"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holders.id"), index=True)
    expires_on: Mapped[date] = mapped_column(index=True)
    endorsed_on: Mapped[date | None]
    state_note: Mapped[str | None]

    holder: Mapped[Holder] = relationship(back_populates="permits")


class Record(Base):
    """One value on file, as a plain word (`alive`) or a keyed hash (an address)."""

    __tablename__ = "records"
    __table_args__ = (UniqueConstraint("permit_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"))
    field: Mapped[Field] = mapped_column(words(Field, "field"))
    value: Mapped[str]


class BureauFact(Base):
    """One value as a bureau knew it on `as_of_on`, in the same form as a Record's."""

    __tablename__ = "bureau_facts"
    __table_args__ = (UniqueConstraint("permit_id", "field", "as_of_on", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"))
    field: Mapped[Field] = mapped_column(words(Field, "field"))
    value: Mapped[str]
    as_of_on: Mapped[date]
    source: Mapped[str]


class Comparison(Base):
    """What one night said of one permit. `reasons` and `missing` are Field values joined by commas."""

    __tablename__ = "comparisons"
    __table_args__ = (UniqueConstraint("permit_id", "period_on", "compared_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permits.id"))
    period_on: Mapped[date]
    compared_on: Mapped[date]
    outcome: Mapped[Outcome] = mapped_column(words(Outcome, "outcome"))
    reasons: Mapped[str] = mapped_column(default="")
    missing: Mapped[str] = mapped_column(default="")
    clause: Mapped[str]
    rulebook_version: Mapped[str]
