"""Browsers at the chat, with a clock that a test moves; the assistant is the wire, and played here."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from renewal.dialogue.says import BotMessage
from renewal.language.secrets import find_code
from renewal.services.app import Services
from renewal.store.models import Conversation, Delivery, Holder, LoginCode
from sms_gateway.app import create_app

HOME, STRANGER = "203.0.113.7", "198.51.100.9"
HTTPS = "https://renewal.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked(Services):
    """Services whose clock is as far ahead as `ahead` adds up to."""

    ahead: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + sum(self.ahead, timedelta())

    def wait(self, **time: float) -> None:
        self.ahead.append(timedelta(**time))


def clocked(services: Services, **settings: Any) -> Clocked:
    """The same services with a clock to move, and some settings changed."""
    return Clocked(
        settings=services.settings.model_copy(update=settings),
        store=services.store,
        rulebook=services.rulebook,
        wording=services.wording,
        jobs=services.jobs,
    )


@dataclass
class Echo:
    """Answers what it is told; `meanwhile` happens while it thinks."""

    said: list[tuple[str, str]] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        self.said.append((conversation_id, text))
        if self.meanwhile is not None:
            self.meanwhile()
        return (BotMessage(text=f"答：{text}"),)


class Browser:
    """One browser: its cookies, and the address that it comes from."""

    _ids = itertools.count(1)

    def __init__(self, app: Flask, base: str, address: str, *, opened: bool = True) -> None:
        self.client: FlaskClient = app.test_client()
        self._domain = urlsplit(base).hostname or ""
        self._common = {"base_url": base, "environ_overrides": {"REMOTE_ADDR": address}}
        self.name = "__Host-renewal_chat" if base.startswith("https") else "renewal_chat"
        if opened:
            self.open()

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        return self.client.open(path, method=method, **self._common, **more)

    def open(self) -> TestResponse:
        return self.ask("POST", "/chat/sessions", json={})

    def say(self, text: str, client_id: str = "") -> TestResponse:
        body = {"id": client_id or f"b{next(self._ids)}", "text": text}
        return self.ask("POST", "/chat/messages", json=body)

    def heard(self, text: str) -> list[str]:
        """The answers to a text."""
        return [message["text"] for message in self.say(text).json["messages"]]

    def read(self, after: int = 0) -> TestResponse:
        return self.ask("GET", f"/chat/messages?after={after}")

    def texts(self) -> list[str]:
        """All that the page may read."""
        return [message["text"] for message in self.read().json["messages"]]

    @property
    def token(self) -> str:
        cookie = self.client.get_cookie(self.name, self._domain)
        return cookie.value if cookie is not None else ""

    @token.setter
    def token(self, value: str) -> None:
        secure = self.name.startswith("__Host-")
        self.client.set_cookie(
            self.name, value, domain=self._domain, secure=secure, httponly=True, samesite="Strict"
        )


@dataclass
class Web:
    """The gateway over one store, and who is on file there."""

    services: Clocked
    assistant: Echo = field(default_factory=Echo)
    base: str = "http://localhost"

    def __post_init__(self) -> None:
        self.app = create_app(self.services.settings, self.services, self.assistant)

    def beside(self) -> "Web":
        """A second gateway over the same store: one lets a session say one thing at a time, two know nothing of it."""
        return Web(self.services, self.assistant, self.base)

    def browser(self, address: str = HOME, *, opened: bool = True) -> Browser:
        return Browser(self.app, self.base, address, opened=opened)

    def holder(self, number: int = 0) -> Holder:
        with self.services.store.read() as session:
            return session.scalars(select(Holder).order_by(Holder.id).offset(number)).first()

    def code(self, holder: Holder) -> str:
        """The code in the last text to a holder's phone."""
        with self.services.store.read() as session:
            to_phone = select(Delivery).where(Delivery.phone_hash == holder.phone_hash)
            row = session.scalars(to_phone.order_by(Delivery.created_at.desc(), Delivery.id)).first()
        found = find_code(row.body, 6)
        return found.secret

    def login(self, browser: Browser, holder: Holder) -> TestResponse:
        """Ask for the code and type it; gives the answer to the code."""
        assert browser.heard(ask_for(holder)) == [self.sentence("identity.sent", digits=6, minutes=5)]
        return browser.say(self.code(holder))

    def sentence(self, key: str, **values: Any) -> str:
        return self.services.wording.render(key, channel="web", **values)

    def talk_of(self, token: str) -> Conversation | None:
        with self.services.store.read() as session:
            hashed = self.services.store.token_hash(token)
            return session.scalars(select(Conversation).where(Conversation.token_hash == hashed)).first()

    def codes(self) -> int:
        """How many codes were asked for and granted."""
        with self.services.store.read() as session:
            return len(session.scalars(select(LoginCode.id)).all())


def phone_of(holder: Holder) -> str:
    return holder.phone.removeprefix("+86")


def ask_for(holder: Holder) -> str:
    return f"帮我查一下{phone_of(holder)}的续签状态"
