"""Column types: encrypted text and aware UTC instants, alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Engine, Enum, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import DateTime, TypeDecorator

from renewal.domain import Field
from renewal.store.errors import MissingKey
from renewal.store.keys import KeyRing

LONGEST_WORD = 32


def use_keys(engine: Engine, ring: KeyRing) -> None:
    """Give an engine its keys, on its dialect: each engine has one to itself, and every type is handed it."""
    engine.dialect.renewal_keys = ring  # type: ignore[attr-defined]


def _keys(dialect: Dialect) -> KeyRing:
    ring: KeyRing | None = getattr(dialect, "renewal_keys", None)
    if ring is None:
        raise MissingKey("This engine was not opened by Store.open.")
    return ring


class Encrypted(TypeDecorator[str]):
    """Text that is encrypted in the database. It cannot be searched: look it up by a hash beside it."""

    impl = Text
    cache_ok = True

    def __init__(self, place: bytes = b"") -> None:
        """`place` is what values are bound to; a column's type takes it from its column and table by itself."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _keys(dialect).encrypt(value, self._known_place())

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _keys(dialect).decrypt(value, self._known_place())

    def _set_parent(self, parent: Any, outer: bool = False, **kw: Any) -> None:
        super()._set_parent(parent, outer=outer, **kw)
        parent._on_table_attach(self._take_place)  # noqa: SLF001 - as SQLAlchemy's own types learn of their table

    def _take_place(self, column: Column[Any], table: Table) -> None:
        self.place = f"{table.name}.{column.name}".encode()

    def _known_place(self) -> bytes:
        if not self.place:
            raise ValueError("an encrypted value belongs to a column of a table")
        return self.place


def place_of(column: Any) -> bytes:
    """What the values of a mapped column are bound to, for who encrypts them without the column's type.

    Raises:
        TypeError: the column is not an encrypted one.
    """
    kind = column.type
    if not isinstance(kind, Encrypted):
        raise TypeError(f"{column} is not encrypted")
    return kind.place


class UtcTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC. A naive one is refused: nobody can say which instant it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def member_of(kind: type[StrEnum], name: str) -> Enum:
    """Column of one enumeration's values; the database refuses any other word."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=LONGEST_WORD,
        values_callable=lambda members: [member.value for member in members],
    )


def fields(joined: str) -> tuple[Field, ...]:
    """Field values joined by commas, as a row keeps them."""
    return tuple(Field(word) for word in joined.split(",") if word)
