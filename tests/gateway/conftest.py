"""A gateway over a real store; the assistant and Twilio are the wire, and played here."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from renewal.dialogue.says import BotMessage
from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.settings import Settings
from renewal.store import Store
from sms_gateway.app import create_app
from tests.loaded import RULES, WORDING

TWILIO_OPTIONS = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "token-of-the-tests",
    "twilio_auth_token_previous": "token-before-it",
    "twilio_from": "+15005550006",
}


def twilio_settings(**changed: str) -> dict[str, Any]:
    """Changes of the settings that make Twilio the provider, with some of its own changed (`twilio_base_url`)."""
    options = {name: SecretStr(value) for name, value in (TWILIO_OPTIONS | changed).items()}
    return {
        "provider": "twilio",
        "provider_options": options,
        "public_url": "https://sms.example.org",
    }


TWILIO = twilio_settings()


@dataclass
class ScriptedAssistant:
    """Answers each text with its own words, unless it is away."""

    away: bool = False
    said: list[tuple[str, str]] = field(default_factory=list)
    parts: int = 1

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        if self.away:
            raise AssistantUnavailable
        self.said.append((conversation_id, text))
        return tuple(
            BotMessage(text=f"答{number}：{text.strip() or '空'}") for number in range(1, self.parts + 1)
        )


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
def services(settings: Settings, job_tables: None) -> Iterator[Services]:
    """On SQLite: what these tests are about is the doors, not the store."""
    yield from _services(settings)


def _services(settings: Settings) -> Iterator[Services]:
    store = Store.open(settings)
    yield Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))
    store.close()


@pytest.fixture
def app(services: Services, assistant: ScriptedAssistant) -> Flask:
    return create_app(services.settings, services, assistant)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def twilio_services(settings: Settings, job_tables: None) -> Iterator[Services]:
    yield from _services(settings.model_copy(update=TWILIO))


@pytest.fixture
def twilio(twilio_services: Services, assistant: ScriptedAssistant) -> FlaskClient:
    return create_app(twilio_services.settings, twilio_services, assistant).test_client()


@pytest.fixture
def listener() -> Iterator[Callable[[], int]]:
    """Opens little HTTP servers that answer 200 to everything; gives their ports."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Yes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    servers: list[HTTPServer] = []

    def start() -> int:
        server = HTTPServer(("127.0.0.1", 0), Yes)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
