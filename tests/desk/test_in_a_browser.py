"""The desk in a real Chromium: a clerk's morning, the keyboard alone, no JavaScript, strangers' words."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from renewal.services.accounts import signing_in
from renewal.services.app import Services
from renewal.services.callbacks import calling
from renewal.services.talks import conversations, handover, web_sessions
from renewal.store.models import AuditEntry, Callback, Conversation, Delivery, StaffSession
from tests.bookings import book_callback
from tests.desk.conftest import PASSWORD
from tests.gateway.conftest import ScriptedAssistant
from tests.security.payloads import MARKUP

OpenDesk = Callable[..., Page]
HOLDER, OTHER = "+8619900000001", "+8613800138000"
MADE = ", ".join(
    f"main {made}"
    for made in "script img svg iframe object embed style link meta base video audio details "
    "[onload] [onerror] a[href^=javascript]".split()
)


@pytest.fixture
def texted(services: Services) -> str:
    """Somebody on SMS, who asked something."""
    talk = conversations.for_phone(services, HOLDER)
    conversations.say_to(services, ScriptedAssistant(), talk, "我没搬家，为什么没续上", "m1")
    return talk


@pytest.fixture
def waits(services: Services, texted: str) -> str:
    """Two callbacks, 1 (of the one on SMS) and 2 (of a visitor of the page); the conversation on SMS."""
    book_callback(services, texted, name="样例先生", phone=HOLDER, about="没搬家，没续上")
    made, _ = web_sessions.open_web(services)
    book_callback(services, made, name="样例女士", phone=OTHER, about="租房")
    return texted


def sent(services: Services) -> list[str]:
    with services.store.read() as session:
        return list(session.scalars(select(Delivery.body).order_by(Delivery.created_at)))


def state(services: Services, callback_id: int) -> tuple[str, int]:
    with services.store.read() as session:
        row = session.get_one(Callback, callback_id)
        return row.state, row.tries


def test_a_clerks_whole_morning(open_desk: OpenDesk, services: Services, waits: str, site: str) -> None:
    page = open_desk("li")
    expect(page.get_by_role("heading", name="等着处理的")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="回电").click()
    visitor = page.get_by_role("article", name="样例女士")
    visitor.get_by_role("button", name="我来打").click()
    visitor.get_by_label("备注").fill("下午再打，先问房东")
    visitor.get_by_role("button", name="记下").click()
    expect(visitor).to_contain_text("先问房东")
    visitor.get_by_role("button", name="没打通").click()
    expect(page.get_by_role("status")).to_contain_text("还有 2 次")
    assert state(services, 2) == ("open", 1)

    holder = page.get_by_role("article", name="样例先生")
    holder.get_by_role("button", name="我来打").click()
    holder.get_by_role("link", name="看说过什么").click()
    expect(page.get_by_role("log")).to_contain_text("我没搬家，为什么没续上")
    expect(page.get_by_role("complementary")).to_contain_text("登记了回电 1")
    page.get_by_label("回话").fill("您好，我查到地址那一栏没对上，请带租约来。")
    page.get_by_role("button", name="发短信").click()
    expect(page.get_by_role("log")).to_contain_text("请带租约来")
    assert any("请带租约来" in body for body in sent(services))

    conversations.say_to(services, ScriptedAssistant(), waits, "好的，明天去", "m2")
    page.get_by_role("link", name="回到列表").click()
    expect(page.get_by_role("article").filter(has_text="好的，明天去")).to_contain_text("等回话")
    page.get_by_role("link", name=f"会话 {waits[:8]}").click()
    expect(page.get_by_role("log")).to_contain_text("好的，明天去")
    page.get_by_role("button", name="交还给助手").click()
    expect(page.get_by_role("status")).to_contain_text("已交还")

    page.get_by_role("navigation").get_by_role("link", name="回电").click()
    page.get_by_role("article", name="样例先生").get_by_role("button", name="打过了").click()
    expect(page.get_by_role("article", name="样例先生")).to_have_count(0)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    assert state(services, 1) == ("closed", 0)
    with services.store.read() as session:
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.actor == "li(desk)").order_by(AuditEntry.id)
        ).all()
    assert [act for act in acts if not act.endswith(("read", "listed"))] == [
        "desk.signed_in",
        "callback.claimed",
        "callback.noted",
        "callback.not_reached",
        "callback.claimed",
        "conversation.taken",
        "conversation.answered",
        "conversation.released",
        "callback.closed",
        "desk.signed_out",
    ]


def tab_to(page: Page, name: str, role: str = "button") -> None:
    """Press Tab until the control with that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const at = document.activeElement;"
            " return [at.innerText || (at.labels && at.labels[0] && at.labels[0].innerText) || '', at.tagName] }"
        )
        if focused[0].strip() == name:
            return
    raise AssertionError(f"no {role} {name} within reach of Tab")


