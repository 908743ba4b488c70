"""One Rasa has its conversations alone, or several have them that share a Redis: two that lock apart would mix turns.

The hold ends with the process, however it ends. On PostgreSQL it is a connection's, and ends when the server restarts.
"""

import fcntl
import logging
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.shared.exceptions import RasaException

logger = logging.getLogger(__name__)
SPACE = 7_345_024  # of PostgreSQL's advisory locks; any number, the same in every process
# A machine that fell silent is dropped after 25 s: sooner than we give up.
DROP_THE_SILENT = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
PATIENCE_S = 35.0
LOOK_S = 0.25
_holds: dict[str, Any] = {}  # what this process holds, by address: it is taken once


class HeldByAnother(RasaException):
    """Another Rasa has these conversations, and does not share its locks with us."""


def take_hold(address: str, *, alone: bool, patience_s: float = PATIENCE_S) -> None:
    """Have these conversations until the process ends, `alone` or with all that are not.

    Raises:
        HeldByAnother: another has them, and one of the two wants to be alone.
    """
    if address in _holds:
        return
    url = sa.engine.make_url(address)
    if url.get_backend_name() == "postgresql":
        hold = _of_server(url, alone=alone, patience_s=patience_s)
    elif url.database and url.database != ":memory:":
        hold = _of_file(Path(url.database), alone=alone)
    else:
        return
    if hold is None:
        raise HeldByAnother(
            "another Rasa has these conversations: give each the same RENEWAL_REDIS_URL, or stop one"
        )
    _holds[address] = hold


def _of_file(file: Path, *, alone: bool) -> Any:
    whole = file.resolve()
    handle = whole.with_name(f"{whole.name}.rasa.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _of_server(url: Any, *, alone: bool, patience_s: float) -> Any:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    for statement in DROP_THE_SILENT:
        connection.execute(sa.text(statement))
    kind = "" if alone else "_shared"
    asked = sa.text(f"SELECT pg_try_advisory_lock{kind}({SPACE}, 1)")
    until = time.monotonic() + patience_s
    while not connection.scalar(asked):
        if time.monotonic() > until:
            connection.close()
            return None
        time.sleep(LOOK_S)
    return connection
