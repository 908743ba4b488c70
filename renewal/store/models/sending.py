"""How sending stands, for every worker to see: what is held, how fast each sender may go, and who works."""

from datetime import datetime

from sqlalchemy import BigInteger, Float
from sqlalchemy.orm import Mapped, mapped_column

from renewal.store.models.base import Base
from renewal.store.types import UtcTime


class Hold(Base):
    """What stands still until `lifted_at`: everything, one lane, or one template; named by `services/texts/holds.py`.

    `why` is a class and a code, or a person's word; no personal data.
    """

    __tablename__ = "holds"

    name: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[str]
    held_by: Mapped[str]
    held_at: Mapped[datetime] = mapped_column(UtcTime)
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Pace(Base):
    """The next free moment of a sender, over all workers."""

    __tablename__ = "paces"

    sender: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)


class WorkerBeat(Base):
    """A worker that runs: `beat_at` is when it last said so."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    beat_at: Mapped[datetime] = mapped_column(UtcTime)


class ProviderCalls(Base):
    """How many calls of a provider came to `outcome` in at most `up_to_s` seconds, and how long they took in all."""

    __tablename__ = "provider_calls"

    provider: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    up_to_s: Mapped[float] = mapped_column(Float, primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(Float)
