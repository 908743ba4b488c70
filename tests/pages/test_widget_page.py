"""The chat widget, on our page and on a page of somebody else's."""

import gzip
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sms_gateway.widget import widget_script
from tests.pages.conftest import BUSY, BUSY_ALL, PHONE, STORE_DOWN, AskedAsUsual, Problems, Wire

Open = Callable[..., Page]
LONG_ANSWER = (
    "租房办理续签，请带：\n- 身份证原件和复印件\n- 房屋租赁合同登记备案证明\n\n"
    "官网：https://zwdt.sh.gov.cn/govPortals/。\n来源：示例规则 第2段"
)

TWO_POLLS_MS = 12_000  # the page looks for news every five seconds: a wait of one would race it


def ask(page: Page, text: str) -> None:
    page.get_by_label("您的问题").fill(text)
    page.keyboard.press("Enter")


def is_narrow_enough(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_question_and_its_answer_appear_as_bubbles(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    ask(page, "居住证怎么续签")
    expect(page.locator(".row.user .bubble")).to_have_text("居住证怎么续签")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：居住证怎么续签")
    assert [one["text"] for one in wire.heard] == ["居住证怎么续签"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", wire.heard[0]["id"])
    expect(page.get_by_label("您的问题")).to_be_focused()


def test_no_session_is_opened_before_the_first_question(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_role("button", name="居住证怎么续签？")).to_be_visible()
    assert wire.sessions == 0
    page.get_by_role("button", name="居住证怎么续签？").click()
    expect(page.locator(".row.bot .bubble").last).to_contain_text("收到")
    assert wire.sessions == 1
    expect(page.locator(".chips")).to_be_hidden()


def test_html_in_a_message_is_shown_as_text(wire: Wire, open_page: Open) -> None:
    evil = '<img src=x onerror="document.title=1"><b>粗</b>'
    wire.answers[evil] = [{"text": evil, "buttons": [{"id": "b1", "label": "<i>斜</i>"}]}]
    page = open_page("/")
    ask(page, evil)
    expect(page.locator(".row.bot .bubble").last).to_have_text(evil)
    expect(page.locator(".row.user .bubble")).to_have_text(evil)
    expect(page.get_by_role("button", name="<i>斜</i>")).to_be_visible()
    assert page.locator(".log img, .log b").count() == 0


def test_lists_links_and_sources_are_set_apart(wire: Wire, open_page: Open) -> None:
    wire.answers["材料"] = [{"text": LONG_ANSWER}]
    page = open_page("/")
    ask(page, "材料")
    expect(page.locator(".row.bot li")).to_have_text(["身份证原件和复印件", "房屋租赁合同登记备案证明"])
    expect(page.locator(".row.bot .source")).to_have_text("来源：示例规则 第2段")
    link = page.locator(".row.bot a")
    assert link.get_attribute("href") == "https://zwdt.sh.gov.cn/govPortals/"
    assert link.get_attribute("rel") == "noopener noreferrer"


@pytest.mark.parametrize(
    "address",
    [
        "https://gov.cn.example.com/",
        "https://sh.gov.cn@example.com/",
        "http://sh.gov.cn/",
        "https://notgov.cn/",
        "javascript:alert(1)",
    ],
)
def test_only_government_addresses_become_links(wire: Wire, open_page: Open, address: str) -> None:
    wire.answers["网址"] = [{"text": f"见 {address} 。"}]
    page = open_page("/")
    ask(page, "网址")
    expect(page.locator(".row.bot .bubble").last).to_contain_text(address)
    assert page.locator(".row.bot a").count() == 0


def test_a_button_sends_its_id_and_shows_its_label(wire: Wire, open_page: Open) -> None:
    wire.answers["材料"] = [{"text": "您住在哪里？", "buttons": [{"id": "b7f", "label": "租房"}]}]
    page = open_page("/")
    ask(page, "材料")
    page.get_by_role("button", name="租房").click()
    expect(page.locator(".row.user .bubble").last).to_have_text("租房")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：b7f")
    expect(page.get_by_role("button", name="租房")).to_have_count(0)
    assert wire.heard[-1]["text"] == "b7f"


def test_resending_after_a_failure_uses_the_same_id(wire: Wire, open_page: Open, problems: Problems) -> None:
    wire.statuses = [500, 500, 500]
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".state")).to_contain_text("正在重发")
    resend = page.get_by_role("button", name="重发")
    resend.click()
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    expect(page.locator(".row.user")).to_have_count(1)
    expect(resend).to_have_count(0)
    assert len(wire.heard) == 4
    assert len({one["id"] for one in wire.heard}) == 1
    problems.console.clear()  # the browser reports each 500


def test_a_lost_connection_is_tried_again_with_the_same_id(
    wire: Wire, open_page: Open, problems: Problems
) -> None:
    page = open_page("/")
    tried = []

    def drop_once(route) -> None:
        tried.append(route.request.post_data_json["id"])
        route.abort() if len(tried) == 1 else route.continue_()

    page.route("**/chat/messages", drop_once)
    ask(page, "在吗")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    assert tried == [wire.heard[0]["id"]] * 2
    problems.console.clear()


def test_when_the_assistant_is_down_its_sentence_shows_and_the_late_answer_arrives(
    wire: Wire, open_page: Open, problems: Problems
) -> None:
    wire.statuses = [503]
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".note")).to_have_text("助手正在重启，您的问题已收到。")
    expect(page.get_by_role("button", name="重发")).to_have_count(0)
    wire.say("bot", "让您久等了。")
    wire.say("staff", "我是王老师。")
    expect(page.locator(".row.bot .bubble").last).to_have_text("让您久等了。", timeout=TWO_POLLS_MS)
    expect(page.locator(".row.staff")).to_contain_text("工作人员")
    expect(page.locator(".row.user")).to_have_count(1)
    problems.console.clear()


