"""Starting, watching and ending a handful of processes, each in a group of its own, each with a log."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from renewal.cli.errors import StartFailed
from renewal.cli.log_files import turn_if_full
from renewal.cli.places import ROOT, display, machine_environment
from renewal.private_files import OTHERS, keep_private

STOP_GRACE_S = 8.0
STEADY_S = 60.0
SLOWEST_RETRY_S = 30.0
TAIL_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process to run. `title` is its name for people; `is_ready` asks it, and must not raise."""

    name: str
    title: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    is_ready: Callable[[], bool]
    patience_s: float = 60.0


class Process:
    """A program that was started, perhaps more than once."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.failures = 0
        self.retry_at = 0.0
        self.started_at = 0.0
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """Start it in a process group of its own; returns the group's id. Raises StartFailed."""
        turn_if_full(self.log)
        with self.log.open("ab") as log:
            try:
                self._popen = subprocess.Popen(
                    self.program.command,
                    cwd=ROOT,
                    env=dict(self.program.env),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    umask=OTHERS,  # Rasa sets none itself, and keeps conversations in a file
                )
            except OSError as error:
                raise StartFailed(f"{self.program.title}启动不了：{error}") from None
        self.started_at = time.monotonic()
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll() if self._popen else None

    @property
    def group(self) -> int:
        """Its process group, which is its own process id."""
        assert self._popen
        return self._popen.pid

    def signal(self, number: int) -> None:
        """Signal the whole group; a group that is gone is no error."""
        try:
            os.killpg(self.group, number)
        except (ProcessLookupError, PermissionError):
            return

    def wait(self, timeout_s: float) -> bool:
        """Whether it ended within the time."""
        assert self._popen
        try:
            self._popen.wait(timeout=max(0.0, timeout_s))
        except subprocess.TimeoutExpired:
            return False
        return True

    def tail(self) -> str:
        """The last lines of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])


class Fleet:
    """The processes of one stack. Leaving its context ends them all."""

    def __init__(self, logs: Path) -> None:
        keep_private()
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._logs = logs
        self._processes: dict[str, Process] = {}
        self._watchdog = subprocess.Popen(
            (sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py"))),
            stdin=subprocess.PIPE,
            env=machine_environment(),
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __iter__(self) -> Iterator[Process]:
        return iter(self._processes.values())

    def __getitem__(self, name: str) -> Process:
        return self._processes[name]

    def launch(self, program: Program) -> None:
        """Start one more; doesn't wait for it."""
        self._processes[program.name] = Process(program, self._logs / f"{program.name}.log")
        self.restart(program.name)

    def restart(self, name: str) -> None:
        """Start it (again), and tell the watchdog."""
        self._tell("+", self._processes[name].start())

    def wait_until_ready(self, on_ready: Callable[[Program], None] = lambda _: None) -> None:
        """Until every process says that it is ready.

        Raises:
            StartFailed: one ended, or was not ready in time; the message says which.
        """
        waiting = dict(self._processes)
        began_at = time.monotonic()
        while waiting:
            for name, process in list(waiting.items()):
                if process.exit_code is not None:
                    raise _start_failure(process)
                if process.program.is_ready():
                    on_ready(process.program)
                    del waiting[name]
                elif time.monotonic() - max(began_at, process.started_at) > process.program.patience_s:
                    raise _start_failure(process)
            time.sleep(0.1 if waiting else 0)

    def look_after(self, say: Callable[[str], None]) -> None:
        """Turn full logs, and start again what has ended; call this now and then."""
        for process in self:
            turn_if_full(process.log)
        self.revive(say)

    def revive(self, say: Callable[[str], None]) -> None:
        """Start again what has ended, each time after a longer wait."""
        for name, process in self._processes.items():
            if process.exit_code is None:
                if process.failures and time.monotonic() - process.started_at > STEADY_S:
                    process.failures = 0
                continue
            if not process.retry_at:
                self._tell("-", process.group)
                wait_s = min(SLOWEST_RETRY_S, 2.0**process.failures)
                process.failures += 1
                process.retry_at = time.monotonic() + wait_s
                say(
                    f"{process.program.title}停了（退出码 {process.exit_code}），{wait_s:.0f} 秒后重新启动；"
                    f"日志：{display(process.log)}"
                )
            elif time.monotonic() >= process.retry_at:
                process.retry_at = 0.0
                self.restart(name)
                say(f"{process.program.title}已重新启动")

    def stop(self) -> None:
        """End every process: politely first, for good after the grace. A second Ctrl-C doesn't interrupt it."""
        with _undisturbed():
            running = [process for process in self if process.exit_code is None]
            for process in running:
                process.signal(signal.SIGTERM)
            deadline = time.monotonic() + STOP_GRACE_S
            for process in running:
                process.wait(deadline - time.monotonic())
            for process in running:
                process.signal(signal.SIGKILL)  # also what it left behind in its group
                process.wait(STOP_GRACE_S)
            self._processes.clear()
            if self._watchdog.stdin and not self._watchdog.stdin.closed:
                self._watchdog.stdin.close()
                self._watchdog.kill()
                self._watchdog.wait()

    def _tell(self, sign: str, group: int) -> None:
        pipe: IO[bytes] | None = self._watchdog.stdin
        assert pipe
        pipe.write(f"{sign}{group}\n".encode())
        pipe.flush()


def _start_failure(process: Process) -> StartFailed:
    program = process.program
    if process.exit_code is None:
        what = f"{program.patience_s:.0f} 秒还没有就绪"
    else:
        what = f"启动时退出了（退出码 {process.exit_code}）"
    return StartFailed(f"{program.title}{what}。日志：{display(process.log)}", process.tail())


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold off Ctrl-C and SIGTERM while processes are being ended; only the main thread may ask for that."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    try:
        before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
