"""The widget on a page of another origin, with a policy of its own that allows no inline code, in a real browser."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete
from werkzeug.serving import make_server

from renewal.store.models import Conversation, Message
from sms_gateway.__main__ import read_words
from tests.security.conftest import Door

PATIENCE_MS = 30_000
PAGE = """<!doctype html><html lang="zh-CN"><title>别人的网页</title><link rel="icon" href="data:,">
<h1>别人的网页</h1><script src="{gateway}/chat/widget.js" defer></script><renewal-chat></renewal-chat>"""


@dataclass
class Site:
    """A page of another origin, and the gateway whose widget it embeds."""

    door: Door
    listed: str
    other: str
    gateway: str


def _page(gateway: list[str]) -> Flask:
    app = Flask("elsewhere")

    @app.get("/")
    def index() -> Response:
        answer = Response(PAGE.format(gateway=gateway[0]), mimetype="text/html")
        ours = f"script-src {gateway[0]}; connect-src {gateway[0]}; img-src data:"
        answer.headers["Content-Security-Policy"] = f"default-src 'self'; {ours}"
        return answer

    return app


@pytest.fixture(scope="module")
def site(open_door: Callable[..., Door]) -> Iterator[Site]:
    read_words()  # now, not at the first text
    gateway = [""]
    servers = [make_server("127.0.0.1", 0, _page(gateway), threaded=True) for _ in range(2)]
    listed, other = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    door = open_door(chat_origins=listed)
    servers.append(make_server("127.0.0.1", 0, door.app, threaded=True))
    gateway[0] = f"http://127.0.0.1:{servers[-1].server_port}"
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in servers]
    for thread in threads:
        thread.start()
    yield Site(door=door, listed=listed, other=other, gateway=gateway[0])
    for server in servers:
        server.shutdown()


@pytest.fixture
def refused() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, refused: list[str]) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    yield page
    context.close()


def ask(page: Page, text: str) -> None:
    page.locator(".composer textarea").fill(text)
    page.keyboard.press("Enter")


def test_a_listed_page_shows_the_widget_whole_and_gets_answers_without_a_cookie(
    site: Site, page: Page, refused: list[str]
) -> None:
    page.goto(site.listed)
    page.get_by_role("button", name="打开续签助手").click()
    ask(page, "居住证怎么续签")
    expect(page.locator(".row.bot .bubble").last).to_have_text("答1：居住证怎么续签", timeout=PATIENCE_MS)
    assert page.locator(".launcher").evaluate("box => getComputedStyle(box).position") == "fixed"
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.reload()
    page.get_by_role("button", name="打开续签助手").click()
    expect(page.locator(".row.user .bubble")).to_have_text(["居住证怎么续签"])
    assert refused == []


def test_the_token_lies_in_the_tab_of_its_page_and_goes_with_the_conversation(site: Site, page: Page) -> None:
    page.goto(site.listed)
    page.get_by_role("button", name="打开续签助手").click()
    ask(page, "你好")
    expect(page.locator(".row.bot .bubble").last).to_have_text("答1：你好", timeout=PATIENCE_MS)
    kept = "Object.values(sessionStorage).filter(value => value.length > 30).length"
    assert page.evaluate(kept) == 1
    page.get_by_role("button", name="结束对话").click()
    expect(page.locator(".row.user")).to_have_count(0)
    assert page.evaluate(kept) == 0


def test_a_page_that_is_not_listed_shows_no_widget(site: Site, page: Page, refused: list[str]) -> None:
    page.goto(site.other)
    page.wait_for_timeout(1500)
    assert page.locator("renewal-chat .launcher").count() == 0
    assert any("CORS" in line or "403" in line for line in refused)


def test_a_widget_whose_conversation_was_erased_goes_on_in_a_new_one(site: Site, page: Page) -> None:
    page.goto(site.listed)
    page.get_by_role("button", name="打开续签助手").click()
    ask(page, "第一句")
    expect(page.locator(".row.bot .bubble").last).to_have_text("答1：第一句", timeout=PATIENCE_MS)
    with site.door.services.store.session() as session:
        session.execute(delete(Message))
        session.execute(delete(Conversation))
    ask(page, "第二句")
    expect(page.locator(".row.bot .bubble").last).to_have_text("答1：第二句", timeout=PATIENCE_MS)


def test_a_page_with_no_more_than_a_policy_of_its_own_is_enough_on_our_own_origin(
    site: Site, page: Page, refused: list[str]
) -> None:
    page.goto(site.gateway)  # its own answers say `default-src 'self'`
    ask(page, "你好")
    expect(page.locator(".row.bot .bubble").last).to_have_text("答1：你好", timeout=PATIENCE_MS)
    assert refused == []
    assert [cookie["httpOnly"] for cookie in page.context.cookies()] == [True]