@pytest.mark.parametrize("status", [BUSY, BUSY_ALL])
def test_a_text_for_which_there_was_no_room_is_said_again_by_itself(
    wire: Wire, open_page: Open, problems: Problems, status: int
) -> None:
    wire.statuses = [status]
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    assert wire.heard[0] == wire.heard[1]
    expect(page.get_by_role("button", name="重发")).to_have_count(0)
    problems.console.clear()


@pytest.mark.parametrize(("status", "sentence"), [(429, "出错了。"), (STORE_DOWN, "服务暂时不可用。")])
def test_a_text_that_was_not_kept_can_be_sent_again(
    wire: Wire, open_page: Open, problems: Problems, status: int, sentence: str
) -> None:
    wire.statuses = [status]
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".row.user .state")).to_contain_text(sentence)
    page.get_by_role("button", name="重发").click()
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    assert wire.heard[0] == wire.heard[1]
    problems.console.clear()


def test_a_refused_text_is_not_offered_again(wire: Wire, open_page: Open, problems: Problems) -> None:
    wire.statuses = [413]
    page = open_page("/")
    ask(page, "太长")
    expect(page.locator(".row.user .state")).to_have_text("出错了。")
    expect(page.get_by_role("button", name="重发")).to_have_count(0)
    problems.console.clear()


