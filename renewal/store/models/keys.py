"""Under which keys the store is written: what the door compares with the keys of whoever opens it."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from renewal.store.models.base import Base, one_of
from renewal.store.types import UtcTime

LOOKUP, DATA = "lookup", "data"
ONE_LOOKUP_KEY = text("kind = 'lookup'")


class KeyMark(Base):
    """A key's mark, from which the key cannot be found: of the one lookup key, or of a data key in use."""

    __tablename__ = "key_marks"
    __table_args__ = (
        one_of("kind", LOOKUP, DATA),
        Index(
            "ix_key_marks_one_lookup_key", "kind",
            unique=True, sqlite_where=ONE_LOOKUP_KEY, postgresql_where=ONE_LOOKUP_KEY,
        ),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(UtcTime)
