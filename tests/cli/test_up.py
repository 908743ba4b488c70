"""`renewal up` itself: starts everything, answers, and leaves nothing behind however it ends."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from renewal.cli.model import ensure_model
from renewal.cli.places import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

START_LIMIT_S = 120.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Supervisor:
    """`renewal up` as typed in another folder, with what it has printed so far."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        env = dict(os.environ) | {
            "RENEWAL_STATE_DIR": str(folder),
            "RENEWAL_GATEWAY_PORT": str(self.port),
            "RENEWAL_OPS_PORT": str(free_port()),
            "RENEWAL_ACTIONS_PORT": str(free_port()),
            "RENEWAL_RASA_URL": f"http://127.0.0.1:{free_port()}",
            "RENEWAL_TODAY": "2026-11-23",
        }
        self.printed = ""
        self.process = subprocess.Popen(
            (str(ROOT / ".venv" / "bin" / "renewal"), "up"),
            cwd="/",
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.printed += line

    def wait_for(self, words: str, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while words not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < deadline, self.printed
            time.sleep(0.1)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def ended(self, limit_s: float = 30) -> int:
        code = self.process.wait(timeout=limit_s)
        self._reader.join()
        return code


@pytest.fixture
def supervisor(own_state: Path) -> Iterator[Supervisor]:
    ensure_model()  # training is no part of what the limits here are about
    running = Supervisor(own_state)
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.ended()


def test_up_starts_everything_revives_what_dies_and_leaves_nothing_when_it_is_told_to_stop(
    supervisor, own_state
):
    supervisor.wait_for("Ctrl-C", START_LIMIT_S)
    gateway = f"http://127.0.0.1:{supervisor.port}"
    for address in (gateway + "/", gateway + "/simulator"):
        assert address in supervisor.printed
        assert httpx.get(address, trust_env=False, timeout=30).status_code == 200
    assert "已载入 200 位样例持证人" in supervisor.printed
    assert {log.name for log in (own_state / "logs").iterdir()} == {
        "rasa.log", "actions.log", "gateway.log", "worker.log"
    }  # fmt: skip
    (worker,) = [child for child in supervisor.children() if "sms_gateway.worker" in child.cmdline()]
    worker.kill()
    supervisor.wait_for("工作进程已重新启动", 30)
    left = supervisor.children()
    assert len(left) >= 5
    supervisor.process.send_signal(signal.SIGTERM)
    assert supervisor.ended() == 0
    assert "已全部停止" in supervisor.printed
    assert not any(child.is_running() for child in left)
    assert not (own_state / "stack.json").exists()


def test_nothing_is_left_when_up_is_killed(supervisor, own_state):
    supervisor.wait_for("Ctrl-C", START_LIMIT_S)
    left = supervisor.children()
    supervisor.process.kill()
    supervisor.ended()
    gone, alive = psutil.wait_procs(left, timeout=20)
    assert len(gone) >= 5
    assert alive == []
