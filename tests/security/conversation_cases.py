"""Runs in Rasa's own environment: puts its conversation store through what must hold, and prints what it did as JSON.

Arguments: a folder, and the address of an empty PostgreSQL database.
"""

import asyncio
import contextlib
import json
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ |= {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "DEBUG",
}

import sqlalchemy as sa  # noqa: E402
from rasa.core import processor  # noqa: E402
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage  # noqa: E402
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered  # noqa: E402
from rasa.shared.exceptions import RasaException  # noqa: E402
from rasa.utils.common import configure_logging_and_warnings  # noqa: E402
from rasa.utils.log_utils import configure_structlog  # noqa: E402

from bot import quiet_logs  # noqa: E402
from bot.channels import gateway  # noqa: E402
from bot.tracker_files import IN_CLEAR  # noqa: E402
from bot.tracker_store import SessionTrackerStore  # noqa: E402

TEXT, SLOT = json.loads(os.environ["CANARIES"])
DAY = 86_400.0
NOW = 1_800_000_000.0
DOMAIN = Domain.from_dict({"slots": {"told": {"type": "any", "mappings": [{"type": "custom"}]}}})


class Heard(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@contextlib.contextmanager
def listening() -> Iterator[list[str]]:
    """What is logged meanwhile."""
    handler = Heard()
    logging.getLogger().addHandler(handler)
    yield handler.said
    logging.getLogger().removeHandler(handler)


class Clock:
    """Says the time that it was told."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def opened(address: str, key: str = "key-of-the-test", clock: Clock | None = None) -> SessionTrackerStore:
    os.environ["RENEWAL_TRACKER_KEY"] = key
    return SessionTrackerStore(domain=DOMAIN, host=address, clock=clock or Clock())


def said(store: Any, sender: str, text: str = TEXT, at: float = NOW) -> None:
    """One session in which somebody said something."""

    async def talk() -> None:
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        for event in (
            SessionStarted(timestamp=at),
            UserUttered(text, {"intent": {"name": "inform"}, "entities": [{"value": SLOT}]}, timestamp=at),
            SlotSet("told", SLOT, timestamp=at),
        ):
            tracker.update(event)
        await store.save(tracker)

    asyncio.run(talk())


def read(store: Any, sender: str) -> list[str] | None:
    tracker = asyncio.run(store.retrieve(sender))
    if tracker is None:
        return None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def rows(store: Any, sender: str = "%") -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(
                sa.text("SELECT * FROM events WHERE sender_id LIKE :s ORDER BY id"), {"s": sender}
            )
        ]


def holds(folder: Path, *texts: str) -> list[str]:
    """The files of the folder in which a text stands, however it is written."""
    forms = [
        form
        for text in texts
        for form in (
            text.encode(),
            text.encode("utf-16-le"),
            text.encode("utf-16-be"),
            json.dumps(text)[1:-1].encode(),
        )
    ]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted({path.name for path in files for form in forms if form in path.read_bytes()})


def sealed(address: str) -> dict[str, Any]:
    store = opened(address)
    said(store, "a")
    found = rows(store)
    return {
        "read": read(store, "a"),
        "slot": asyncio.run(store.retrieve("a")).get_slot("told"),
        "in the rows": [TEXT in str(row) or json.dumps(TEXT)[1:-1] in str(row) for row in found],
        "slots in the rows": [SLOT in str(row) or json.dumps(SLOT)[1:-1] in str(row) for row in found],
        "columns": [row[1:6] for row in found],
        "indexes": [index["name"] for index in sa.inspect(store.engine).get_indexes("events")],
        "plan of a start": plan_of_a_start(store),
    }


def plan_of_a_start(store: Any) -> str:
    """How the database looks for events in clear."""
    explain = "EXPLAIN" if store.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    asked = f"{explain} SELECT id FROM events WHERE {IN_CLEAR} AND id > -1 ORDER BY id LIMIT 500"
    with store.engine.connect() as connection:
        if explain == "EXPLAIN":  # of three rows it would read all
            connection.execute(sa.text("SET enable_seqscan = off"))
        return " ".join(str(row) for row in connection.execute(sa.text(asked)))


def moved(address: str) -> dict[str, Any]:
    """Rows of one conversation under another's name, and rows that somebody changed."""
    store = opened(address)
    for sender in ("victim", "thief", "bent", "planted", "own"):
        said(store, sender)
    with store.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM events WHERE sender_id = 'thief'"))
        connection.execute(sa.text("UPDATE events SET sender_id = 'thief' WHERE sender_id = 'victim'"))
        connection.execute(sa.text("UPDATE events SET data = data || 'AAAA' WHERE sender_id = 'bent'"))
        connection.execute(
            sa.text("UPDATE events SET data = :data WHERE sender_id = 'planted'"),
            {"data": json.dumps(UserUttered("planted").as_dict())},
        )
    with listening() as said_of_them:
        found = {name: read(store, name) for name in ("thief", "victim", "bent", "planted", "own")}
    return found | {"log": said_of_them}


def keys(address: str) -> dict[str, Any]:
    """The same conversation under an old key, under both, under the new one alone, and under a wrong one."""
    said(opened(address, "old"), "a")
    both = opened(address, "new, old")
    before = read(both, "a")
    said(both, "b", "said under the new key")
    alone = opened(address, "new")
    with listening() as said_of_it:
        wrong = opened(address, "wrong")
        lost = read(wrong, "a")
        said(wrong, "a", "begun anew", NOW + 1)
        anew = read(wrong, "a")
    return {
        "both": before,
        "new alone": [read(alone, "b"), read(alone, "a")],
        "wrong": lost,
        "anew": anew,
        "log": said_of_it,
    }


def upgraded(address: str) -> dict[str, Any]:
    """What the version before kept in clear."""
    before = SQLTrackerStore(domain=DOMAIN, host=address)
    for number in range(3):
        said(before, f"talker{number}")
    clear = [TEXT in json.loads(row[6]).get("text", "") for row in rows(before)]
    before.engine.dispose()
    store = opened(address)
    return {
        "clear before": any(clear),
        "sealed": [row[6][:3] for row in rows(store)],
        "read": read(store, "talker1"),
    }


def without_key() -> dict[str, str]:
    found = {}
    for key in ("", " ", ",", " , "):
        for name, start in (
            ("store", lambda: SessionTrackerStore(domain=DOMAIN, host="sqlite://")),
            ("channel", lambda: gateway.GatewayInput.from_credentials(None)),
        ):
            os.environ |= {"RENEWAL_TRACKER_KEY": key, "RENEWAL_RASA_SECRET": "s"}
            try:
                start()
                found[f"{name} {key!r}"] = "it started"
            except RasaException as error:
                found[f"{name} {key!r}"] = str(error)
    return found


def from_before(folder: Path) -> dict[str, Any]:
    """A file as the version before kept it: in clear, open to all, with what was deleted still in its pages."""
    folder.mkdir(mode=0o755)
    file = folder / "conversations.db"
    os.umask(0o022)
    before = SQLTrackerStore(domain=DOMAIN, host=f"sqlite:///{file}")
    for number in range(60):
        said(before, f"talker{number}")
    said(before, "gone")
    said(before, "silent", at=NOW - 31 * DAY)
    before.engine.dispose()
    with closing(sqlite3.connect(file)) as kept, kept:
        kept.execute("PRAGMA journal_mode=WAL")
        kept.execute("PRAGMA secure_delete=OFF")  # as where SQLite was built without it
        kept.execute("DELETE FROM events WHERE sender_id = 'gone'")
    file.chmod(0o644)
    clear = holds(folder, TEXT, SLOT)
    store = opened(f"sqlite:///{file}")
    after = {"clear before": clear, "clear after": holds(folder, TEXT, SLOT), "modes": modes(folder)}
    again = opened(f"sqlite:///{file}")
    return after | {
        "read": read(store, "talker7"),
        "silent": rows(store, "silent"),
        "sealed twice": read(again, "talker7"),
    }


def deleted_before(folder: Path) -> dict[str, Any]:
    """A file of the version before out of which everything was deleted: only its free pages remember."""
    folder.mkdir()
    file = folder / "conversations.db"
    before = SQLTrackerStore(domain=DOMAIN, host=f"sqlite:///{file}")
    for number in range(60):
        said(before, f"talker{number}")
    before.engine.dispose()
    with closing(sqlite3.connect(file)) as kept, kept:
        kept.execute("PRAGMA secure_delete=OFF")
        kept.execute("DELETE FROM events")
    clear = holds(folder, TEXT)
    opened(f"sqlite:///{file}")
    return {"clear before": clear, "clear after": holds(folder, TEXT)}


def modes(folder: Path) -> dict[str, str]:
    """Who may open what."""
    listed = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}
    return {"folder": oct(folder.stat().st_mode & 0o777), **listed}


