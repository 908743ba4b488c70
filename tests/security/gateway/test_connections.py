"""Connections that ask nothing keep nobody out, and do not last."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from flask import Flask

from sms_gateway.blueprints import pages
from tests.security.conftest import Serve
from tests.security.gateway.conftest import OpenApp
from tests.security.gateway.wire import PATIENCE_S, read, request, status

IDLE = 120
HALF = [
    b"",
    b"G",
    b"GET / HTTP/1.1\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",
    b"POST /chat/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
    b"POST /chat/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
]


@pytest.fixture
def wires() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def _open(wires: ExitStack, port: int) -> socket.socket:
    return wires.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_S))


def test_many_idle_and_half_open_connections_keep_nobody_out(
    open_app: OpenApp, serve: Serve, wires: ExitStack
) -> None:
    port = serve(open_app())
    for number in range(IDLE):
        _open(wires, port).sendall(HALF[number % len(HALF)])
    for path in ("/healthz", "/"):
        asked = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S, trust_env=False)
        assert asked.status_code == 200


@pytest.mark.parametrize("began", HALF)
def test_a_request_that_never_ends_is_closed(
    open_app: OpenApp, serve: Serve, wires: ExitStack, began: bytes
) -> None:
    wire = _open(wires, serve(open_app(), silent_s=1))
    wire.sendall(began)
    while wire.recv(65536):
        pass  # "100 Continue" may come first


def test_a_byte_now_and_then_does_not_keep_a_half_request_open(
    open_app: OpenApp, serve: Serve, wires: ExitStack
) -> None:
    wire = _open(wires, serve(open_app(), silent_s=1))
    wire.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
    deadline = time.monotonic() + PATIENCE_S
    while _takes(wire, b"a"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize("drips", [(b"\r\n",), (b"\r", b"\n"), (b"\n",)], ids=["whole", "halves", "feeds"])
def test_empty_lines_before_a_request_do_not_keep_a_connection(
    open_app: OpenApp, serve: Serve, wires: ExitStack, drips: tuple[bytes, ...]
) -> None:
    wire = _open(wires, serve(open_app(), silent_s=1))
    deadline = time.monotonic() + PATIENCE_S
    for drip in cycle(drips):
        if not _takes(wire, drip):
            return
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _takes(wire: socket.socket, more: bytes) -> bool:
    try:
        wire.sendall(more)
    except OSError:
        return False
    return True


def _talkative(app: Flask) -> Flask:
    """With a page as long as a long conversation."""
    app.view_functions[f"{pages.blueprint.name}.index"] = lambda: "话" * 500_000
    return app


def _deaf(wires: ExitStack, port: int) -> socket.socket:
    """Asks for much at once, and takes no answer."""
    wire = wires.enter_context(socket.socket())
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    wire.connect(("127.0.0.1", port))
    wire.settimeout(PATIENCE_S)
    wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 300)
    return wire


def test_who_takes_no_answer_is_let_go(open_app: OpenApp, serve: Serve, wires: ExitStack) -> None:
    wire = _deaf(wires, serve(_talkative(open_app()), silent_s=1))
    deadline = time.monotonic() + PATIENCE_S
    while _takes(wire, b"G"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_whoever_takes_no_answers_keeps_no_thread(open_app: OpenApp, serve: Serve, wires: ExitStack) -> None:
    """A thread waits where much is untaken: as many such callers as threads would silence the gateway for good."""
    port = serve(_talkative(open_app()), silent_s=1, threads=2)
    for _ in range(3):
        _deaf(wires, port)
    time.sleep(2)  # until both threads have more to give than is taken
    asked = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S, trust_env=False)
    assert asked.status_code == 200


def test_no_answer_waits_in_a_file(open_app: OpenApp, serve: Serve, wires: ExitStack) -> None:
    """What was said would lie there in clear."""
    before = _unnamed_files()
    wire = _deaf(wires, serve(_talkative(open_app())))
    time.sleep(0.5)
    assert _unnamed_files() == before
    wire.close()


def _unnamed_files() -> set[str]:
    """Open files of this process that are in no folder, as temporary ones are."""
    found = set()
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            target = str(file.readlink())
            if target.endswith("(deleted)") and "/tmp" in target:
                found.add(target)
    return found


def test_who_asks_in_time_keeps_his_connection(open_app: OpenApp, serve: Serve, wires: ExitStack) -> None:
    wire = _open(wires, serve(open_app(), silent_s=2))
    for _ in range(3):
        wire.sendall(request(path="/healthz").replace(b"Connection: close\r\n", b""))
        assert status(read(wire)) == 200
        time.sleep(0.9)
