"""What each started program holds, what it lets others read, and how much it may write."""

import importlib
import os
import resource
import secrets
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from renewal.cli import log_files
from renewal.cli.log_files import KEPT, turn_if_full
from renewal.cli.model import _training
from renewal.cli.places import machine_environment
from renewal.cli.processes import Fleet, Program
from renewal.cli.secret_file import ensure_secrets, read_secrets
from renewal.cli.stack import environment_of, our_programs, rasa_program
from renewal.private_files import narrow
from renewal.programs import NEEDS, SECRETS
from renewal.settings import Settings, load_settings
from renewal.store import Store
from tests.production import settings_of_production

PROGRAMS = ("rasa", "actions", "gateway", "worker")
STRANGERS = {
    "AWS_SECRET_ACCESS_KEY": "key-of-the-machine",
    "GITHUB_TOKEN": "token-of-the-machine",
    "PGPASSWORD": "word-of-the-machine",
    "TWILIO_AUTH_TOKEN": "token-of-another-tool",
    "RENEWAL_UNKNOWN": "nobody's",
    "PYTHONSTARTUP": "started.py",
    "LD_PRELOAD": "",
    "FLASK_DEBUG": "1",
}
# Who holds which secret; written out, so that a change of the table is a change here as well.
HOLDERS = {
    "RENEWAL_DATA_KEYS": {"actions", "gateway", "worker"},
    "RENEWAL_LOOKUP_KEY": {"actions", "gateway", "worker"},
    "RENEWAL_DATABASE_URL": {"actions", "gateway", "worker"},
    "RENEWAL_RASA_SECRET": {"rasa", "gateway", "worker"},
    "RENEWAL_DESK_SECRET": {"gateway"},
    "RENEWAL_ACTIONS_SECRET": {"rasa", "actions"},
    "RENEWAL_TWILIO_AUTH_TOKEN": {"gateway", "worker"},
    "RENEWAL_TWILIO_AUTH_TOKEN_PREVIOUS": {"gateway", "worker"},
    "RENEWAL_TWILIO_ACCOUNT_SID": {"gateway", "worker"},
    "RENEWAL_TRACKER_KEY": {"rasa"},
    "RENEWAL_TRACKER_URL": {"rasa", "worker"},
    "RENEWAL_REDIS_URL": {"rasa", "gateway", "worker"},
}
SLEEPS = "import time; print('here', flush=True); time.sleep(600)"


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a machine on which all is set, beside much that is none of ours."""
    for name in [name for name in os.environ if name.startswith("RENEWAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RENEWAL_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("RENEWAL_TRACKER_URL", "postgresql://talks:word@127.0.0.1/talks")
    monkeypatch.setenv("RENEWAL_TRACKER_KEY", "a-key-of-the-conversations")
    drawn = settings_of_production(
        twilio_auth_token_previous=secrets.token_hex(16),
        database_url="postgresql://renewal:word@127.0.0.1/renewal",
        redis_url="redis://:word@127.0.0.1:6379/0",
    )
    settings = load_settings(state_dir=tmp_path, **drawn)
    for name, value in STRANGERS.items():
        monkeypatch.setenv(name, value)
    return settings


def programs(settings: Settings) -> dict[str, Program]:
    """The real ones, as the stack starts them."""
    every = (rasa_program(settings, Path("model.tar.gz")), *our_programs(settings, with_gateway=True))
    return {program.name: program for program in every}


def wait_for(condition: Callable[[], bool], patience_s: float = 15.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path / "logs") as started:
        yield started


def stand_in(program: Program, code: str) -> Program:
    """The program's own environment, with a tiny command."""
    return replace(program, command=(sys.executable, "-c", code), is_ready=lambda: True)


