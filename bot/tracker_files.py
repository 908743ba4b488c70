"""The conversation database on disk: whom it opens for, what is deleted from it, and that nothing stays behind."""

import logging
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.sealing import PREFIX, Seal

logger = logging.getLogger(__name__)
ROWS_AT_ONCE = 500
INDEXING = 7_345_025  # a lock of PostgreSQL's; any number, the same in every process
IN_CLEAR = f"substr(data, 1, {len(PREFIX)}) <> '{PREFIX}'"  # word for word as the index says it: only then it is used
SWEPT = 1  # SQLite's user_version: what lay in clear in this file's free pages is gone
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON")


def make_private(address: str) -> None:
    """A SQLite file that only its owner opens, made here if need be; SQLite gives -wal and -shm the same mode."""
    url = sa.engine.make_url(address)
    named = url.database
    if url.get_backend_name() != "sqlite" or not named or named == ":memory:" or named.startswith("file:"):
        return
    main = Path(named)
    main.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    main.touch(mode=0o600)
    for file in (main, Path(f"{main}-wal"), Path(f"{main}-shm")):
        if file.exists():
            file.chmod(0o600)


def tune_sqlite(connection: Any, _: Any) -> None:
    """For each new connection: readers never wait, and what is deleted is overwritten."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def index_what_is_looked_for(engine: Any, events: sa.Table) -> None:
    """Old events are looked for by their time alone; those in clear at each start, among all that there are."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # two that make an index at once: one of them would fail
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({INDEXING})"))
        for what in ("timestamp ON {0} (timestamp)", f"clear ON {{0}} (id) WHERE {IN_CLEAR}"):
            connection.execute(
                sa.text(f"CREATE INDEX IF NOT EXISTS ix_{events.name}_{what.format(events.name)}")
            )


def seal_what_is_clear(engine: Any, events: sa.Table, seal: Seal) -> int:
    """Seal what was kept before there was a seal; returns how many events that were."""
    sealed, last = 0, -1
    clear = sa.select(events.c.id, events.c.sender_id, events.c.data).where(sa.text(IN_CLEAR))
    while True:
        with engine.begin() as connection:
            found = connection.execute(
                clear.where(events.c.id > last).order_by(events.c.id).limit(ROWS_AT_ONCE)
            ).all()
            for number, sender_id, data in found:
                connection.execute(
                    events.update().where(events.c.id == number).values(data=seal.seal(sender_id, data))
                )
        if not found:
            return sealed
        sealed, last = sealed + len(found), found[-1].id


def forget_before(engine: Any, events: sa.Table, instant: float) -> int:
    """Delete what was said before the instant; returns how many events.

    A session that goes on keeps its beginning: half of an open form is none.
    """
    later, session = events.alias("later"), events.alias("session")
    spoke_since = sa.exists().where(later.c.sender_id == events.c.sender_id, later.c.timestamp >= instant)
    began_anew = sa.exists().where(
        session.c.sender_id == events.c.sender_id,
        session.c.type_name == "session_started",
        session.c.timestamp > events.c.timestamp,
    )
    old = events.delete().where(events.c.timestamp < instant, sa.or_(~spoke_since, began_anew))
    with engine.begin() as connection:
        gone = int(connection.execute(old).rowcount)
    if gone:
        empty_log(engine)
    return gone


def empty_log(engine: Any) -> None:
    """Bring SQLite's write-ahead log into the file, and cut it: it still holds pages as they were."""
    if engine.dialect.name == "sqlite":
        with _unbound(engine) as connection:
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))


def scrub(engine: Any, events: sa.Table, *, rewritten: bool) -> None:
    """Write the database anew where events lay in clear: what the rows were before still stands in free pages."""
    if engine.dialect.name == "sqlite":
        with _unbound(engine) as connection:
            if not rewritten and connection.scalar(sa.text("PRAGMA user_version")) >= SWEPT:
                return
            connection.execute(sa.text("VACUUM"))
            connection.execute(sa.text(f"PRAGMA user_version = {SWEPT}"))
        empty_log(engine)
    elif rewritten and engine.dialect.name == "postgresql":
        with _unbound(engine) as connection:
            connection.execute(sa.text(f"VACUUM FULL {events.name}"))


def _unbound(engine: Any) -> Any:
    """A connection outside of any transaction."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
