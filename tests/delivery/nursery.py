"""Bears the gateway and the worker: `python -m tests.delivery.nursery` imports them once, then forks at each call.

A start costs what the program does, not the seconds that its libraries take to load: a hundred kills fit into a
test. A child is a process of its own with `python -m`'s own main; it is killed like any other.

One line of JSON in: `{"module", "arguments", "env", "log"}`; one line out: the child's process id.
"""

import ctypes
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from select import poll

from sqlalchemy.orm import configure_mappers

from renewal.rulebook import load_rulebook
from renewal.services import app
from renewal.wording import load_wording

ROOT = Path(__file__).parents[2]
# What the libraries load at their first call, and a second or two with it.
LOADED_AT_FIRST_USE = (
    "twilio.rest.api.v2010.account.message",
    "psycopg",
    "dbos._dbos",
    "sqlalchemy.dialects.postgresql",
)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
GATEWAY, WORKER = "sms_gateway", "sms_gateway.worker"
GATEWAY_MAIN = "sms_gateway.__main__"


class Nursery:
    """The one who asks for children."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def bear(self, module: str, env: dict[str, str], log: Path, arguments: Sequence[str] = ()) -> "Child":
        """Start a program in that environment; what it prints goes to `log`."""
        with self._lock:
            asked = json.dumps({"module": module, "arguments": arguments, "env": env, "log": str(log)})
            self._process.stdin.write(asked + "\n")
            self._process.stdin.flush()
            return Child(int(self._process.stdout.readline()))

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Nursery"]:
        """One that ends with the block."""
        nursery = cls()
        yield nursery
        nursery.close()

    def close(self) -> None:
        """No more children."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


class Child:
    """A program that runs, or did."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._poll = poll()
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = -1  # it left before we looked
        else:
            self._poll.register(self._handle)

    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._handle >= 0 and not self._poll.poll(0)

    def kill(self) -> None:
        """At once, with no time for anything."""
        self._signal(signal.SIGKILL)
        self.wait(10)

    def terminate(self) -> None:
        """Ask it to leave."""
        self._signal(signal.SIGTERM)

    def wait(self, limit_s: float) -> bool:
        """Whether it ended in time."""
        return self._handle < 0 or bool(self._poll.poll(1000 * limit_s))

    def _signal(self, number: signal.Signals) -> None:
        if self.is_alive():
            signal.pidfd_send_signal(self._handle, number)


def main() -> None:
    """Import what the programs need, then fork for each line."""
    for name in (GATEWAY_MAIN, WORKER, *LOADED_AT_FIRST_USE):
        importlib.import_module(name)
    sys.modules[GATEWAY_MAIN].read_words()
    _read_package()
    del sys.modules[GATEWAY_MAIN], sys.modules[WORKER]  # each is run as `__main__`
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the dead
    while line := sys.stdin.readline():
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(asked)
            return
        print(pid, flush=True)


def _read_package() -> None:
    """Read once what each start reads from the package, and what SQLAlchemy works out at its first statement."""
    rules = load_rulebook()
    wording = load_wording(rules)
    app.load_rulebook, app.load_wording = lambda: rules, lambda _: wording
    configure_mappers()


def _be(asked: dict) -> None:
    """Become the program; it leaves by SystemExit, as it would by itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)  # a run that is broken off leaves nobody behind
    os.environ.clear()
    os.environ.update(asked["env"])
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    sys.argv = [asked["module"], *asked["arguments"]]
    runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