def run(fleet: Fleet, program: Program, code: str = SLEEPS) -> int:
    """Start a stand-in and wait until it speaks; its process id."""
    fleet.launch(stand_in(program, code))
    wait_for(lambda: "here" in fleet[program.name].log.read_text())
    return fleet[program.name].group


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("variable", HOLDERS)
def test_who_takes_over_one_program_does_not_get_the_keys_of_the_next(
    everything: Settings, variable: str, name: str
) -> None:
    assert (variable in programs(everything)[name].env) == (name in HOLDERS[variable])


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("variable", STRANGERS)
def test_no_program_gets_a_secret_of_the_machine(everything: Settings, variable: str, name: str) -> None:
    assert variable not in programs(everything)[name].env
    assert variable not in machine_environment()


def test_what_a_program_holds_is_what_the_kernel_says(everything: Settings, fleet: Fleet) -> None:
    """Read where a neighbour on the machine would look."""
    for name, program in programs(everything).items():
        environ = Path(f"/proc/{run(fleet, program)}/environ").read_text().split("\0")
        held = {line.partition("=")[0] for line in environ}
        assert {variable for variable in HOLDERS if variable in held} == {
            variable for variable, names in HOLDERS.items() if name in names
        }
        assert not held & STRANGERS.keys()


def test_the_bot_holds_nothing_of_ours_but_its_own(everything: Settings) -> None:
    ours = {name for name in programs(everything)["rasa"].env if name.startswith("RENEWAL_")}
    assert ours == {
        "RENEWAL_RASA_SECRET", "RENEWAL_ACTIONS_SECRET", "RENEWAL_ACTIONS_PORT", "RENEWAL_STATE_DIR",
        "RENEWAL_TRACKER_URL", "RENEWAL_TRACKER_KEY", "RENEWAL_REDIS_URL",
    } | ({"RENEWAL_KEEP_TRACKERS_DAYS"} & ours)  # fmt: skip


def test_the_watcher_of_the_programs_holds_no_secret(everything: Settings, fleet: Fleet) -> None:
    environ = Path(f"/proc/{fleet._watchdog.pid}/environ").read_text()
    assert "RENEWAL_" not in environ
    assert not any(value and value in environ for value in STRANGERS.values() if value != "1")


def test_training_holds_no_secret(
    monkeypatch: pytest.MonkeyPatch, everything: Settings, tmp_path: Path
) -> None:
    told = tmp_path / "python"
    told.write_text("#!/bin/sh\nenv | cut -d= -f1 | tr '\\n' ' '\n")
    told.chmod(0o700)
    monkeypatch.setattr("renewal.cli.model.BOT_PYTHON", told)
    names = _training(tmp_path / "models").split()
    assert "PATH" in names
    assert [name for name in names if name.startswith("RENEWAL_") or name in STRANGERS] == []


def test_texts_on_the_phone_page_need_no_keys_of_a_provider(everything: Settings, tmp_path: Path) -> None:
    tried = everything.model_copy(update={"provider": "simulator"})
    assert not [name for name in environment_of(tried, "worker") if "TWILIO" in name]


def test_every_setting_is_given_to_somebody() -> None:
    """A new setting is named in the table, or the program that reads it would go on with the default."""
    given = {name for needed in NEEDS.values() for name in needed}
    assert set(Settings.model_fields) - given == {"program"}
    assert set(SECRETS) <= given


