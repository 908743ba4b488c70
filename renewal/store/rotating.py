"""Every encrypted value under the newest data key: in small batches, beside whoever reads and writes."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table, Text, bindparam, delete, update

from renewal.store import door, encrypted
from renewal.store.encrypted import Key, StoredRow
from renewal.store.engine import READ_ONLY
from renewal.store.errors import CannotDecrypt
from renewal.store.keys import KeyRing
from renewal.store.models.keys import DATA, KeyMark
from renewal.store.types import place_of

ROWS_AT_ONCE = 500
PAUSE_S = 0.005  # between two batches: who waits for SQLite's one write lock gets it
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKeys:
    """How many rows of a table have a value under a key, by the key's mark. A row with values under two counts twice.

    `unreadable` rows have a value that no key of the ring made; `as_made_now` have all theirs as they are made today.
    """

    table: str
    rows: int
    by_mark: Mapping[str, int]
    unreadable: int
    as_made_now: int


@dataclass(slots=True)
class Steps:
    """Moves a progress bar over the rows of several tables."""

    progress: Progress
    all_of_them: int
    done: int = 0

    def move(self, by: int) -> None:
        self.done += by
        self.progress(min(self.done, self.all_of_them), self.all_of_them)


def survey(engine: Engine, keys: KeyRing, progress: Progress) -> tuple[TableKeys, ...]:
    """What lies under which key, by table. Reads every row that has encrypted columns, and keeps nobody waiting."""
    steps = _steps(engine, progress)
    return tuple(_survey(engine, table, keys, steps) for table in encrypted.encrypted_tables())


def rewrite(engine: Engine, keys: KeyRing, progress: Progress) -> int:
    """Put every value that is not as it is made today under the newest key; returns how many rows that were.

    Each batch is one short transaction, so it may be stopped at any moment and run again. A row that somebody else
    writes just then is passed over, and so is a value that no key of the ring made.
    """
    steps, rewritten = _steps(engine, progress), 0
    for table in encrypted.encrypted_tables():
        last: Key | None = None
        while rows := _batch(engine, table, last):
            last = rows[-1].key
            old = [row.key for row in rows if not _as_made_now(row, table, keys)]
            if old:
                rewritten += _rewrite(engine, table, keys, old)
                time.sleep(PAUSE_S)
            steps.move(len(rows))
    return rewritten


def retire(connection: Connection, keys: KeyRing, in_use: Collection[str]) -> list[str]:
    """Forget the marks of keys under which nothing lies any more; returns them. The newest always stays."""
    idle = [mark for mark in door.marks(connection, DATA) if mark not in {*in_use, keys.data_marks[0]}]
    connection.execute(delete(KeyMark).where(KeyMark.kind == DATA, KeyMark.mark.in_(idle)))
    return idle


def _steps(engine: Engine, progress: Progress) -> Steps:
    with _looking(engine) as connection:
        rows = sum(encrypted.count_rows(connection, table) for table in encrypted.encrypted_tables())
    return Steps(progress, rows)


def _looking(engine: Engine) -> Connection:
    return engine.execution_options(**{READ_ONLY: True, "postgresql_readonly": True}).connect()


def _batch(engine: Engine, table: Table, last: Key | None) -> list[StoredRow]:
    with _looking(engine) as connection:
        return encrypted.read(connection, table, encrypted.after(table, last, ROWS_AT_ONCE))


def _survey(engine: Engine, table: Table, keys: KeyRing, steps: Steps) -> TableKeys:
    by_mark: Counter[str] = Counter()
    rows = unreadable = as_made_now = 0
    last: Key | None = None
    while batch := _batch(engine, table, last):
        last = batch[-1].key
        for row in batch:
            made_by = {_mark(keys, table, column, stored) for column, stored in row.values.items()}
            unreadable += "" in made_by
            by_mark.update(made_by - {""})
            as_made_now += _as_made_now(row, table, keys)
        rows += len(batch)
        steps.move(len(batch))
    return TableKeys(
        table=table.name, rows=rows, by_mark=dict(by_mark), unreadable=unreadable, as_made_now=as_made_now
    )


def _mark(keys: KeyRing, table: Table, column: str, stored: str) -> str:
    """The mark of the key that made it; empty where none of the ring did."""
    try:
        return keys.mark_of(stored, place_of(table.columns[column]))
    except CannotDecrypt:
        return ""


def _as_made_now(row: StoredRow, table: Table, keys: KeyRing) -> bool:
    return all(
        keys.is_as_made_now(stored, place_of(table.columns[column])) for column, stored in row.values.items()
    )


def _rewrite(engine: Engine, table: Table, keys: KeyRing, chosen: list[Key]) -> int:
    """Rewrite these rows, as they are by now; returns how many were.

    Rows that are locked are left out rather than waited for, and those found are locked against writers alone, so
    that nobody waits in a circle.
    """
    locked = encrypted.of_keys(table, chosen).with_for_update(key_share=True, skip_locked=True)
    rewritten: set[Key] = set()
    with engine.begin() as connection:
        found = encrypted.read(connection, table, locked)
        for column in {name for row in found for name in row.values}:
            place, anew = place_of(table.columns[column]), []
            for row in found:
                stored = row.values.get(column)
                if stored is None or keys.is_as_made_now(stored, place):
                    continue
                try:
                    text = keys.decrypt(stored, place)
                except CannotDecrypt:
                    continue
                anew.append((row.key, keys.encrypt(text, place)))
            _write(connection, table, column, anew)
            rewritten.update(key for key, _ in anew)
    return len(rewritten)


def _write(connection: Connection, table: Table, column: str, anew: list[tuple[Key, str]]) -> None:
    if not anew:
        return
    primary = list(table.primary_key.columns)
    where = [key == bindparam(f"key_{number}") for number, key in enumerate(primary)]
    statement = update(table).where(*where).values({column: bindparam("stored", type_=Text)})
    connection.execute(
        statement,
        [
            {f"key_{number}": part for number, part in enumerate(key)} | {"stored": stored}
            for key, stored in anew
        ],
    )
