"""Engines: SQLite tuned for several processes on one file, PostgreSQL by URL."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

READ_ONLY = "renewal_read_only"
PATIENCE = "renewal_patience_ms"  # how long a transaction waits for SQLite's write lock, where not BUSY_MS
BUSY_MS = 10_000
WAL_WAIT_S = 0.01


def open_engine(url: str) -> Engine:
    """An engine for a `sqlite:///path` or `postgresql://…` URL; nothing connects yet."""
    address = make_url(url)
    return _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)


def _postgresql(address: URL) -> Engine:
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True, hide_parameters=True)


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)
    if address.database and address.database != ":memory:":
        file = Path(address.database)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        event.listen(engine, "do_connect", lambda *_: _keep_private(file))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _keep_private(file: Path) -> None:
    """Only its owner reads the file. SQLite gives what it lays beside it (-wal, -shm) the same mode.

    Where no file can be made there, SQLite says so at once, in the words that everybody knows how to take.
    A file that is there is never opened here: closing it would let go of all locks that this process has on it
    (POSIX), and whichever process next closes its last connection would delete the log that we write to.
    """
    with suppress(OSError):
        try:
            found = file.stat()
        except FileNotFoundError:
            os.close(os.open(file, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))
            return
        if found.st_mode & 0o077 and found.st_uid == os.geteuid():
            file.chmod(0o600)


def _prepare(connection: Any, _record: object) -> None:
    """Set what SQLite forgets at each connection, and take transactions out of the driver's hands."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    _use_wal(connection)
    # What is deleted or changed is written over with zeros: Debian's SQLite does so anyway, others need to be told.
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: Any) -> None:
    """Of several that switch a new file at once, SQLite tells all but one "locked" without waiting."""
    give_up_at = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(WAL_WAIT_S)
        else:
            return


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer halfway fails without waiting."""
    options = connection.get_execution_options()
    reads = options.get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(options.get(PATIENCE, BUSY_MS))}")
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def locked() -> OperationalError:
    """What SQLite says to whom the write lock did not come in time."""
    return OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))


def scrub(engine: Engine) -> bool:
    """Bring what was deleted out of SQLite's log beside the file, and empty the log.

    False where another process read just then: the log is emptied when it is next used up. PostgreSQL does this
    itself (vacuum).
    """
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone() or (1,)
        return busy == 0
    finally:
        raw.close()