@pytest.mark.parametrize("name", ["actions", "gateway", "worker"])
def test_a_started_program_reads_no_key_from_the_file_of_keys(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [variable for variable in os.environ if variable.startswith("RENEWAL_")]:
        monkeypatch.delenv(variable)
    ensure_secrets(Settings(state_dir=tmp_path))
    settings = load_settings(state_dir=tmp_path)
    env = environment_of(settings, name)  # type: ignore[arg-type]
    code = """
        from renewal.settings import load_settings
        settings = load_settings()
        for name in ("data_keys", "lookup_key", "rasa_secret", "actions_secret"):
            print(name, getattr(settings, name).get_secret_value())
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=env, capture_output=True, text=True, check=True
    )
    held = dict(line.partition(" ")[::2] for line in told.stdout.splitlines())
    kept = read_secrets(tmp_path)
    assert held == {secret: kept[secret] if secret in NEEDS[name] else "" for secret in held}


def test_a_program_that_is_started_by_hand_finds_its_keys(tmp_path: Path) -> None:
    ensure_secrets(Settings(state_dir=tmp_path))
    settings = load_settings(state_dir=tmp_path, program="actions")
    assert settings.actions_secret.get_secret_value() == read_secrets(tmp_path)["actions_secret"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_nobody_else_reads_what_a_program_writes(
    everything: Settings, fleet: Fleet, name: str, tmp_path: Path
) -> None:
    code = f"""
import pathlib, resource, sqlite3, time
folder = pathlib.Path({str(tmp_path)!r}) / "made"
folder.mkdir()
(folder / "note").write_text("x")
talks = sqlite3.connect(folder / "talks.db")
talks.execute("PRAGMA journal_mode = WAL")
talks.execute("CREATE TABLE t (x)")
talks.commit()
print(*resource.getrlimit(resource.RLIMIT_CORE), "here", flush=True)
time.sleep(600)
"""
    run(fleet, programs(everything)[name], code)
    made = [tmp_path / "made", *(tmp_path / "made").iterdir(), fleet[name].log, fleet[name].log.parent]
    assert {path.name for path in made} >= {"note", "talks.db", "talks.db-wal"}
    assert [str(path) for path in made if _mode(path) & 0o077] == []
    assert fleet[name].log.read_text().startswith("0 0 here"), "a crash would write its memory to the disk"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _widen(folder: Path) -> list[Path]:
    """A state folder as an earlier version under the usual umask left it."""
    files = [
        "renewal.db",
        "renewal.db-wal",
        "renewal.db-shm",
        "conversations.db",
        "conversations.db-wal",
        "secrets.env",
    ]
    files += [
        "stack.json",
        "stack.lock",
        "worker.ready",
        "worker.lock",
        "model.tar.gz",
        "logs/rasa.log",
        "logs/rasa.log.1",
    ]
    files += ["sessions/试/session.json", "sessions/试/renewal.db", "sessions/试/logs/rasa.log"]
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    every = [folder, *folder.rglob("*")]
    for path in every:
        path.chmod(0o777 if path.is_dir() else 0o666)
    return every


def test_what_an_earlier_version_left_open_is_closed_at_start(tmp_path: Path) -> None:
    every = _widen(tmp_path / "state")
    narrow(tmp_path / "state")
    assert {path: oct(_mode(path)) for path in every if _mode(path) & 0o077} == {}
    assert _mode(tmp_path / "state") == 0o700
    assert _mode(tmp_path / "state" / "renewal.db") == 0o600
    narrow(tmp_path / "nowhere")


def test_a_folder_that_is_not_for_the_state_alone_is_not_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sets the state folder to a home, or to /tmp, does not lock everybody else out of it."""
    (tmp_path / "secrets.env").write_text("x")
    (tmp_path / "letter.txt").write_text("x")
    for path in (tmp_path, *tmp_path.iterdir()):
        path.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    narrow(tmp_path)
    assert [oct(_mode(tmp_path / name)) for name in ("", "letter.txt", "secrets.env")] == [
        "0o755",
        "0o755",
        "0o700",
    ]
    monkeypatch.setenv("HOME", "/")
    tmp_path.chmod(0o1777)
    narrow(tmp_path)
    assert _mode(tmp_path) == 0o1777


def test_a_link_in_the_state_folder_changes_nothing_elsewhere(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("x")
    other.chmod(0o644)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "renewal.db").symlink_to(other)
    narrow(tmp_path / "state")
    assert _mode(other) == 0o644


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_else_reads_the_database_whatever_the_umask(settings: Settings, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = Store.open(
            settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/new/renewal.db"})
        )
        store.migrate()
        made = [tmp_path / "new", *(tmp_path / "new").iterdir()]
        assert len(made) >= 3
        assert {path.name: oct(_mode(path)) for path in made if _mode(path) & 0o077} == {}
        store.close()
        (tmp_path / "new" / "renewal.db").chmod(0o644)
        store.ping()
        assert _mode(tmp_path / "new" / "renewal.db") == 0o600
        store.close()
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    "door", ["actions.__main__", "sms_gateway.__main__", "sms_gateway.worker", "renewal.cli.main"]
)
def test_every_door_closes_what_it_finds_and_makes(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each door stops early here, for it finds no keys; by then it has closed what lay open."""
    for name in [name for name in os.environ if name.startswith("RENEWAL_")]:
        monkeypatch.delenv(name)
    every = _widen(tmp_path / "state")
    (tmp_path / "state" / "secrets.env").write_text("")
    monkeypatch.setenv("RENEWAL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "argv", ["renewal", "explain", "NOBODY-1"])
    module = importlib.import_module(door)
    for name in ("set_up_logs", "quiet_logs"):  # they would outlive the test
        monkeypatch.setattr(module, name, lambda: None, raising=False)
    before = os.umask(0o022)
    try:
        with pytest.raises(SystemExit) if door == "renewal.cli.main" else nullcontext():
            assert (module.run if door == "renewal.cli.main" else module.main)() != 0
        assert os.umask(before) == 0o077
    finally:
        os.umask(before)
    assert [str(path) for path in every if path.exists() and _mode(path) & 0o077] == []
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_a_full_log_is_turned_while_its_writer_goes_on(
    everything: Settings, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who makes the bot complain all day does not fill the disk."""
    monkeypatch.setattr(log_files, "LIMIT_BYTES", 20_000)
    endless = "import time; print('here', flush=True)\n"
    endless += "while not time.sleep(0.001):\n    print('x' * 999, flush=True)"
    run(fleet, programs(everything)["rasa"], endless)
    log = fleet["rasa"].log
    oldest = log.with_suffix(f".log.{KEPT}")

    def turned() -> bool:
        fleet.look_after(lambda _: None)
        return oldest.exists()

    wait_for(turned)
    pid = fleet["rasa"].group
    for _ in range(30):
        fleet.look_after(lambda _: None)
        time.sleep(0.01)
    assert fleet["rasa"].group == pid
    logs = sorted(log.parent.glob("rasa.log*"))
    assert len(logs) == KEPT + 1
    assert all(_mode(path) == 0o600 for path in logs)
    grown = log.stat().st_size
    wait_for(lambda: log.stat().st_size != grown)
    assert set(log.read_text()) <= set("x\nhere"), "the writer goes on at the new end: no gap of zeros"


def test_logs_that_are_turned_lose_no_line_and_keep_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "LIMIT_BYTES", 10)
    log = tmp_path / "one.log"
    assert not turn_if_full(log)
    for number in range(KEPT + 3):
        with log.open("a") as written:
            written.write(f"line number {number}\n")
        assert turn_if_full(log)
        assert log.read_text() == ""
    kept = [log.with_suffix(f".log.{number}").read_text() for number in range(1, KEPT + 1)]
    assert kept == [f"line number {KEPT + 2 - back}\n" for back in range(KEPT)]
    log.write_text("short")
    assert not turn_if_full(log)
    assert log.read_text() == "short"


def test_a_disk_that_is_full_does_not_stop_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "LIMIT_BYTES", 10)
    log = tmp_path / "one.log"
    log.write_text("x" * 100)

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log_files.shutil, "copyfileobj", no_room)
    assert turn_if_full(log)
    assert log.stat().st_size == 0


def test_a_crash_of_the_supervisor_writes_no_keys_to_a_disk(fleet: Fleet) -> None:
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
