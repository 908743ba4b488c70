"""Where encrypted values lie: found by their columns' type, so that a new column is never forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, Text, func, select, tuple_, type_coerce

from renewal.store.models import Base
from renewal.store.types import Encrypted

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """One row's encrypted values as they lie there, by column; `key` is its primary key."""

    key: Key
    values: Mapping[str, str]


def encrypted_tables() -> tuple[Table, ...]:
    """Every table with an encrypted column, by name."""
    return tuple(
        table
        for _, table in sorted(Base.metadata.tables.items())
        if any(isinstance(column.type, Encrypted) for column in table.columns)
    )


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows the table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def stored_rows(table: Table) -> Select[Any]:
    """Primary key and encrypted values of a table's rows, undeciphered; to be narrowed, ordered and read by `read`."""
    names = _encrypted(table)
    return select(
        *table.primary_key.columns,
        *(type_coerce(table.columns[name], Text).label(f"stored_{name}") for name in names),
    )


def read(connection: Connection, table: Table, query: Select[Any]) -> list[StoredRow]:
    """The rows of a query that `stored_rows` began."""
    names, width = _encrypted(table), len(table.primary_key.columns)
    return [
        StoredRow(
            key=tuple(row[:width]),
            values={name: value for name, value in zip(names, row[width:], strict=True) if value is not None},
        )
        for row in connection.execute(query)
    ]


def after(table: Table, last: Key | None, limit: int) -> Select[Any]:
    """The next `limit` rows in the order of the primary key."""
    query = stored_rows(table).order_by(*table.primary_key.columns).limit(limit)
    return query if last is None else query.where(_key(table) > _literal(last))


def of_keys(table: Table, keys: list[Key]) -> Select[Any]:
    """The rows with these primary keys."""
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return stored_rows(table).where(columns[0].in_([key[0] for key in keys]))
    return stored_rows(table).where(tuple_(*columns).in_(keys))


def _key(table: Table) -> Any:
    columns = list(table.primary_key.columns)
    return columns[0] if len(columns) == 1 else tuple_(*columns)


def _literal(key: Key) -> Any:
    return key[0] if len(key) == 1 else tuple_(*key)


def _encrypted(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, Encrypted)]
