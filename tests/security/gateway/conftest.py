"""A gateway that is attacked: over one store for a file of tests, each test with limits of its own."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.settings import Settings
from renewal.store import Store
from sms_gateway.__main__ import read_words
from sms_gateway.app import create_app
from tests.conftest import KEYS, TODAY
from tests.gateway.conftest import TWILIO, ScriptedAssistant
from tests.loaded import RULES, WORDING

OpenApp = Callable[..., Flask]


class SlowAssistant(ScriptedAssistant):
    """Thinks until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.thinking = threading.Semaphore(0)
        self.go = threading.Event()

    def answer(self, **said: Any) -> Any:
        self.thinking.release()
        self.go.wait(60)
        return super().answer(**said)

    def wait_for(self, turns: int) -> None:
        for _ in range(turns):
            assert self.thinking.acquire(timeout=60)


@pytest.fixture(scope="module")
def shared(sqlite_template_with_jobs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("state")
    shutil.copyfile(sqlite_template_with_jobs, folder / "renewal.db")
    read_words()
    settings = Settings(today=TODAY, state_dir=folder, **KEYS)
    store = Store.open(settings)
    yield Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))
    store.close()


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
def open_app(shared: Services, assistant: ScriptedAssistant) -> OpenApp:
    """A gateway with these settings changed."""

    def opened(of: ScriptedAssistant = assistant, **changes: Any) -> Flask:
        settings = shared.settings.model_copy(update=changes)
        return create_app(settings, replace(shared, settings=settings), of)

    return opened


@pytest.fixture
def client(open_app: OpenApp) -> FlaskClient:
    return open_app().test_client()


@pytest.fixture
def twilio(open_app: OpenApp) -> FlaskClient:
    return open_app(**TWILIO).test_client()


@pytest.fixture
def session(client: FlaskClient) -> FlaskClient:
    assert client.post("/chat/sessions", json={}).status_code == 201
    return client


@pytest.fixture
def services(settings: Settings, job_tables: None) -> Iterator[Services]:
    """A store of the test's own, on the database that it names."""
    store = Store.open(settings)
    yield Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))
    store.close()
