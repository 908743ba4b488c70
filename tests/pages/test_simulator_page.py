"""The phone on screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import PHONE, Problems, Wire

Open = Callable[..., Page]
NOTICE = "【居住证续签】您好，您的居住证11月30日到期，自动续签没有成功，原因：居住地址和登记的不一致。有疑问直接回复。"


@pytest.fixture
def wire(wire: Wire) -> Wire:
    """Three phones: a visitor's, one that has just got a notice, one without."""
    wire.holders = [
        {"id": "guest", "name": "访客", "phone": "", "situation": "", "expires_on": ""},
        {
            "id": 1,
            "name": "张*",
            "phone": "138****0001",
            "situation": "比对失败：地址",
            "expires_on": "2026-11-30",
            "unread": 1,
        },
        {"id": 2, "name": "李**", "phone": "138****0002", "situation": "已续签", "expires_on": "2027-01-05"},
    ]
    wire.text("1", "out", NOTICE)
    return wire


def test_a_text_is_sent_and_its_answer_arrives(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator")
    page.get_by_label("写短信").fill("居住证怎么续签")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .bubble")).to_have_text(["居住证怎么续签"])
    expect(page.locator("#typing")).to_be_visible()
    wire.text("guest", "out", "请在到期前办理。")
    expect(page.locator(".text:not(.mine) .bubble")).to_have_text("请在到期前办理。")
    expect(page.locator("#typing")).to_be_hidden()
    assert wire.texted == [{"phone": "guest", "body": "居住证怎么续签", "with": "fetch"}]


def test_a_fresh_phone_says_what_to_try(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator")
    page.get_by_role("button", name="居住证怎么续签").click()
    expect(page.locator(".mine .bubble")).to_have_text(["居住证怎么续签"])
    expect(page.locator("#hint")).to_be_hidden()


def test_a_notice_is_badged_read_and_replied_to(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator")
    expect(page.get_by_label("1 条新短信")).to_be_visible()
    page.get_by_role("button", name="张*").click()
    expect(page.locator(".text .bubble")).to_have_text(NOTICE)
    expect(page.get_by_label("1 条新短信")).to_have_count(0)
    page.get_by_role("button", name="李**").click()
    expect(page.get_by_label("1 条新短信")).to_have_count(0)
    page.get_by_role("button", name="张*").click()
    page.get_by_role("button", name="我没换地址啊").click()
    expect(page.locator(".mine .bubble")).to_have_text(["我没换地址啊"])
    assert wire.texted[0]["phone"] == "1"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("字" * 70, "1 条短信 · 70 字"),
        ("字" * 71, "2 条短信 · 71 字"),
        ("字" * 134, "2 条短信 · 134 字"),
        ("字" * 135, "3 条短信 · 135 字"),
        ("plain text " * 10, "1 条短信 · 110 字"),
    ],
)
def test_each_received_text_shows_its_segments(wire: Wire, open_page: Open, body: str, shown: str) -> None:
    wire.text("2", "out", body)
    page = open_page("/simulator#2")
    expect(page.locator(".size")).to_contain_text(shown)


def test_html_in_a_text_is_shown_as_text(wire: Wire, open_page: Open) -> None:
    wire.text("2", "out", "<b>粗</b>\n第二行")
    page = open_page("/simulator#2")
    expect(page.locator(".text .bubble")).to_have_text("<b>粗</b>\n第二行")
    assert page.locator("#texts b").count() == 0


def test_times_are_shanghais(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator#1", timezone_id="America/New_York")
    expect(page.locator(".time")).to_contain_text("11月23日")
    expect(page.locator(".size")).to_contain_text("16:20")


def test_the_list_is_searched_by_name_situation_and_day(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator")
    search = page.get_by_label("搜索持证人")
    for words, names in {"李": ["李**"], "失败 地址": ["张*"], "2027-01": ["李**"], "0001": ["张*"]}.items():
        search.fill(words)
        expect(page.locator(".holder .name")).to_have_text(names)
    search.fill("没有这个人")
    expect(page.get_by_text("没有符合的持证人。")).to_be_visible()
    search.fill("")
    page.get_by_label("按情况筛选").select_option("已续签")
    expect(page.locator(".holder .name")).to_have_text(["李**"])


def test_the_keyboard_alone_is_enough(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator")
    expect(page.locator("button.holder").nth(1)).to_be_visible()  # the phones have come
    page.get_by_label("搜索持证人").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_label("写短信")).to_be_focused()
    page.keyboard.type("为什么")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .bubble")).to_have_text(["为什么"])
    assert wire.texted[0]["phone"] == "1"


def test_a_refused_text_stays_and_can_be_sent_again(wire: Wire, open_page: Open, problems: Problems) -> None:
    page = open_page("/simulator")
    wire.statuses = [503]
    page.get_by_label("写短信").fill("在吗")
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_contain_text("短信没有收下。")
    page.get_by_role("button", name="重发").click()
    expect(page.locator(".failed")).to_have_count(0)
    expect(page.locator(".mine .bubble")).to_have_text(["在吗"])
    assert len(wire.texted) == 1
    problems.console.clear()  # the browser reports the 503


def test_changing_phones_never_mixes_their_texts(wire: Wire, open_page: Open) -> None:
    wire.text("2", "out", "只给第二部手机")
    page = open_page("/simulator#1")
    expect(page.locator(".text .bubble")).to_have_text([NOTICE])
    page.get_by_role("button", name="李**").click()
    expect(page.locator(".text .bubble")).to_have_text(["只给第二部手机"])
    page.get_by_role("button", name="张*").click()
    expect(page.locator(".text .bubble")).to_have_text([NOTICE])


def test_on_a_narrow_screen_the_list_and_the_phone_take_turns(wire: Wire, open_page: Open) -> None:
    page = open_page("/simulator", PHONE)
    expect(page.get_by_label("写短信")).to_be_hidden()
    page.get_by_role("button", name="张*").click()
    expect(page.get_by_label("写短信")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="换一部手机").click()
    expect(page.get_by_label("搜索持证人")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_holders_without_badges_and_an_empty_list_are_taken(wire: Wire, open_page: Open) -> None:
    wire.holders = []
    page = open_page("/simulator")
    expect(page.locator(".holder .name")).to_have_text(["访客（未登记号码）"])
