"""Without a network: what is typed waits, survives a reload of the page, and is sent once."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Problems, Wire

Open = Callable[..., Page]


def ask(page: Page, text: str) -> None:
    page.locator(".composer textarea").fill(text)
    page.keyboard.press("Enter")


def unsent(page: Page) -> int:
    return page.evaluate("JSON.parse(sessionStorage.getItem('renewal-chat:/:unsent') || '[]').length")


def test_texts_typed_offline_go_by_themselves_in_order_and_once(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    page.context.set_offline(True)
    expect(page.get_by_text("现在没有网络")).to_be_visible()
    ask(page, "第一句")
    ask(page, "第二句")
    expect(page.locator(".state").last).to_contain_text("等网络恢复")
    assert (wire.heard, unsent(page)) == ([], 2)
    page.context.set_offline(False)
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：第二句")
    expect(page.get_by_text("现在没有网络")).to_be_hidden()
    assert [one["text"] for one in wire.heard] == ["第一句", "第二句"]
    assert unsent(page) == 0


def test_what_was_not_sent_survives_a_reload_and_is_sent_once(
    wire: Wire, open_page: Open, problems: Problems
) -> None:
    page = open_page("/")
    page.context.set_offline(True)
    ask(page, "还没发出去的")
    expect(page.locator(".state")).to_contain_text("等网络恢复")
    page.route("**/chat/messages", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    expect(page.locator(".row.user .bubble")).to_have_text(["还没发出去的"])
    page.unroute("**/chat/messages")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：还没发出去的")
    page.reload()
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：还没发出去的")
    expect(page.locator(".row.user .bubble")).to_have_text(["还没发出去的"])
    assert len({one["id"] for one in wire.heard}) == 1
    assert len(wire.stored) == 1
    problems.console.clear()


def test_a_text_whose_answer_was_lost_is_asked_for_again_and_shown_once(
    wire: Wire, open_page: Open, problems: Problems
) -> None:
    page = open_page("/")

    def lose(route: Route) -> None:
        route.fetch()  # it arrives; its answer does not
        route.abort()

    page.route("**/chat/messages", lose)
    ask(page, "在吗")
    expect(page.locator(".state")).to_contain_text("正在重发")
    page.unroute("**/chat/messages")
    page.reload()
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：在吗")
    expect(page.locator(".row.user .bubble")).to_have_text(["在吗"])
    expect(page.locator(".row.bot .bubble")).to_have_count(2)
    assert len(wire.stored) == 1
    problems.console.clear()


def test_what_was_not_sent_goes_with_the_conversation_that_is_ended(wire: Wire, open_page: Open) -> None:
    page = open_page("/")
    page.context.set_offline(True)
    ask(page, "不想说了")
    expect(page.locator(".state")).to_contain_text("等网络恢复")
    page.get_by_role("button", name="结束对话").click()
    expect(page.locator(".row.user")).to_have_count(0)
    assert unsent(page) == 0
    page.context.set_offline(False)
    ask(page, "另一句")
    expect(page.locator(".row.bot .bubble").last).to_have_text("收到：另一句")
    assert [one["text"] for one in wire.heard] == ["另一句"]


def test_a_refused_text_is_not_kept_for_later(wire: Wire, open_page: Open, problems: Problems) -> None:
    wire.statuses = [413]
    page = open_page("/")
    ask(page, "太长")
    expect(page.locator(".state")).to_have_text("出错了。")
    assert unsent(page) == 0
    problems.console.clear()
