"""axe finds nothing at WCAG 2.2 AA in any state of the widget: on a screen, narrow, dark, enlarged four times."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.looks import problems_in_every_look
from tests.pages.conftest import Problems, Wire

Open = Callable[..., Page]
ANSWER = {
    "text": "请带：\n- 身份证\n- 住所证明\n\n见 https://www.sh.gov.cn/ 。\n来源：示例",
    "sources": [{"title": "示例指南（2020-03-05）", "places": ["材料（第二种 第2段）"]}],
    "buttons": [{"id": "b1", "label": "租房"}, {"id": "b2", "label": "自有住房"}],
}


@pytest.fixture
def closed(wire: Wire, open_page: Open) -> Page:
    """The widget on somebody's page, not opened yet."""
    wire.answers["材料"] = [ANSWER]
    page = open_page("/elsewhere")
    page.get_by_role("button", name="打开续签助手").wait_for()
    return page


@pytest.fixture
def opened(closed: Page) -> Page:
    closed.get_by_role("button", name="打开续签助手").click()
    expect(closed.locator(".composer textarea")).to_be_focused()
    return closed


@pytest.fixture
def choices(opened: Page) -> Page:
    """An answer with choices, sources and thumbs."""
    ask(opened, "材料")
    expect(opened.get_by_role("button", name="租房", exact=True)).to_be_visible()
    return opened


def ask(page: Page, text: str) -> None:
    page.locator(".composer textarea").fill(text)
    page.keyboard.press("Enter")


def hold(page: Page) -> None:
    """In no look is a rule broken, and nothing sticks out at the side."""
    assert problems_in_every_look(page, within="renewal-chat") == []


def focused(page: Page) -> str:
    """The name of what has the focus in the widget."""
    return page.evaluate(
        "(box => box ? box.getAttribute('aria-label') || box.textContent : '')"
        "(document.querySelector('renewal-chat').shadowRoot.activeElement)"
    )


def test_closed(closed: Page) -> None:
    hold(closed)


def test_opened(opened: Page) -> None:
    hold(opened)


def test_with_hints(opened: Page) -> None:
    opened.locator(".composer textarea").press_sequentially("材料")
    opened.locator(".hints li").first.wait_for()
    opened.keyboard.press("ArrowDown")
    hold(opened)


def test_with_choices(choices: Page) -> None:
    hold(choices)


def test_with_sources_and_reasons_open(choices: Page) -> None:
    choices.get_by_role("button", name="依据").click()
    choices.get_by_role("button", name="没帮助").click()
    expect(choices.get_by_role("group", name="哪里没帮上忙？")).to_be_visible()
    hold(choices)


def test_with_an_error(opened: Page, wire: Wire, problems: Problems) -> None:
    wire.statuses = [413, 429]
    ask(opened, "太长")
    ask(opened, "太快")
    expect(opened.get_by_role("button", name="重发")).to_be_visible()
    hold(opened)
    problems.console.clear()


def test_with_the_form(opened: Page) -> None:
    opened.get_by_role("button", name="请工作人员回电").last.click()
    expect(opened.get_by_role("heading", name="服务申请")).to_be_focused()
    for more in opened.locator("summary").all():
        more.click()
    hold(opened)


def test_with_the_form_filled_in_wrongly(opened: Page) -> None:
    opened.get_by_role("button", name="请工作人员回电").last.click()
    opened.get_by_role("button", name="提交申请").click()
    expect(opened.get_by_role("alert")).to_be_focused()
    hold(opened)


def test_offline(opened: Page) -> None:
    opened.context.set_offline(True)
    expect(opened.get_by_text("现在没有网络")).to_be_visible()
    ask(opened, "在吗")
    expect(opened.locator(".state")).to_contain_text("等网络恢复")
    hold(opened)
    opened.context.set_offline(False)


def test_with_what_staff_say_and_a_note(opened: Page, wire: Wire, problems: Problems) -> None:
    wire.statuses = [503]
    ask(opened, "在吗")
    expect(opened.locator(".note")).to_be_visible()
    wire.say("staff", "我是工作人员。")
    expect(opened.locator(".row.staff")).to_be_visible(timeout=12_000)
    hold(opened)
    problems.console.clear()


def test_while_an_answer_is_on_its_way_a_sign_says_so_and_goes_with_it(opened: Page) -> None:
    held: list[Route] = []

    def hold_back(route: Route) -> None:
        held.append(route) if route.request.method == "POST" else route.continue_()

    opened.route("**/chat/messages*", hold_back)
    ask(opened, "材料")
    expect(opened.locator(".typing")).to_be_visible()
    hold(opened)
    held[0].continue_()
    expect(opened.get_by_role("button", name="租房", exact=True)).to_be_visible()
    expect(opened.locator(".typing")).to_be_hidden()


def test_filling_a_place_of_our_own_page_beside_its_text(wire: Wire, open_page: Open) -> None:
    wire.answers["材料"] = [ANSWER]
    page = open_page("/", reduced_motion="reduce")
    ask(page, "材料")
    expect(page.get_by_role("button", name="租房", exact=True)).to_be_visible()
    hold(page)


def test_all_of_it_is_done_by_keyboard_alone_in_the_order_in_which_it_is_seen(
    wire: Wire, open_page: Open
) -> None:
    wire.answers["材料"] = [ANSWER]
    page = open_page("/elsewhere")
    page.get_by_role("button", name="打开续签助手").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("材料")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="租房", exact=True)).to_be_visible()
    wanted = ["https://www.sh.gov.cn/", "依据", "复制", "有帮助", "没帮助", "租房", "自有住房", "您的问题"]
    stops = [focused(page)]
    while stops[0] != wanted[0]:
        page.keyboard.press("Shift+Tab")
        stops.insert(0, focused(page))
    assert stops == wanted
    while focused(page) != wanted[-2]:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：b2")
    expect(page.locator(".composer textarea")).to_be_focused()
