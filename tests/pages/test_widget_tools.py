"""What the widget offers beside the talk: languages, hints, sources, thumbs, copying; on a phone and by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import DESKTOP, PHONE, Problems, Wire

Open = Callable[..., Page]
QUESTION = "居住证怎么续签？"
SOURCES = [
    {"title": "示例指南（2020-03-05）", "places": ["续签的期限（第二种 第2段）", "补办（第二种 第3段）"]}
]
ANSWER = {"text": "到期前30天内办。\n\n来源：示例指南", "sources": SOURCES}


@pytest.fixture
def answered(wire: Wire, open_page: Open) -> Page:
    """The page after one answer that rests on a document."""
    wire.answers[QUESTION] = [ANSWER]
    page = open_page("/")
    page.get_by_role("button", name=QUESTION).click()
    expect(page.locator(".row.bot .bubble").last).to_have_text("到期前30天内办。")
    return page


def field(page: Page) -> Any:
    return page.locator(".composer textarea")


def test_the_element_alone_shows_the_widget_in_the_language_of_its_page(wire: Wire, open_page: Open) -> None:
    page = open_page("/embedded")
    page.get_by_role("button", name="Open the renewal assistant").click()
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_role("button", name="How do I renew my residence permit?")).to_be_visible()
    assert page.locator("renewal-chat").count() == 1


def test_another_language_is_chosen_and_kept_and_what_was_typed_stays(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    field(page).fill("租房")
    page.get_by_role("combobox", name="语言").select_option("zh-TW")
    expect(page.get_by_role("button", name="居住證怎麼續簽？")).to_be_visible()
    expect(field(page)).to_have_value("租房")
    page.get_by_label("語言").select_option("en")
    expect(page.get_by_text("Permit renewal")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your question")).to_be_visible()
    assert page.locator("renewal-chat .panel").get_attribute("lang") == "en"
    assert wire.heard == []


def test_what_was_said_is_there_in_the_other_language_too(answered: Page) -> None:
    answered.get_by_role("combobox", name="语言").select_option("en")
    expect(answered.get_by_text("Permit renewal")).to_be_visible()
    expect(answered.locator(".row.user .bubble")).to_have_text([QUESTION])
    expect(answered.locator(".row.bot .bubble").last).to_have_text("到期前30天内办。")


def test_hints_are_local_asked_for_once_and_nothing_is_sent_before_enter(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    field(page).click()
    field(page).press_sequentially("租房")
    expect(page.locator(".hints li").first).to_have_text("租房续签带什么住所证明？")
    field(page).press_sequentially("材料")
    expect(page.locator(".hints li").first).to_be_visible()
    assert (wire.hints, wire.sessions, wire.heard) == (1, 0, [])


def test_a_hint_is_chosen_by_keyboard_and_sent_by_a_second_enter(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    field(page).click()
    box = page.get_by_role("combobox", name="您的问题")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("当场")
    option = page.get_by_role("option", name="续签能当场办好吗？")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("个提示")).to_contain_text("上下方向键")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    expect(box).to_have_value("续签能当场办好吗？")
    expect(page.locator(".hints li")).to_have_count(0)
    assert wire.heard == []
    page.keyboard.press("Enter")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：续签能当场办好吗？")


def test_enter_with_no_hint_chosen_sends_what_was_typed(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    field(page).click()
    field(page).press_sequentially("当场")
    expect(page.locator(".hints li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：当场")


def test_escape_closes_the_hints_first_and_the_widget_after(wire: Wire, open_page: Open) -> None:
    page = open_page("/elsewhere", PHONE)
    page.get_by_role("button", name="打开续签助手").click()
    field(page).press_sequentially("当场")
    expect(page.locator(".hints li").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".hints li")).to_have_count(0)
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()


def test_the_sources_of_an_answer_show_on_demand(answered: Page) -> None:
    ask = answered.get_by_role("button", name="依据")
    expect(answered.get_by_text("示例指南（2020-03-05）")).to_be_hidden()
    expect(ask).to_have_attribute("aria-expanded", "false")
    ask.focus()
    answered.keyboard.press("Enter")
    expect(ask).to_have_attribute("aria-expanded", "true")
    expect(answered.get_by_role("list", name="这个回答依据的文件")).to_contain_text("补办（第二种 第3段）")


def test_an_answer_is_copied_with_its_source(wire: Wire, answered: Page) -> None:
    answered.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=wire.url)
    answered.get_by_role("button", name="复制").click()
    expect(answered.get_by_text("已复制")).to_be_attached()
    assert answered.evaluate("navigator.clipboard.readText()") == ANSWER["text"]


def test_a_thumb_up_is_told_once_and_stays_pressed(wire: Wire, answered: Page) -> None:
    up = answered.get_by_role("button", name="有帮助", exact=True)
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(answered.get_by_text("谢谢您的评价。")).to_be_attached()
    assert wire.judged == [{"n": 2, "verdict": "up"}]


def test_a_thumb_down_counts_at_once_and_may_say_why(wire: Wire, answered: Page) -> None:
    down = answered.get_by_role("button", name="没帮助")
    down.click()
    expect(answered.get_by_role("group", name="哪里没帮上忙？")).to_be_visible()
    expect(answered.get_by_label("说得不对")).to_be_focused()
    answered.get_by_label("看不懂").check()
    answered.get_by_label("想多说一句").fill("<b>太长</b>")
    answered.get_by_role("button", name="提交", exact=True).click()
    expect(answered.get_by_role("group", name="哪里没帮上忙？")).to_be_hidden()
    expect(down).to_be_focused()
    assert wire.judged == [
        {"n": 2, "verdict": "down"},
        {"n": 2, "verdict": "down", "reason": "unclear", "words": "<b>太长</b>"},
    ]


def test_a_verdict_that_did_not_reach_us_is_told(wire: Wire, answered: Page, problems: Problems) -> None:
    wire.statuses = [500]
    down = answered.get_by_role("button", name="没帮助")
    down.click()
    expect(answered.get_by_text("没有提交成功")).to_be_attached()
    expect(down).to_have_attribute("aria-pressed", "false")
    problems.console.clear()


def test_a_known_holder_has_a_button_to_sign_out(wire: Wire, open_page: Open) -> None:
    wire.known = True
    page = open_page("/")
    expect(page.get_by_role("button", name="退出核对")).to_be_hidden()
    page.get_by_role("button", name=QUESTION).click()
    leave = page.get_by_role("button", name="退出核对")
    expect(leave).to_be_visible(timeout=12_000)
    leave.click()
    expect(page.locator(".row.user")).to_have_count(0)
    expect(leave).to_be_hidden()
    assert wire.ended == 1


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_what_moves_stands_still_for_who_wants_it_so(open_page: Open, size: dict[str, int]) -> None:
    page = open_page("/embedded", size, reduced_motion="reduce")
    page.locator(".launcher").click()
    moving = "[...document.querySelector('renewal-chat').shadowRoot.querySelectorAll('*')].filter(e => {"
    moving += (
        "const s = getComputedStyle(e); return s.animationName !== 'none' || s.transitionDuration !== '0s'"
    )
    moving += " || s.scrollBehavior === 'smooth' })"
    assert page.evaluate(f"{moving}.length") == 0
