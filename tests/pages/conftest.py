"""The real pages and scripts in a real browser, in front of canned JSON at the wire."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, jsonify, make_response, render_template, request
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from renewal.services.talks.asked import USUAL
from sms_gateway.widget import widget_script
from sms_gateway.widget_words import WidgetWords
from tests.loaded import WORDING
from tests.pages import front

GATEWAY = Path(__file__).parents[2] / "sms_gateway"
OFFLINE = "net::ERR_INTERNET_DISCONNECTED"  # what a browser says that a test has taken off the network
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
STORE_DOWN = 1503  # a 503 whose text was not kept
BUSY, BUSY_ALL = 2429, 2503  # no room for a turn: of this visitor, of anybody
ELSEWHERE = """<!doctype html><html lang="zh-CN"><title>别人的网页</title>
<link rel="icon" href="/static/favicon.svg"><h1>别人的网页</h1>
<script src="/chat/widget.js" defer></script>"""
EMBEDDED = """<!doctype html><html lang="en"><title>Another page</title>
<link rel="icon" href="/static/favicon.svg"><main><h1>Another page</h1></main>
<script src="/chat/widget.js" defer></script><renewal-chat></renewal-chat>"""
AT = "2026-11-23T08:20:00+00:00"


@dataclass
class Wire:
    """What the gateway would say and has heard; a test sets the one and reads the other."""

    url: str = ""
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)  # of the next POST /chat/messages; then 200
    heard: list[dict[str, str]] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)  # the ids of what was taken
    said: list[dict[str, Any]] = field(default_factory=list)
    sessions: int = 0
    ended: int = 0
    hints: int = 0  # how often the list was asked for
    wanted: list[dict[str, Any]] = field(default_factory=list)
    submitted: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[dict[str, str]] = field(default_factory=list)  # of the next steps of the form
    judged: list[dict[str, Any]] = field(default_factory=list)
    known: bool = False  # whether a holder was identified
    holders: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texted: list[dict[str, Any]] = field(default_factory=list)

    def say(self, author: str, text: str, **more: Any) -> dict[str, Any]:
        """Put a message into the conversation, as the store would number it."""
        self.said.append({"n": len(self.said) + 1, "author": author, "text": text, "buttons": [], **more})
        return self.said[-1]

    def text(self, phone: str, direction: str, body: str, at: str = AT) -> None:
        """Put an SMS onto a phone."""
        number = sum(len(texts) for texts in self.texts.values()) + 1
        self.texts.setdefault(phone, []).append({"n": number, "direction": direction, "body": body, "at": at})


def _app(wire: Wire) -> Flask:
    app = Flask("pages", template_folder=GATEWAY / "templates", static_folder=GATEWAY / "static")
    app.after_request(_content_policy)
    app.add_url_rule("/", "index", lambda: render_template("index.html", **front.values()))
    app.add_url_rule("/simulator", "simulator", lambda: render_template("simulator.html"))
    app.add_url_rule("/elsewhere", "elsewhere", lambda: ELSEWHERE)
    app.add_url_rule("/embedded", "embedded", lambda: EMBEDDED)
    _widget(app, wire)
    _sessions(app, wire)
    _chat(app, wire)
    _phones(app, wire)
    return app


class AskedAsUsual(WidgetWords):
    """The real words; nothing was asked yet."""

    def __init__(self) -> None:
        super().__init__(SimpleNamespace(wording=WORDING))

    def _topics(self) -> tuple[str, ...]:
        return USUAL


def _widget(app: Flask, wire: Wire) -> None:
    told = AskedAsUsual()

    @app.get("/chat/widget.js")
    def script() -> Response:
        return Response(widget_script().plain, mimetype="text/javascript")

    @app.get("/chat/words/<language>")
    def words(language: str) -> Response:
        return jsonify(told.words(language))

    @app.get("/chat/hints/<language>")
    def hints(language: str) -> Response:
        wire.hints += 1
        return jsonify(hints=told.hints(language))

    @app.post("/chat/callbacks/code")
    def send_code() -> tuple[Response, int]:
        wire.wanted.append(request.get_json())
        wrong = wire.wrong.pop(0) if wire.wrong else {}
        return (jsonify(wrong=wrong), 422) if wrong else (jsonify(said="验证码已发到尾号8000的手机。"), 200)

    @app.post("/chat/callbacks")
    def submit() -> tuple[Response, int]:
        wire.submitted.append(request.get_json())
        wrong = wire.wrong.pop(0) if wire.wrong else {}
        said = "您的服务申请已提交。\n工作人员最晚11月24日打给您。"
        return (jsonify(wrong=wrong), 422) if wrong else (jsonify(said=said, done=True), 200)

    @app.post("/chat/feedback")
    def judge() -> tuple[Response, int]:
        wire.judged.append(request.get_json())
        return jsonify(), wire.statuses.pop(0) if wire.statuses else 200


def _content_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    return response


def _sessions(app: Flask, wire: Wire) -> None:
    @app.post("/chat/sessions")
    def open_session() -> Response:
        wire.sessions += 1
        response = make_response(jsonify())
        response.set_cookie("session", "t", httponly=True, samesite="Lax")
        return response

    @app.delete("/chat/sessions")
    def end_session() -> tuple[Response, int]:
        status = wire.statuses.pop(0) if wire.statuses else 200
        if status == 200:
            wire.ended += 1
            wire.said.clear()
        return jsonify(), status


def _chat(app: Flask, wire: Wire) -> None:
    @app.post("/chat/messages")
    def hear() -> tuple[Response, int]:
        body = request.get_json()
        wire.heard.append(body)
        status = wire.statuses.pop(0) if wire.statuses else 200
        if status == STORE_DOWN:
            return jsonify(error={"code": "gateway.failed", "message": "服务暂时不可用。"}), 503
        if status in (BUSY, BUSY_ALL):
            return jsonify(error={"code": "chat.busy", "message": "现在问的人多。"}), status - 2000
        if status >= 400 and status != 503:
            return jsonify(error={"message": "出错了。"}), status
        again = body["id"] in wire.stored
        if not again:
            wire.stored.add(body["id"])
            wire.say("user", body["text"], id=body["id"])
        if status == 503:
            return jsonify(
                error={"code": "chat.unavailable", "message": "助手正在重启，您的问题已收到。"}
            ), 503
        replies = [{"text": f"收到：{body['text']}"}] if not again else []
        return jsonify(
            messages=[wire.say("bot", **reply) for reply in wire.answers.get(body["text"], replies)]
        ), 200

    @app.get("/chat/messages")
    def since() -> Response:
        after = int(request.args["after"])
        return jsonify(messages=[one for one in wire.said if one["n"] > after], known=wire.known)


def _phones(app: Flask, wire: Wire) -> None:
    @app.get("/simulator/holders")
    def holders() -> Response:
        return jsonify(holders=wire.holders)

    @app.get("/simulator/phones/<phone>/texts")
    def texts(phone: str) -> Response:
        after = int(request.args["after"])
        return jsonify(texts=[one for one in wire.texts.get(phone, []) if one["n"] > after])

    @app.post("/simulator/phones/<phone>/texts")
    def text(phone: str) -> tuple[Response, int]:
        status = wire.statuses.pop(0) if wire.statuses else 202
        if status >= 400:
            return jsonify(error={"message": "短信没有收下。"}), status
        body = request.get_json()["body"]
        wire.texted.append({"phone": phone, "body": body, "with": request.headers.get("X-Requested-With")})
        wire.text(phone, "in", body)
        return jsonify({}), 202


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A listening stand-in for the gateway; `wire.url` is where."""
    wire = Wire()
    server = make_server("127.0.0.1", 0, _app(wire), threaded=True)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield wire
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Problems:
    """What a page must not do: say an error to the console, or ask another host for something."""

    console: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


@pytest.fixture
def problems() -> Problems:
    """Collected from every page of the test, judged when it ends; a test that provokes errors clears it."""
    return Problems()


@pytest.fixture
def open_page(browser: Browser, wire: Wire, problems: Problems) -> Iterator[Callable[..., Page]]:
    """Opens a path in a browser of its own, `width` and `height` in CSS pixels."""
    contexts = []

    def open_(path: str, size: dict[str, int] | None = None, **options: Any) -> Page:
        context = browser.new_context(viewport=size or DESKTOP, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on(
            "console",
            lambda message: _note_error(message, problems),
        )
        page.on("pageerror", lambda error: problems.console.append(str(error)))
        page.on("request", lambda asked: _note_stranger(asked.url, wire.url, problems))
        page.goto(wire.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == Problems()


def _note_error(message: ConsoleMessage, problems: Problems) -> None:
    if message.type == "error" and OFFLINE not in message.text:
        problems.console.append(message.text)


def _note_stranger(url: str, ours: str, problems: Problems) -> None:
    if not url.startswith((ours + "/", "data:", "blob:")):
        problems.strangers.append(url)
