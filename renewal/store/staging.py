"""Rows on their way in: a temporary table of one connection, filled as fast as the database takes it.

What a file says is staged first and then brought into the tables by a few statements over all of it. A staged
row is text, in the order of the table's columns, its line first; what a row does not say is an empty text.
"""

import marshal
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable, DropTable

TEMPORARY = MetaData()
# SQLite's own cache is too small for an index that is filled in random order, and its checkpoints, each of which
# waits for the disk, come too often for one who writes all the time.
TUNING = ("temp_store = MEMORY", "cache_size = -65536", "wal_autocheckpoint = 16000")
LOOK_UPS = ("enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off", "jit = off")
LOCK = "loading"
ROW_END, CELL_END = "\n", "\t"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What staged rows came to. `superseded` ones say less than what is known; `unknown` are the lines whose
    permit nobody knows, which were not written.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    unknown: tuple[int, ...] = ()

    def __add__(self, other: "Written") -> "Written":
        return Written(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            superseded=self.superseded + other.superseded,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How an import signs what it changes."""

    at: datetime
    actor: str
    why: str
    rulebook_version: str


def temporary(name: str, *columns: Column[Any], many: bool = False) -> Table:
    """A table of one connection with a row a line, or `many`; PostgreSQL empties it at each commit."""
    return Table(
        name,
        TEMPORARY,
        Column("line", Integer, primary_key=not many, autoincrement=False),
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DELETE ROWS",
    )


def strings(*names: str) -> Iterator[Column[Any]]:
    """Columns of text."""
    return (Column(name, String, nullable=False) for name in names)


def days(*names: str) -> Iterator[Column[Any]]:
    """Columns of days."""
    return (Column(name, Date, nullable=False) for name in names)


def pack(rows: list[tuple[str, ...]], *, copied: bool) -> bytes:
    """Rows as `fill` takes them, cheap to hand from one process to another; `copied` for PostgreSQL, which copies text.

    SQLite takes them one by one: marshal has them there and back in a third of pickle's time.
    """
    if not copied:
        return marshal.dumps(rows)
    if not rows:
        return b""
    lines = ROW_END.join([CELL_END.join(row) for row in rows]) + ROW_END
    plain = lines.count(ROW_END) == len(rows) and lines.count(CELL_END) == len(rows) * (len(rows[0]) - 1)
    if not plain or "\\" in lines or "\r" in lines:
        lines = "".join([_escaped(row) for row in rows])
    return lines.encode()


def takes_copies(engine: Engine) -> bool:
    """Does the database take rows as text (PostgreSQL), or one by one (SQLite)?"""
    return engine.dialect.name == "postgresql"


@contextmanager
def loading(engine: Engine, tables: Sequence[Table]) -> Iterator[Connection]:
    """A connection with these temporary tables; begin a transaction on it for each chunk of rows."""
    with engine.connect() as connection:
        if not takes_copies(engine):
            driver: Any = connection.connection.driver_connection
            for setting in TUNING:
                driver.execute(f"PRAGMA {setting}")
        with connection.begin():
            for table in tables:
                connection.execute(CreateTable(table, if_not_exists=True))
        try:
            yield connection
        finally:
            with suppress(DBAPIError):  # a connection that is lost has lost its tables, too
                connection.rollback()
                with connection.begin():
                    for table in tables:
                        connection.execute(DropTable(table, if_exists=True))


def prepare(connection: Connection) -> None:
    """Begin a chunk: nobody else loads until its transaction ends, and PostgreSQL plans for many small look-ups.

    Its planner knows nothing of a temporary table and would read the whole city, or compile, for each chunk.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": LOCK})
        for setting in LOOK_UPS:
            connection.execute(text(f"SET LOCAL {setting}"))


def lazily(connection: Connection) -> None:
    """Let PostgreSQL answer this commit before it is on disk: a later one that waits covers it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL synchronous_commit = off"))


def fill(connection: Connection, table: Table, packed: bytes) -> None:
    """Replace what is staged in `table` by these rows."""
    connection.execute(delete(table))
    if takes_copies(connection.engine):
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
            copy.write(packed)
        return
    rows = marshal.loads(packed)  # noqa: S302 - what `pack` made, here or in a process of ours
    if rows:
        connection.exec_driver_sql(str(insert(table).compile(dialect=sqlite.dialect())), rows)


def discard(connection: Connection, table: Table, lines: Collection[int]) -> None:
    """Take lines out of what is staged."""
    if lines:
        connection.execute(delete(table).where(table.c.line.in_(lines)))


def _escaped(row: tuple[str, ...]) -> str:
    return CELL_END.join([cell.translate(ESCAPES) for cell in row]) + ROW_END
