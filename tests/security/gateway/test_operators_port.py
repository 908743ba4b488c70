"""Readiness and metrics are for operators: on a port of their own, on loopback, and never a call to the provider."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from renewal.cli.places import ROOT
from renewal.cli.stack import PortTaken, ops_url, refuse_taken_ports
from renewal.settings import Settings, SettingsError, load_settings
from sms_gateway.app import create_ops_app
from sms_gateway.blueprints.ops import Kept
from tests.conftest import KEYS
from tests.gateway.conftest import TWILIO
from tests.security.gateway.conftest import OpenApp
from tests.security.gateway.test_proxy import LIVE
from tests.security.gateway.wire import PATIENCE_S

PRIVATE = [
    "/readyz",
    "/metrics",
    "/readyz/",
    "/metrics/",
    "//metrics",
    "/./metrics",
    "/x/../metrics",
    "/%6detrics",
]


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.9"])
def test_the_public_port_knows_no_readiness_and_no_metrics(client, path: str, address: str) -> None:
    answer = client.get(path, environ_base={"REMOTE_ADDR": address}, follow_redirects=True)
    assert answer.status_code in (400, 404)
    assert "renewal_request" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/chat/sessions", "/chat/messages", "/sms/twilio", "/simulator", "/static/base.css"]
)
def test_the_operators_port_serves_nothing_of_the_public(open_app: OpenApp, path: str) -> None:
    assert create_ops_app(open_app()).test_client().get(path).status_code == 404


def test_both_ports_say_that_they_are_alive(open_app: OpenApp) -> None:
    app = open_app()
    for one in (app, create_ops_app(app)):
        assert one.test_client().get("/healthz").json == {"ok": True}


@pytest.mark.parametrize(
    "host", ["evil.example", "sms.example.org", "10.0.0.7", "localhost.evil.example", ""]
)
def test_a_page_in_an_operators_browser_reads_no_metrics(open_app: OpenApp, host: str) -> None:
    ops = create_ops_app(open_app(**TWILIO)).test_client()
    for path in ("/metrics", "/readyz"):
        assert ops.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "ops.example.org"])
def test_production_opens_the_operators_port_to_this_machine_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_OPS_HOST"):
        load_settings(state_dir=tmp_path, **LIVE, trusted_proxy="127.0.0.1", ops_host=host)


def test_the_two_ports_are_two(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_OPS_PORT"):
        load_settings(state_dir=tmp_path, gateway_port=8001)


def test_whoever_asks_often_makes_no_work(open_app: OpenApp) -> None:
    looks: list[int] = []

    def look() -> int:
        looks.append(1)
        return len(looks)

    kept = Kept(look, lambda _: 60.0)
    assert [kept() for _ in range(50)] == [1] * 50
    stale = Kept(look, lambda _: 0.0)
    assert [stale(), stale()] == [2, 3]


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        gateway = free.getsockname()[1]
        free.close()
        settings = Settings(state_dir=tmp_path, gateway_port=gateway, ops_port=taken.getsockname()[1])
        with pytest.raises(PortTaken, match="RENEWAL_OPS_PORT"):
            refuse_taken_ports(settings)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("::1", "http://[::1]:8001"),
        ("localhost", "http://localhost:8001"),
    ],
)
def test_whoever_starts_the_gateway_knows_where_to_ask(tmp_path: Path, host: str, url: str) -> None:
    assert ops_url(Settings(state_dir=tmp_path, ops_host=host)) == url


def test_one_process_serves_both_ports(shared) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        gateway, ops = one.getsockname()[1], other.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("RENEWAL_")} | {
        "RENEWAL_STATE_DIR": str(shared.settings.state_dir),
        "RENEWAL_GATEWAY_PORT": str(gateway),
        "RENEWAL_OPS_PORT": str(ops),
        "RENEWAL_RASA_URL": "http://127.0.0.1:9",
        **{f"RENEWAL_{name.upper()}": value for name, value in KEYS.items()},
    }
    process = subprocess.Popen([sys.executable, "-m", "sms_gateway"], cwd=ROOT, env=env)
    try:
        ready = _answer(process, f"http://127.0.0.1:{ops}/readyz")
        assert ready.status_code == 503
        assert ready.json()["rasa"] == "down"
        assert "renewal_deliveries" in _answer(process, f"http://127.0.0.1:{ops}/metrics").text
        assert _answer(process, f"http://127.0.0.1:{gateway}/healthz").json() == {"ok": True}
        assert _answer(process, f"http://127.0.0.1:{gateway}/readyz").status_code == 404
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _answer(process: subprocess.Popen[bytes], url: str) -> httpx.Response:
    deadline = time.monotonic() + 3 * PATIENCE_S
    while True:
        try:
            return httpx.get(url, timeout=PATIENCE_S, trust_env=False)
        except httpx.TransportError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