def test_the_keyboard_alone_is_enough(open_desk: OpenDesk, services: Services, waits: str) -> None:
    page = open_desk("li")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "跳到正文"
    for name, key in (("回电", "Enter"), ("我来打", "Enter"), ("没打通", "Space")):
        tab_to(page, name)
        with page.expect_navigation():
            page.keyboard.press(key)
    assert state(services, 1) == ("open", 1)
    tab_to(page, "会话")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, f"会话 {waits[:8]}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "回话")
    page.keyboard.type("您好")
    tab_to(page, "发短信")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert sent(services)[-1].endswith("您好")
    tab_to(page, "退出")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label("账户名")).to_be_focused()


def test_without_javascript_everything_is_there(open_desk: OpenDesk, services: Services, waits: str) -> None:
    page = open_desk("li", java_script_enabled=False)
    page.get_by_role("navigation").get_by_role("link", name="回电").click()
    page.get_by_role("article", name="样例女士").get_by_role("button", name="我来打").click()
    page.get_by_role("article", name="样例女士").get_by_role("button", name="打过了").click()
    assert state(services, 2) == ("closed", 0)
    page.get_by_role("navigation").get_by_role("link", name="会话").click()
    page.get_by_role("link", name=f"会话 {waits[:8]}").click()
    page.get_by_label("回话").fill("您好")
    page.get_by_role("button", name="发短信").click()
    assert sent(services)[-1].endswith("您好")


def test_markup_in_every_field_that_a_page_shows_is_words(
    open_desk: OpenDesk, services: Services, site: str
) -> None:
    asked: list[str] = []
    for at in range(0, len(MARKUP), 10):
        words = " ".join(MARKUP[at : at + 10])
        talk, _ = web_sessions.open_web(services)
        conversations.say_to(services, ScriptedAssistant(), talk, words, "m1")
        book_callback(services, talk, name=words, phone=f"+86138001380{at:02d}", about=words)
        calling.add_note(services, at // 10 + 1, words[:500], staff=f"{MARKUP[0]}(desk)")
        handover.take(services, talk, staff=f"{MARKUP[6]}(desk)")
        asked.append(talk)
    page = open_desk("li")
    dialogs: list[str] = []
    strangers: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on(
        "request", lambda request: strangers.append(request.url) if not request.url.startswith(site) else None
    )
    for path in ("", "callbacks/", "talks/", *(f"talks/{talk}" for talk in asked)):
        page.goto(f"{site}/desk/{path}")
        made = page.evaluate("made => document.querySelectorAll(made).length", MADE)
        assert made == 0, path
        assert page.locator("main form").evaluate_all(
            "(all) => all.every((one) => new URL(one.action).origin === location.origin)"
        )
    assert (dialogs, strangers) == ([], [])
    page.goto(f"{site}/desk/callbacks/")
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()


def test_after_signing_out_the_way_back_shows_nothing(
    open_desk: OpenDesk, services: Services, waits: str, site: str
) -> None:
    page = open_desk("li")
    page.goto(f"{site}/desk/callbacks/")
    expect(page.get_by_text("样例女士")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    for _ in range(2):
        page.go_back()
        assert "样例女士" not in page.content()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()


def test_news_appears_by_itself_and_spoils_nothing_that_is_being_typed(
    open_desk: OpenDesk, services: Services, waits: str, site: str
) -> None:
    page = open_desk("li")
    page.clock.install()
    page.goto(f"{site}/desk/talks/{waits}")
    page.get_by_label("回话").fill("我正在写")
    conversations.say_to(services, ScriptedAssistant(), waits, "还有一件事", "m2")
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("log")).to_contain_text("还有一件事")
    expect(page.get_by_label("回话")).to_have_value("我正在写")
    page.goto(f"{site}/desk/callbacks/")
    article = page.get_by_role("article", name="样例女士")
    article.get_by_role("button", name="我来打").click()
    article.get_by_label("备注").fill("打了一半的备注")
    page.get_by_role("heading", name="要回的电话").click()
    calling.close_callback(services, 1, staff="wang(desk)")
    page.clock.fast_forward(11_000)
    page.wait_for_timeout(300)
    expect(article.get_by_label("备注")).to_have_value("打了一半的备注")
    article.get_by_label("备注").fill("")
    page.get_by_role("heading", name="要回的电话").click()
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("article", name="样例先生")).to_have_count(0)
    with services.store.read() as session:
        reads = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "li(desk)")).all()
    assert reads.count("conversation.read") == 1


