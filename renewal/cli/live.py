"""The running stack of a state folder: the lock that there is only one, and the note that says where it is."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from renewal.cli.errors import AlreadyRunning

_LOCK = "stack.lock"
_NOTE = "stack.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStack:
    """Where a running stack is. `today` is the day that its processes have fixed, or empty."""

    pid: int
    gateway: str
    rasa_url: str
    actions_port: int
    gateway_port: int
    database_url: str = ""
    today: str = ""

    @property
    def today_on(self) -> date | None:
        """The fixed day, or None where the clock runs."""
        return date.fromisoformat(self.today) if self.today else None


@contextmanager
def stack_lock(folder: Path) -> Iterator[None]:
    """Hold the state folder for one supervisor; the system lets go of it however that one ends.

    Raises:
        AlreadyRunning: another has it; the message tells its address.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_running_line(_read_note(folder))) from None
        try:
            yield
        finally:
            (folder / _NOTE).unlink(missing_ok=True)


def announce(folder: Path, stack: LiveStack) -> None:
    """Let other commands find the stack. The database's address may hold a password: for the owner only."""
    draft = folder / f"{_NOTE}.new"
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(asdict(stack), file)
    draft.replace(folder / _NOTE)


def live_stack(folder: Path) -> LiveStack | None:
    """The stack that runs on this folder and is ready, or None. A note that a crash left behind does not count."""
    note = _read_note(folder)
    if note is None:
        return None
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return note
    return None


def _read_note(folder: Path) -> LiveStack | None:
    try:
        return LiveStack(**json.loads((folder / _NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _running_line(note: LiveStack | None) -> str:
    if note is None:
        return "已经有一个在启动中，请稍等片刻；它就绪后会给出地址"
    return f"已经在运行：{note.gateway}（进程 {note.pid}）。要重新启动，先在那个窗口按 Ctrl-C"
