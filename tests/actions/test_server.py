"""The server's door, as a real process on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from actions.server import NoSecret, make_app
from renewal.services.app import Services
from renewal.settings import Settings

# One database is enough here: the store has its own tests on both.
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "RENEWAL_STATE_DIR": str(settings.state_dir),
        "RENEWAL_ACTIONS_PORT": str(port),
        "RENEWAL_ACTIONS_SECRET": settings.actions_secret.get_secret_value(),
        "RENEWAL_DATA_KEYS": settings.data_keys.get_secret_value(),
        "RENEWAL_LOOKUP_KEY": settings.lookup_key.get_secret_value(),
    }
    process = subprocess.Popen([sys.executable, "-m", "actions"], cwd=ROOT, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                httpx.get(f"{address}/health", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def test_only_who_knows_the_secret_runs_an_action(server: str, settings: Settings) -> None:
    call = {
        "next_action": "action_answer",
        "tracker": {"sender_id": "nobody", "latest_message": {"text": "你好"}},
    }
    with httpx.Client(base_url=server, trust_env=False, timeout=PATIENCE_S) as client:
        assert client.get("/health").status_code == 200
        assert client.post("/webhook", json=call).status_code == 403
        assert client.post("/webhook", json=call, headers={"X-Renewal-Secret": "guess"}).status_code == 403
        for odd in (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", "密钥".encode(), b""):  # no error, a wrong secret
            refused = client.post("/webhook", json=call, headers={b"X-Renewal-Secret": odd})
            assert refused.status_code == 403
        assert client.get("/actions").status_code == 403
        known = {"X-Renewal-Secret": settings.actions_secret.get_secret_value()}
        answered = client.post("/webhook", json=call, headers=known)
        assert answered.status_code == 200
        assert answered.json()["responses"]
        failed = client.post("/webhook", json={"next_action": "action_answer"}, headers=known)
        assert failed.status_code == 500


def test_without_a_secret_it_does_not_open(services: Services) -> None:
    bare = Settings(state_dir=services.settings.state_dir, actions_secret="")
    with pytest.raises(NoSecret):
        make_app(
            Services(
                settings=bare,
                store=services.store,
                rulebook=services.rulebook,
                wording=services.wording,
                jobs=services.jobs,
            )
        )
