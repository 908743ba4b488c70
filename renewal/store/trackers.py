"""Rasa's own database of conversations, as far as the house touches it: what was said there is deleted, never read."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, column, delete, event, inspect, make_url, table

from renewal.settings import Settings
from renewal.store.engine import open_engine

SENDERS_AT_ONCE = 500
EVENTS = table("events", column("sender_id"))


def forget(settings: Settings, conversation_ids: Collection[str]) -> int:
    """Delete all that Rasa keeps of these conversations; returns how many events. Deleted bytes are overwritten.

    0 where Rasa has kept nothing yet.
    """
    address = make_url(settings.conversations_url)
    if address.get_backend_name() == "sqlite":
        if not address.database or not Path(address.database).is_file():
            return 0
    else:
        address = address.set(drivername="postgresql")  # Rasa's side has another driver than we
    engine = open_engine(address.render_as_string(hide_password=False))
    try:
        return _delete(engine, conversation_ids) if inspect(engine).has_table(EVENTS.name) else 0
    finally:
        engine.dispose()


def _delete(engine: Engine, conversation_ids: Collection[str]) -> int:
    on_file = engine.dialect.name == "sqlite"
    if on_file:
        event.listen(engine, "connect", _overwrite_what_is_deleted)
        engine.dispose()
    with engine.begin() as connection:
        gone = sum(
            connection.execute(delete(EVENTS).where(EVENTS.c.sender_id.in_(some))).rowcount
            for some in _portions(list(conversation_ids))
        )
    if on_file and gone:
        _empty_log(engine)
    return gone


def _empty_log(engine: Engine) -> None:
    """The write-ahead log still holds pages as they were. Outside of a transaction, so past SQLAlchemy."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _portions(conversation_ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(conversation_ids), SENDERS_AT_ONCE):
        yield conversation_ids[start : start + SENDERS_AT_ONCE]


def _overwrite_what_is_deleted(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA secure_delete = ON")
