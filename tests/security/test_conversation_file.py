"""Rasa's conversations at rest: whoever steals the file, or a copy of it, reads nothing that a person said."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from bot.sealing import MissingKey, Seal, Unreadable
from renewal.settings import SettingsError, load_settings
from tests.production import settings_of_production

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
TEXT = "我叫卡娜丽，电话13987654321，护照E87654321，银行卡6222021001112223334"
SLOT = "静安区金丝雀路77号"
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def empty_database(postgresql_url: URL) -> Iterator[str]:
    """A PostgreSQL database for Rasa, by the name of its own driver."""
    name = f"trackers_{os.getpid()}"
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgresql_url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="module")
def found(empty_database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the store did, and under "log" all that its process printed."""
    folder = tmp_path_factory.mktemp("conversations")
    done = subprocess.run(
        [BOT_PYTHON, "tests/security/conversation_cases.py", str(folder), empty_database],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("RENEWAL_")}
        | {"CANARIES": json.dumps([TEXT, SLOT])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads((folder / "found.json").read_text(encoding="utf-8")) | {
        "log": done.stdout + done.stderr
    }


@pytest.mark.parametrize("database", DATABASES)
def test_who_reads_the_database_reads_no_text_and_no_slot(found: dict[str, Any], database: str) -> None:
    kept = found[f"sealed {database}"]
    assert not any(kept["in the rows"])
    assert not any(kept["slots in the rows"])
    assert len(kept["in the rows"]) == 3
    assert (kept["read"], kept["slot"]) == ([TEXT], SLOT), "Rasa itself goes on reading them"


@pytest.mark.parametrize("database", DATABASES)
def test_the_open_columns_hold_names_of_the_domain_only(found: dict[str, Any], database: str) -> None:
    assert [(kind, intent, name) for _, kind, _, intent, name in found[f"sealed {database}"]["columns"]] == [
        ("session_started", None, None),
        ("user", None, None),
        ("slot", None, "told"),
    ]


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("conversation", ["thief", "victim", "bent", "planted"])
def test_a_row_that_was_moved_changed_or_planted_is_not_read(
    found: dict[str, Any], database: str, conversation: str
) -> None:
    assert found[f"moved {database}"][conversation] is None
    assert found[f"moved {database}"]["own"] == [TEXT], "nobody else's conversation suffers"


@pytest.mark.parametrize("database", DATABASES)
def test_a_conversation_under_another_key_begins_anew_with_one_warning(
    found: dict[str, Any], database: str
) -> None:
    kept = found[f"keys {database}"]
    assert kept["wrong"] is None
    assert kept["anew"] == ["begun anew"]
    assert len(kept["log"]) == 2, "one as it is read, one more as its next text comes; none after that"
    assert all("begins anew" in line for line in kept["log"])


@pytest.mark.parametrize("database", DATABASES)
def test_a_key_is_changed_with_the_old_one_behind_it(found: dict[str, Any], database: str) -> None:
    kept = found[f"keys {database}"]
    assert kept["both"] == [TEXT]
    assert kept["new alone"] == [["said under the new key"], None]


@pytest.mark.parametrize("key", ["", " ", ",", " , "])
@pytest.mark.parametrize("part", ["store", "channel"])
def test_nothing_starts_without_a_key(found: dict[str, Any], part: str, key: str) -> None:
    said = found["without key"][f"{part} {key!r}"]
    assert said.startswith("RENEWAL_TRACKER_KEY is empty")
    assert "\n" not in said


@pytest.mark.parametrize("database", DATABASES)
def test_what_the_version_before_kept_in_clear_is_sealed_and_goes_on(
    found: dict[str, Any], database: str
) -> None:
    kept = found[f"upgraded {database}"]
    assert kept["clear before"]
    assert set(kept["sealed"]) == {"t1."}
    assert kept["read"] == [TEXT]


def test_no_file_of_the_version_before_keeps_clear_bytes(found: dict[str, Any]) -> None:
    kept = found["from before"]
    assert "conversations.db" in kept["clear before"]
    assert kept["clear after"] == []
    assert kept["silent"] == []
    assert kept["read"] == kept["sealed twice"] == [TEXT]
    assert {mode for name, mode in kept["modes"].items() if name != "folder"} == {"0o600"}


def test_what_was_deleted_before_is_not_found_in_free_pages(found: dict[str, Any]) -> None:
    assert found["deleted before"] == {"clear before": ["conversations.db"], "clear after": []}


def test_only_its_owner_opens_the_file(found: dict[str, Any]) -> None:
    assert found["private"] == {
        "folder": "0o700",
        "conversations.db": "0o600",
        "conversations.db-wal": "0o600",
        "conversations.db-shm": "0o600",
    }


@pytest.mark.parametrize("database", DATABASES)
def test_a_conversation_silent_for_a_month_is_deleted_within_the_hour_and_at_each_start(
    found: dict[str, Any], database: str
) -> None:
    kept = found[f"forgetting {database}"]
    assert kept["within the hour"] == ["comes back", "goes on", "long silent", "silent", "talks"]
    assert kept["after the hour"] == ["comes back", "goes on", "silent", "talks"]
    assert kept["at a start"] == ["comes back", "goes on", "talks"]


@pytest.mark.parametrize("database", DATABASES)
def test_who_comes_back_keeps_no_session_of_more_than_a_month_ago(
    found: dict[str, Any], database: str
) -> None:
    assert len(set(found[f"forgetting {database}"]["comes back"])) == 1
    assert found[f"forgetting {database}"]["goes on"] == ["again", "again"], "a session that lasts is whole"


@pytest.mark.parametrize("database", DATABASES)
def test_old_events_are_looked_for_by_an_index(found: dict[str, Any], database: str) -> None:
    assert "ix_events_timestamp" in found[f"sealed {database}"]["indexes"]


@pytest.mark.parametrize("database", DATABASES)
def test_events_in_clear_are_looked_for_at_a_start_by_an_index_that_is_empty(
    found: dict[str, Any], database: str
) -> None:
    """Else each start of each Rasa would read every event of a month."""
    assert "ix_events_clear" in found[f"sealed {database}"]["plan of a start"]


def test_what_was_deleted_is_overwritten_in_the_file_and_its_log(found: dict[str, Any]) -> None:
    kept = found["erased"]
    assert kept["before"]
    assert kept["after"] == []
    assert kept["senders"] == ["later"]
    assert kept["overwrites"] == 1


@pytest.mark.parametrize("days", ["0", "-1", "x", "1.5", "３"])
def test_a_malformed_time_to_keep_is_refused_in_one_line(found: dict[str, Any], days: str) -> None:
    assert found["days"][days].startswith("RENEWAL_KEEP_TRACKERS_DAYS")


def test_a_turn_that_fails_is_told_by_its_kind_and_place(found: dict[str, Any]) -> None:
    assert found["failing"]["statuses"] == [500] * 4
    told = [line for line in found["failing"]["log"] if line.startswith("a turn failed")]
    assert len(told) == 4
    assert all("conversation_cases.py" in line for line in told)


@pytest.mark.parametrize("said", [TEXT, "卡娜丽", "13987654321", "E87654321", "6222021001112223334", SLOT])
def test_no_log_quotes_a_text_however_rasa_fails_and_at_no_level(found: dict[str, Any], said: str) -> None:
    assert "processor.message.parse" not in found["log"]
    for form in (said, json.dumps(said)[1:-1]):
        assert form not in found["log"]
        assert form not in "\n".join(found["failing"]["log"])


@pytest.mark.parametrize(
    "stored", ["", "t1.", "t1.AAAA", "t1.一二三", '{"event": "user"}', "t1.!!", "x" * 9000]
)
def test_nonsense_in_a_row_is_unreadable_and_no_crash(stored: str) -> None:
    with pytest.raises(Unreadable):
        Seal("k").open("a", stored)


@pytest.mark.parametrize("other", ["", "b", "A", "a ", "a\0", "а"])
def test_a_text_sealed_for_one_conversation_opens_in_no_other(other: str) -> None:
    stored = Seal("k").seal("a", TEXT)
    assert Seal("k").open("a", stored) == TEXT
    with pytest.raises(Unreadable):
        Seal("k").open(other, stored)


@pytest.mark.parametrize("place", range(3, 60, 8))
def test_a_sealed_text_of_which_one_character_is_changed_does_not_open(place: int) -> None:
    stored = Seal("k").seal("a", TEXT)
    changed = "B" if stored[place] == "A" else "A"
    with pytest.raises(Unreadable):
        Seal("k").open("a", stored[:place] + changed + stored[place + 1 :])


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert len({Seal("k").seal("a", TEXT) for _ in range(50)}) == 50


@pytest.mark.parametrize("keys", ["", "  ", ",", ",,  ,"])
def test_no_key_is_no_seal(keys: str) -> None:
    with pytest.raises(MissingKey):
        Seal(keys)


@pytest.mark.parametrize("key", ["", "short", "k" * 31])
def test_production_does_not_start_on_a_weak_key_of_the_conversations(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_TRACKER_KEY"):
        load_settings(state_dir=tmp_path, **settings_of_production(tracker_key=key))
    assert load_settings(state_dir=tmp_path, **settings_of_production()).keep_trackers_days == 30


@pytest.mark.parametrize("days", [0, -1, 366, 10_000])
def test_conversations_are_not_kept_for_ever(tmp_path: Path, days: int) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_KEEP_TRACKERS_DAYS"):
        load_settings(state_dir=tmp_path, keep_trackers_days=days)


@pytest.mark.parametrize("url", ["sqlite:///talks.db", "sqlite:///./talks.db", "sqlite:///../talks.db"])
def test_a_file_that_each_program_would_seek_elsewhere_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_TRACKER_URL"):
        load_settings(state_dir=tmp_path, tracker_url=url)
