"""Real gateways that attacks are tried on, opened once for a file of them; Twilio and the assistant are played."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from waitress import wasyncore

from renewal.dialogue.says import BotMessage, Button
from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.settings import Settings
from renewal.store import Store
from renewal.store.models import InboundText, Message
from sms_gateway.app import create_app
from sms_gateway.limits_table import THREADS
from sms_gateway.serving import open_server
from tests.conftest import KEYS, TODAY
from tests.gateway.conftest import TWILIO, ScriptedAssistant
from tests.gateway.queue_view import queued
from tests.loaded import RULES, WORDING

Serve = Callable[..., int]
CHOICE = Button(id="", label="是我本人", intent="affirm")
_addresses = count(1)


@dataclass
class OfferingAssistant(ScriptedAssistant):
    """The scripted assistant, which offers a button and notes what it is told of the one that was pressed."""

    meant: list[tuple[str, str]] = field(default_factory=list)

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        self.meant.append((conversation_id, intent))
        said = super().answer(conversation_id=conversation_id, text=text, intent=intent, notice=notice)
        return tuple(BotMessage(text=message.text, buttons=(CHOICE,)) for message in said)


@dataclass(frozen=True, kw_only=True)
class Door:
    """One gateway: what a stranger reaches, and what a test may look at behind it."""

    services: Services
    assistant: OfferingAssistant
    app: Flask

    def client(self, **options: Any) -> FlaskClient:
        """A stranger's client at an address of its own, so that no limit of another attack is spent here."""
        client = self.app.test_client(**options)
        number = next(_addresses)
        client.environ_base["REMOTE_ADDR"] = f"10.0.{number // 250}.{number % 250 + 1}"
        return client

    def visitor(self) -> FlaskClient:
        """A client with a conversation."""
        client = self.client()
        assert client.post("/chat/sessions", json={}).status_code == 201
        return client

    def traces(self) -> tuple[int, int, int]:
        """How many texts, messages and jobs there are: an attack that came to nothing leaves them as they were."""
        with self.services.store.read() as session:
            texts = session.scalar(select(func.count()).select_from(InboundText)) or 0
            messages = session.scalar(select(func.count()).select_from(Message)) or 0
        return texts, messages, len(queued(self.services))


@pytest.fixture(scope="module")
def open_door(
    sqlite_template_with_jobs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Door]]:
    """Opens a gateway over a store of its own; `more` are settings."""
    opened: list[Store] = []

    def open_(**more: object) -> Door:
        state_dir = tmp_path_factory.mktemp("door")
        shutil.copyfile(sqlite_template_with_jobs, state_dir / "renewal.db")
        settings = Settings(today=TODAY, state_dir=state_dir, **KEYS).model_copy(update=more)
        store = Store.open(settings)
        opened.append(store)
        services = Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))
        assistant = OfferingAssistant()
        return Door(services=services, assistant=assistant, app=create_app(settings, services, assistant))

    yield open_
    for store in opened:
        store.close()


def serving() -> Iterator[Serve]:
    running: list[tuple[Any, threading.Thread]] = []

    def start(app: Flask, **how: Any) -> int:
        server = open_server(app, host="127.0.0.1", port=0, **({"threads": THREADS} | how))
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        return int(server.effective_port)

    yield start
    for server, thread in running:
        with suppress(OSError):  # it may close before the last byte that tells it to
            server.trigger.pull_trigger(
                lambda server=server: wasyncore.close_all(server._map, ignore_all=True)
            )
        thread.join(10)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Puts the real server in front of an app, on a port of the loopback address, and gives the port."""
    yield from serving()


@pytest.fixture(scope="module")
def serve_long() -> Iterator[Serve]:
    """The same, for all tests of a file."""
    yield from serving()


@pytest.fixture(scope="module")
def door(open_door: Callable[..., Door]) -> Door:
    """The gateway with the phone on screen, as on a developer's machine."""
    return open_door()


@pytest.fixture(scope="module")
def twilio_door(open_door: Callable[..., Door]) -> Door:
    """The gateway behind Twilio, as in earnest."""
    return open_door(**TWILIO)


def say(client: FlaskClient, text: object, client_id: object = "1", **more: object) -> Any:
    """POST one message; `more` are further keys of its JSON."""
    return client.post("/chat/messages", json={"id": client_id, "text": text, **more})


def cookie_of(answer: Any) -> str:
    """`name=token` of the cookie that an answer sets last."""
    return str(answer.headers.getlist("Set-Cookie")[-1].partition(";")[0])


def history(client: FlaskClient) -> list[dict[str, Any]]:
    """Everything that this client may read."""
    return client.get("/chat/messages?after=0").json["messages"]