def test_a_page_left_open_leads_to_the_door_once_its_session_has_ended(
    open_desk: OpenDesk, services: Services, waits: str, site: str
) -> None:
    page = open_desk("li")
    page.clock.install()
    page.goto(f"{site}/desk/callbacks/")
    signing_in.sign_out_everywhere(services, "li", actor="os:root")
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    with services.store.read() as session:
        assert session.scalars(select(StaffSession)).all() == []


@pytest.fixture
def evil(site: str) -> Iterator[str]:
    """A page of another site that sends a form to the desk as soon as it is opened."""
    form = f'<form method="post" action="{site}/desk/callbacks/1/done"></form>'
    body = f"{form}<script>document.forms[0].submit()</script>"

    class Evil(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Evil)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_another_sites_page_does_nothing_with_the_session_of_who_opens_it(
    open_desk: OpenDesk, services: Services, waits: str, evil: str
) -> None:
    page = open_desk("li")
    page.goto(evil)
    page.wait_for_url("**/desk/callbacks/1/done")
    expect(page.get_by_role("alert")).to_contain_text("没有执行")
    assert state(services, 1) == ("open", 0)


def test_two_clerks_in_two_browsers_want_one_callback(
    open_desk: OpenDesk, services: Services, waits: str, site: str
) -> None:
    li, wang = open_desk("li"), open_desk("wang")
    for page in (li, wang):
        page.goto(f"{site}/desk/callbacks/")
    li.get_by_role("article", name="样例女士").get_by_role("button", name="我来打").click()
    wang.get_by_role("article", name="样例女士").get_by_role("button", name="我来打").click()
    expect(wang.get_by_role("alert")).to_contain_text("由 li 在打")
    expect(wang.get_by_role("article", name="样例女士")).to_contain_text("li 在打")
    expect(li.get_by_role("article", name="样例女士")).to_contain_text("我在打")


def test_what_a_clerk_says_on_the_web_appears_where_the_holder_reads(
    open_desk: OpenDesk, services: Services, site: str
) -> None:
    talk, token = web_sessions.open_web(services)
    conversations.say_to(services, ScriptedAssistant(), talk, "在吗", "m1")
    handover.take(services, talk, staff="li(desk)")
    page = open_desk("li")
    page.goto(f"{site}/desk/talks/{talk}")
    page.get_by_label("回话").fill("在的")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("log")).to_contain_text("在的")
    said = page.request.get(
        f"{site}/chat/messages?after=0", headers={"Cookie": f"renewal_chat={token}"}
    ).json()
    assert [one["text"] for one in said["messages"] if one["author"] == "staff"] == ["在的"]
    with services.store.read() as session:
        assert session.get_one(Conversation, talk).staffed_by == "li(desk)"
    assert PASSWORD not in page.content()