def private(folder: Path) -> dict[str, str]:
    """The state folder of a machine whose umask hides nothing."""
    os.umask(0)
    os.environ |= {"RENEWAL_STATE_DIR": str(folder), "RENEWAL_TRACKER_KEY": "k"}
    store = SessionTrackerStore(domain=DOMAIN)
    said(store, "a")
    os.umask(0o077)
    return modes(folder)


def forgetting(address: str) -> dict[str, Any]:
    """Conversations of different ages, as time goes on."""
    clock = Clock(NOW - 40 * DAY)
    store = opened(address, clock=clock)
    said(store, "long silent", at=NOW - 40 * DAY)
    said(store, "silent", at=NOW - 29 * DAY)
    said(store, "comes back", at=NOW - 40 * DAY)
    said(store, "comes back", "back", at=NOW - DAY)
    asyncio.run(go_on(store, "goes on", NOW - 40 * DAY, NOW - DAY))
    clock.now = NOW - 40 * DAY + 3599
    said(store, "talks", at=NOW)
    kept = {"within the hour": senders(store)}
    clock.now = NOW
    said(store, "talks", at=NOW)
    kept["after the hour"] = senders(store)
    kept["comes back"] = [row[3] for row in rows(store, "comes back")]
    kept["goes on"] = read(store, "goes on")
    restarted = opened(address, clock=Clock(NOW + 2 * DAY))
    kept["at a start"] = senders(restarted)
    return kept


