"""Rasa's own database of conversations, as far as the house touches it: what was said there is deleted, never read."""

from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy import Engine, column, delete, inspect, make_url, table

from renewal.settings import Settings
from renewal.store.engine import open_engine, scrub

SENDERS_AT_ONCE = 500
EVENTS = table("events", column("sender_id"))


def forget(settings: Settings, conversation_ids: Collection[str]) -> int:
    """Delete all that Rasa keeps of these conversations; returns how many events. Deleted bytes are overwritten.

    0 where Rasa has kept nothing yet.
    """
    engine = opened(settings)
    if engine is None:
        return 0
    try:
        return _delete(engine, conversation_ids) if inspect(engine).has_table(EVENTS.name) else 0
    finally:
        engine.dispose()


def opened(settings: Settings, *, made: bool = False) -> Engine | None:
    """Rasa's database; None where Rasa has made no file yet, unless one is to be `made`."""
    address = make_url(settings.conversations_url)
    if address.get_backend_name() == "sqlite":
        if not made and (not address.database or not Path(address.database).is_file()):
            return None
    else:
        address = address.set(drivername="postgresql")  # Rasa's side has another driver than we
    return open_engine(address.render_as_string(hide_password=False))


def lie_in_the_store(settings: Settings) -> bool:
    """Whether Rasa keeps its conversations in the store's own database."""
    theirs, ours = (make_url(url) for url in (settings.conversations_url, settings.store_url))
    places = [(url.get_backend_name(), url.host, url.port, url.database) for url in (theirs, ours)]
    return places[0] == places[1]


def _delete(engine: Engine, conversation_ids: Collection[str]) -> int:
    with engine.begin() as connection:
        gone = sum(
            connection.execute(delete(EVENTS).where(EVENTS.c.sender_id.in_(some))).rowcount
            for some in _portions(list(conversation_ids))
        )
    if gone:
        scrub(engine)
    return gone


def _portions(conversation_ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(conversation_ids), SENDERS_AT_ONCE):
        yield conversation_ids[start : start + SENDERS_AT_ONCE]
