"""Deleting what Rasa keeps of a conversation."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from renewal.settings import Settings
from renewal.store.trackers import forget

TABLE = "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, data TEXT)"


@pytest.fixture(params=["sqlite", "postgresql"])
def named(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty database for Rasa."""
    if request.param == "postgresql":
        take: Callable[[], str] = request.getfixturevalue("new_postgresql_database")
        url = take().replace("postgresql+psycopg", "postgresql")  # as Rasa's driver reads it
        return Settings(state_dir=tmp_path, tracker_url=url)
    return Settings(state_dir=tmp_path)


def keep(settings: Settings, *senders: str) -> None:
    url = settings.conversations_url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(TABLE))
        for number, sender in enumerate(senders):
            connection.execute(
                text("INSERT INTO events VALUES (:id, :sender, 'said')"), {"id": number, "sender": sender}
            )
    engine.dispose()


def test_the_events_of_these_conversations_go_and_no_others(named: Settings) -> None:
    keep(named, "a", "a", "b", "c")
    assert forget(named, ["a", "c", "never there"]) == 3
    assert forget(named, ["a", "c"]) == 0
    assert forget(named, ["b"]) == 1


def test_thousands_of_conversations_go_at_once(named: Settings) -> None:
    keep(named, *(f"s{number}" for number in range(1200)))
    assert forget(named, [f"s{number}" for number in range(1200)]) == 1200


def test_nobody_named_is_nothing_deleted(named: Settings) -> None:
    keep(named, "a")
    assert forget(named, []) == 0
    assert forget(named, ["' OR 1=1 --", "%", ""]) == 0
    assert forget(named, ["a"]) == 1


def test_a_database_that_rasa_never_opened_holds_nothing(named: Settings, tmp_path: Path) -> None:
    assert forget(named, ["a"]) == 0
    assert not (tmp_path / "conversations.db").exists()


def test_deleted_bytes_are_overwritten_in_the_file_and_its_log(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)) as kept:
        kept.execute("PRAGMA journal_mode=WAL")
        kept.execute(TABLE)
        for number in range(99):
            kept.execute("INSERT INTO events VALUES (?, ?, ?)", (number, f"s{number}", f"canary<{number}>"))
        assert forget(Settings(state_dir=tmp_path), ["s7", "s8"]) == 2
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # Rasa still has it open
    assert b"canary<7>" not in held
    assert b"canary<8>" not in held
    assert b"canary<9>" in held
