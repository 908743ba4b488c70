"""Worlds to measure delivery in: real gateway and workers over a new store, a carrier and a bot on the wire."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.databases import settings_for
from renewal.services.jobs import Jobs
from renewal.store import Store
from tests.delivery.bot import Bot
from tests.delivery.carrier import Carrier
from tests.delivery.moods import Moods
from tests.delivery.nursery import Nursery
from tests.delivery.world import World

SECRETS = {
    "rasa_secret": "rasa-secret-of-the-benchmark-" + "0" * 8,
    "actions_secret": "actions-secret-of-the-benchmark-" + "0" * 8,
}


@contextmanager
def world(
    nursery: Nursery, server_url: str, moods: Moods, bot: Bot | None = None, workers: int = 1, **env: str
) -> Iterator[World]:
    """A world of its own, with nobody on file: on SQLite, or in a new database of the PostgreSQL at `server_url`."""
    with tempfile.TemporaryDirectory(prefix="delivery") as place, database(server_url, place) as url:
        settings = settings_for(url).model_copy(update={"state_dir": Path(place)})
        settings = type(settings)(**settings.model_dump() | SECRETS)
        store = Store.open(settings)
        store.migrate()
        Jobs(store).migrate()
        store.close()
        with World(settings, nursery, Carrier(moods), bot or Bot(), workers=workers, **env) as made:
            yield made


@contextmanager
def database(server_url: str, place: str) -> Iterator[str]:
    """A database of one's own, named as the folder `place`: in the PostgreSQL at `server_url`, else a file there."""
    if not server_url:
        yield f"sqlite:///{place}/renewal.db"
        return
    server = make_url(server_url).set(drivername="postgresql+psycopg")
    name = Path(place).name.lower()
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()