def test_a_reload_shows_the_conversation_once(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    ask(page, "第一句")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：第一句")
    page.reload()
    expect(page.locator(".row.user .bubble")).to_have_text(["第一句"])
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：第一句")
    ask(page, "第二句")
    page.wait_for_event("response", lambda answer: "after=" in answer.url)
    expect(page.locator(".row.user .bubble")).to_have_text(["第一句", "第二句"])
    expect(page.locator(".row.bot .bubble")).to_have_count(3)
    assert wire.sessions == 1


def test_a_number_masked_by_the_gateway_is_masked_on_screen_too(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    ask(page, "我的证号 12345")
    expect(page.locator(".row.bot .bubble").last).to_contain_text("收到")
    wire.said[0]["text"] = "我的证号 *****"
    expect(page.locator(".row.user .bubble")).to_have_text(["我的证号 *****"], timeout=TWO_POLLS_MS)


def test_a_lost_session_is_opened_anew_without_a_word(
    wire: Wire, open_page: Open, problems: Problems
) -> None:
    wire.statuses = [401]
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    assert wire.sessions == 2
    problems.console.clear()


def test_enter_while_an_input_method_composes_sends_nothing(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    page.get_by_label("您的问题").fill("juzhu")
    page.get_by_label("您的问题").evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".row.user")).to_have_count(0)
    assert wire.heard == []


def test_on_another_page_the_widget_floats_and_escape_closes_it(wire: Wire, open_page: Open) -> None:
    page = open_page("/elsewhere", PHONE)
    page.get_by_role("button", name="打开续签助手").click()
    expect(page.get_by_label("您的问题")).to_be_focused()
    ask(page, "在吗")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    page.keyboard.press("Escape")
    expect(page.get_by_label("您的问题")).to_be_hidden()
    expect(page.get_by_role("button", name="打开续签助手")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_scrolls_sideways(wire: Wire, open_page: Open, width: int) -> None:
    wire.answers["长"] = [{"text": "https://www.sh.gov.cn/" + "a" * 200 + "\n" + "字" * 300}]
    page = open_page("/", {"width": width, "height": 844})
    ask(page, "长")
    expect(page.locator(".row.bot .bubble").last).to_contain_text("字字")
    assert is_narrow_enough(page)
    scroller = page.locator(".scroller")
    assert scroller.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_the_log_is_announced_and_every_control_has_a_name(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    for button in page.get_by_role("button").all():
        assert button.evaluate("box => (box.getAttribute('aria-label') || box.textContent).trim()")


def test_the_widget_weighs_at_most_25_kb_gzipped() -> None:
    words = json.dumps(AskedAsUsual().words("zh-CN"), ensure_ascii=False).encode()
    hints = json.dumps(AskedAsUsual().hints("zh-CN"), ensure_ascii=False).encode()
    assert len(widget_script().gzipped) + sum(len(gzip.compress(part)) for part in (words, hints)) <= 25_000


def test_the_end_button_empties_the_page_and_ends_the_session(wire: Wire, open_page: Open) -> None:
    page = open_page("/", PHONE)
    ask(page, "我什么时候到期")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：我什么时候到期")
    page.get_by_role("button", name="结束对话").click()
    expect(page.locator(".row.user")).to_have_count(0)
    expect(page.locator(".row.bot .bubble")).to_have_count(1)
    expect(page.locator(".row.bot .bubble")).to_contain_text("您好")
    expect(page.locator(".chips")).to_be_visible()
    assert wire.ended == 1
    ask(page, "再问一句")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：再问一句")
    assert wire.sessions == 2
    assert is_narrow_enough(page)


def test_the_end_button_is_reached_and_pressed_by_keyboard(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    end = page.get_by_role("button", name="结束对话")
    stops = 0
    while not end.evaluate("box => box === box.getRootNode().activeElement"):
        page.keyboard.press("Shift+Tab")
        stops += 1
    assert stops == 5  # a thumb, a thumb, copying, the log, and the button itself
    page.keyboard.press("Enter")
    expect(page.locator(".row.user")).to_have_count(0)
    expect(page.get_by_label("您的问题")).to_be_focused()


def test_before_anything_was_said_there_is_no_session_to_end(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("button", name="结束对话").click()
    expect(page.locator(".row.bot .bubble")).to_have_count(1)
    assert (wire.sessions, wire.ended) == (0, 0)


def test_an_end_that_did_not_reach_us_is_told_and_can_be_tried_again(
    wire: Wire, open_page: Open, problems: Problems
) -> None:
    page = open_page("/")
    ask(page, "在吗")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    wire.statuses = [500]
    end = page.get_by_role("button", name="结束对话")
    end.click()
    expect(page.locator(".note")).to_contain_text("还没有结束")
    expect(page.locator(".row.user")).to_have_count(1)
    end.click()
    expect(page.locator(".row.user")).to_have_count(0)
    problems.console.clear()


def test_when_the_holder_is_known_no_longer_the_page_is_emptied(wire: Wire, open_page: Open) -> None:
    wire.known = True
    page = open_page("/")
    ask(page, "我什么时候到期")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：我什么时候到期")
    page.wait_for_event("response", lambda answer: "after=" in answer.url)
    wire.known = False
    wire.said = [{"n": 9, "author": "bot", "text": "已退出核对。", "buttons": []}]
    expect(page.locator(".row.bot .bubble").last).to_have_text("已退出核对。", timeout=TWO_POLLS_MS)
    expect(page.locator(".row.user")).to_have_count(0)
    expect(page.locator(".row.bot .bubble")).to_have_count(2)
