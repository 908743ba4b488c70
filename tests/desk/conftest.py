"""The desk over a real store: clerks who are signed in, by HTTP and in a browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from renewal.domain.staff import Role
from renewal.services.accounts import accounts
from renewal.services.app import Services
from renewal.settings import Settings
from sms_gateway.app import create_app
from tests.gateway.conftest import ScriptedAssistant
from tests.gateway.conftest import _services as opened

PASSWORD = "three-words-of-a-test"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Clerk:
    """Somebody at the desk, by HTTP; every POST carries the token of the page that was open last."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(f"/desk{path}", **more)
        if found := _TOKEN.search(answer.text):
            self.token = found.group(1)
        return answer

    def post(self, path: str, then: bool = True, **fields: Any) -> TestResponse:
        """Send a form; `then` follows to the page that tells how it went."""
        data = {"csrf_token": self.token, **fields}
        return self.client.post(f"/desk{path}", data=data, follow_redirects=then)


def make_account(services: Services, name: str, role: Role = Role.CLERK, *, must_change: bool = False) -> str:
    """An account with the password of the tests."""
    return accounts.add(services, name, role, PASSWORD, must_change=must_change, actor="test")


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
def app(services: Services, assistant: ScriptedAssistant) -> Flask:
    return create_app(services.settings, services, assistant)


@pytest.fixture
def services(settings: Settings, job_tables: None) -> Iterator[Services]:
    """On SQLite: these tests are about the pages; what they do is tested on both."""
    yield from opened(settings)


@pytest.fixture
def stranger(app: Flask) -> Clerk:
    """Somebody who is not signed in."""
    return Clerk(app.test_client())


@pytest.fixture
def sign_in(app: Flask, services: Services) -> Callable[..., Clerk]:
    """Signs somebody in, with an account made for it: `sign_in("li", Role.CLERK)`."""

    def enter(name: str = "li", role: Role = Role.CLERK, *, must_change: bool = False) -> Clerk:
        make_account(services, name, role, must_change=must_change)
        clerk = Clerk(app.test_client())
        clerk.get("/sign-in")
        answer = clerk.post("/sign-in", then=False, name=name, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        clerk.get("/account")
        return clerk

    return enter


@pytest.fixture
def clerk(sign_in: Callable[..., Clerk]) -> Clerk:
    """A clerk called li, signed in."""
    return sign_in("li", Role.CLERK)


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The gateway, listening; where."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_desk(browser: Browser, site: str, services: Services) -> Iterator[Callable[..., Page]]:
    """Opens the desk in a browser of its own, signed in: `open_desk("li", Role.CLERK, size=PHONE, dark=True)`."""
    contexts = []

    def enter(
        name: str = "li",
        role: Role = Role.CLERK,
        *,
        size: dict[str, int] = DESKTOP,
        dark: bool = False,
        **more: Any,
    ) -> Page:
        make_account(services, name, role)
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport=size, locale="zh-CN", color_scheme=scheme, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{site}/desk")
        page.get_by_label("账户名").fill(name)
        page.get_by_label("口令").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/desk/")
        return page

    yield enter
    for context in contexts:
        context.close()