async def go_on(store: Any, sender: str, *times: float) -> None:
    """One session that lasts."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    tracker.update(SessionStarted(timestamp=times[0]))
    for at in times:
        tracker.update(UserUttered("again", timestamp=at))
    await store.save(tracker)


def senders(store: Any) -> list[str]:
    return sorted({row[1] for row in rows(store)})


def erased(folder: Path) -> dict[str, Any]:
    """What was deleted because it was old is gone from every file: a row's own bytes are looked for."""
    folder.mkdir()
    clock = Clock(NOW)
    store = opened(f"sqlite:///{folder / 'conversations.db'}", clock=clock)
    for number in range(20):
        said(store, f"s{number}", at=NOW)
    stored = [row[6] for row in rows(store, "s7")]
    before = holds(folder, *stored)
    clock.now = NOW + 31 * DAY
    said(store, "later", at=clock.now)
    with store.engine.connect() as connection:
        overwrites = connection.scalar(sa.text("PRAGMA secure_delete"))
    after = holds(folder, *stored)
    return {"before": before, "after": after, "senders": senders(store), "overwrites": overwrites}


def days() -> dict[str, str]:
    found = {}
    for named in ("0", "-1", "x", "1.5", "３"):
        os.environ |= {"RENEWAL_KEEP_TRACKERS_DAYS": named, "RENEWAL_TRACKER_KEY": "k"}
        try:
            SessionTrackerStore(domain=DOMAIN, host="sqlite://")
            found[named] = "it started"
        except RasaException as error:
            found[named] = str(error)
    del os.environ["RENEWAL_KEEP_TRACKERS_DAYS"]
    return found


def failing(address: str) -> dict[str, Any]:
    """Turns that fail with the text in the error, and what the log says of them."""

    async def turn(error: BaseException) -> int:
        async def handle(message: UserMessage) -> None:
            try:
                raise ValueError(SLOT)  # noqa: TRY301
            except ValueError as cause:
                raise error from cause

        message = UserMessage(TEXT, CollectingOutputChannel(), "a", input_channel="gateway")
        return (await gateway._answer(message, handle)).status

    errors = (ValueError(TEXT), KeyError(TEXT), json.JSONDecodeError(TEXT, TEXT, 0), RasaException(TEXT))
    with listening() as heard:
        statuses = [asyncio.run(turn(error)) for error in errors]
        log_as_rasa_does()
        strange_event(address)
    return {"statuses": statuses, "log": heard}


def log_as_rasa_does() -> None:
    """Lines such as Rasa and what it stands on write."""
    try:
        raise ValueError(TEXT)  # noqa: TRY301
    except ValueError:
        processor.logger.exception("a default action failed")
        logging.getLogger("sanic.error").exception("a handler failed")
        logging.getLogger("asyncio").error("a task failed", exc_info=True)  # noqa: G201 as asyncio does
    processor.logger.debug("a debug line: %s", TEXT)
    processor.structlogger.debug("processor.message.parse", parse_data_text=TEXT)


def strange_event(address: str) -> None:
    """Rasa quotes what it cannot read, and writes the error of its store into the log."""
    store = opened(address)
    said(store, "a")
    with store.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE events SET data = :data"),
            {"data": store._seal.seal("a", json.dumps({"event": TEXT}))},
        )
    asyncio.run(FailSafeTrackerStore(store).retrieve("a"))


def main() -> None:
    folder, postgresql = Path(sys.argv[1]), sys.argv[2]
    configure_structlog()
    configure_logging_and_warnings()
    quiet_logs.install()
    stores = {"sqlite": lambda name: f"sqlite:///{folder / name}.db", "postgresql": lambda _: postgresql}
    found: dict[str, Any] = {}
    for kind, address in stores.items():
        for case in (sealed, moved, keys, upgraded, forgetting):
            found[f"{case.__name__} {kind}"] = case(address(case.__name__))
            if kind == "postgresql":
                with sa.create_engine(postgresql).begin() as connection:
                    connection.execute(sa.text("DROP TABLE events"))
    found |= {
        "without key": without_key(),
        "days": days(),
        "from before": from_before(folder / "before"),
        "deleted before": deleted_before(folder / "deleted"),
        "private": private(folder / "state"),
        "erased": erased(folder / "erased"),
        "failing": failing(stores["sqlite"]("failing")),
    }
    (folder / "found.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
