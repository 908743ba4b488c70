"""Of some programs one may have a store, unless all that have it share what they would else keep in memory.

A gateway counts limits: two that count apart let everybody do twice as much. So one that counts by itself has the
store alone, and those that count in one Redis have it together; the two kinds do not mix.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from renewal.domain.errors import RenewalError
from renewal.store.errors import StoreUnavailable

SPACE = 7_345_023  # of PostgreSQL's advisory locks; any number, the same in every process
# A machine that fell silent is dropped after 25 s: sooner than we give up.
DROP_THE_SILENT = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
PATIENCE_S = 35.0
LOOK_S = 0.25


class HeldByAnother(RenewalError):
    """Another process has this store, and does not share it."""


@contextmanager
def held(engine: Engine, role: str, *, alone: bool, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Have the store in a role for as long as the block lasts, `alone` or with all that are not.

    On PostgreSQL the hold is the connection's: it ends with the process, and when the server restarts.

    Raises:
        HeldByAnother: another has it, and one of the two wants to be alone.
        StoreUnavailable: the database does not answer.
    """
    if engine.dialect.name == "postgresql":
        with _connected(engine) as connection:
            try:
                _take(connection, role, alone=alone, patience_s=patience_s)
                yield
            finally:
                connection.invalidate()  # the hold is not to go back to the pool
    elif database := engine.url.database:
        file = Path(database).resolve()
        with file.with_name(f"{file.name}.{role}.lock").open("a+", encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HeldByAnother(role) from None
            yield


def _connected(engine: Engine) -> Connection:
    try:
        return engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    except SQLAlchemyError as error:
        raise StoreUnavailable(type(error).__name__) from error


def _take(connection: Connection, role: str, *, alone: bool, patience_s: float) -> None:
    for statement in DROP_THE_SILENT:
        connection.execute(text(statement))
    kind = "" if alone else "_shared"
    asked = text(f"SELECT pg_try_advisory_lock{kind}({SPACE}, hashtext(:role))")
    until = time.monotonic() + patience_s
    while not connection.scalar(asked, {"role": role}):
        if time.monotonic() > until:
            raise HeldByAnother(role)
        time.sleep(LOOK_S)
