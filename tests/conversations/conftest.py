"""People of the real stack: a phone, a web chat and a terminal."""

import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, TypeVar

import httpx
import pytest

from renewal.cli.places import ROOT
from renewal.cli.stack import PrivateStack
from renewal.services.app import Services, services_on
from renewal.services.talks.rasa import RasaAssistant

ANSWER_LIMIT_S = 30.0

T = TypeVar("T")
Command = Callable[..., "subprocess.CompletedProcess[str]"]


class Phone:
    """A simulated phone: texts us, and reads what came since it last looked."""

    def __init__(self, http: httpx.Client, holder: str) -> None:
        self._http = http
        self._path = f"/simulator/phones/{holder}/texts"
        self._seen = max((text["n"] for text in self._texts(0)), default=0)

    def text(self, body: str) -> httpx.Response:
        return self._http.post(self._path, json={"body": body}, headers={"X-Requested-With": "fetch"})

    def replies(self) -> list[str]:
        fresh = self._texts(self._seen)
        self._seen = max((text["n"] for text in fresh), default=self._seen)
        return [text["body"] for text in fresh if text["direction"] == "out"]

    def reply(self, limit_s: float = ANSWER_LIMIT_S) -> str:
        """The next text that comes; more than one that came at once are joined."""
        found = wait_for(self.replies, limit_s, "no text came")
        return "\n".join(found)

    def ask(self, body: str, limit_s: float = ANSWER_LIMIT_S) -> str:
        assert self.text(body).status_code == 202
        return self.reply(limit_s)

    def _texts(self, after: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._http.get(self._path, params={"after": after}).json()["texts"]
        return found


def wait_for(look: Callable[[], T], limit_s: float, otherwise: str) -> T:
    deadline = time.monotonic() + limit_s
    while True:
        if found := look():
            return found
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


@pytest.fixture
def phone(http: httpx.Client) -> Phone:
    """A visitor's phone, whose number no holder has."""
    return Phone(http, "guest")


class Chat:
    """The web chat, as the widget speaks to it."""

    def __init__(self, http: httpx.Client) -> None:
        # A browser of its own: two visitors of one test do not share their cookies.
        self._http = httpx.Client(base_url=http.base_url, timeout=30, trust_env=False)
        assert self._http.post("/chat/sessions", json={}).status_code == 201
        self._ids = itertools.count(1)

    def post(self, text: str, client_id: str = "") -> httpx.Response:
        return self._http.post(
            "/chat/messages",
            json={"id": client_id or f"m{next(self._ids)}", "text": text},
        )

    def say(self, text: str) -> str:
        answer = self.post(text)
        assert answer.status_code == 200, answer.text
        return "\n".join(message["text"] for message in answer.json()["messages"])

    def since(self, after: int) -> list[dict[str, Any]]:
        answer = self._http.get("/chat/messages", params={"after": after})
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def chat(http: httpx.Client) -> Iterator[Chat]:
    """A fresh web conversation."""
    chat = Chat(http)
    yield chat
    chat.close()


@pytest.fixture
def renewal(stack: PrivateStack) -> Command:
    """The `renewal` command, typed beside the running stack."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("RENEWAL_")}
    env["RENEWAL_STATE_DIR"] = str(stack.state_dir)

    def typed(*arguments: str, cwd: str = "/") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            (str(ROOT / ".venv" / "bin" / "renewal"), *arguments),
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return typed


@pytest.fixture(scope="module")
def services(stack: PrivateStack) -> Iterator[Services]:
    """Those of the running stack, for one file of tests."""
    with services_on(stack.settings) as services:
        yield services


@pytest.fixture(scope="module")
def assistant(services: Services) -> Iterator[RasaAssistant]:
    """Its assistant."""
    with closing(RasaAssistant(services.settings)) as opened:
        yield opened
