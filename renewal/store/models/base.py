"""What all tables share."""

from typing import ClassVar
from uuid import uuid4

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """All tables of the status store. Constraints are named, so that a migration can change them anywhere."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def opaque_id() -> str:
    """An id that tells nothing and cannot be guessed: 32 hex digits."""
    return uuid4().hex


def one_of(column: str, *values: str) -> CheckConstraint:
    """Constraint: `column` holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
