import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from renewal.cli.errors import StartFailed
from renewal.cli.places import ROOT, local_settings
from renewal.cli.processes import Fleet, Program
from renewal.cli.stack import PortTaken, PrivateStack, environment_of, refuse_taken_ports

SLEEPS = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS


def program(
    code: str, name: str = "one", *, is_ready: Callable[[], bool] = lambda: True, patience_s=10.0
) -> Program:
    return Program(
        name=name,
        title=f"进程 {name} ",
        command=(sys.executable, "-c", code),
        env=dict(os.environ),
        is_ready=is_ready,
        patience_s=patience_s,
    )


def wait_for(condition: Callable[[], bool], timeout_s: float = 15.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_leaving_the_fleet_ends_every_process_and_its_children(tmp_path):
    log = tmp_path / "one.log"
    start = f"print(subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).pid, flush=True)"
    parent = f"import subprocess, sys; {start}; {SLEEPS}"
    with Fleet(tmp_path) as fleet:
        fleet.launch(program(parent))
        wait_for(lambda: log.exists() and log.read_text().count("here") == 2)
        child = next(int(line) for line in log.read_text().split() if line.isdigit())
        pid = fleet["one"].group
    assert gone(pid)
    wait_for(lambda: gone(child))


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("renewal.cli.processes.STOP_GRACE_S", 0.5)
    with Fleet(tmp_path) as fleet:
        fleet.launch(program(STUBBORN))
        wait_for(lambda: "here" in (tmp_path / "one.log").read_text())
        pid = fleet["one"].group
    assert gone(pid)


def test_a_process_that_dies_at_start_is_named_with_the_last_lines_of_its_log(tmp_path):
    with Fleet(tmp_path) as fleet:
        fleet.launch(program("print('the reason'); raise SystemExit(3)", is_ready=lambda: False))
        with pytest.raises(StartFailed, match="进程 one 启动时退出了（退出码 3）") as failed:
            fleet.wait_until_ready()
    assert "the reason" in failed.value.tail


def test_a_process_that_is_never_ready_is_named(tmp_path):
    with Fleet(tmp_path) as fleet:
        fleet.launch(program(SLEEPS, is_ready=lambda: False, patience_s=0.3))
        with pytest.raises(StartFailed, match="还没有就绪"):
            fleet.wait_until_ready()


def test_a_process_that_dies_later_is_started_again_and_that_is_said(tmp_path):
    said: list[str] = []
    with Fleet(tmp_path) as fleet:
        fleet.launch(program(SLEEPS))
        fleet.wait_until_ready()
        first = fleet["one"].group
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: fleet["one"].exit_code is not None)

        def revived() -> bool:
            fleet.revive(said.append)
            return fleet["one"].group != first

        wait_for(revived)
        assert fleet["one"].exit_code is None
    assert "1 秒后重新启动" in said[0]
    assert "已重新启动" in said[1]


def test_nothing_is_left_when_the_supervisor_itself_is_killed(tmp_path):
    supervisor = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from renewal.cli.processes import Fleet, Program
        fleet = Fleet(Path({str(tmp_path)!r}))
        for name in ("one", "two"):
            fleet.launch(Program(name=name, title=name, command=(sys.executable, "-c", {SLEEPS!r}),
                                 env={{}}, is_ready=lambda: True))
        print(*(process.group for process in fleet), flush=True)
        time.sleep(600)
    """)
    running = subprocess.Popen(
        (sys.executable, "-c", supervisor), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout
    with running.stdout:
        pids = [int(pid) for pid in running.stdout.readline().split()]
    assert len(pids) == 2
    assert not any(gone(pid) for pid in pids)
    running.kill()
    running.wait()
    wait_for(lambda: all(gone(pid) for pid in pids))


def test_a_taken_port_is_refused_by_name(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("RENEWAL_GATEWAY_PORT", str(port))
        with pytest.raises(PortTaken, match=f"{port}.*RENEWAL_GATEWAY_PORT"):
            refuse_taken_ports(local_settings())


def test_what_a_program_needs_reaches_it(own_state: Path, monkeypatch):
    monkeypatch.setenv("RENEWAL_TRACKER_URL", "sqlite:////somewhere/talks.db")
    settings = local_settings(rasa_secret="r" * 40, actions_port=6055)
    rasa, gateway = (environment_of(settings, name) for name in ("rasa", "gateway"))
    assert gateway["RENEWAL_TODAY"] == "2026-11-23"
    assert gateway["RENEWAL_RASA_SECRET"] == rasa["RENEWAL_RASA_SECRET"] == "r" * 40
    assert gateway["RENEWAL_ACTIONS_PORT"] == rasa["RENEWAL_ACTIONS_PORT"] == "6055"
    assert gateway["RENEWAL_STATE_DIR"] == rasa["RENEWAL_STATE_DIR"] == str(own_state)
    assert rasa["RENEWAL_TRACKER_URL"] == "sqlite:////somewhere/talks.db"
    assert rasa["RASA_TELEMETRY_ENABLED"] == "false"


def test_a_stack_of_its_own_inherits_nothing_of_this_machines(tmp_path, monkeypatch):
    monkeypatch.setenv("RENEWAL_TRACKER_URL", "sqlite:////somewhere/talks.db")
    stack = PrivateStack()
    stack.state_dir = tmp_path / "other"
    env = environment_of(stack._own_settings(), "rasa")
    assert "RENEWAL_TRACKER_URL" not in env
    assert env["RENEWAL_STATE_DIR"] == str(tmp_path / "other")
