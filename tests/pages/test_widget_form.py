"""The request form of the widget: by keyboard, with each trouble told beside its field, and nothing lost on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Problems, Wire

Open = Callable[..., Page]


@pytest.fixture
def form(open_page: Open) -> Page:
    page = open_page("/")
    page.locator(".foot").get_by_role("button", name="请工作人员回电").click()
    expect(page.get_by_role("heading", name="服务申请")).to_be_focused()
    return page


def fill(page: Page) -> None:
    page.get_by_label("称呼", exact=True).fill("样例女士")
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_label("短信验证码").fill("123456")
    page.get_by_label("我看过隐私声明").check()


def test_a_request_is_made_with_a_code_and_its_day_is_told(wire: Wire, form: Page) -> None:
    form.get_by_label("手机号").fill("13800138000")
    form.get_by_role("button", name="获取验证码").click()
    expect(form.get_by_text("验证码已发到尾号8000的手机。")).to_be_visible()
    expect(form.get_by_label("短信验证码")).to_be_focused()
    expect(form.get_by_role("button", name="再要一个验证码")).to_be_disabled()
    fill(form)
    form.get_by_label("想问什么").fill("<b>租房</b>")
    form.get_by_role("button", name="提交申请").click()
    expect(form.get_by_role("heading", name="您的服务申请已提交")).to_be_focused()
    expect(form.get_by_text("最晚11月24日")).to_be_visible()
    (sent,) = wire.submitted
    del sent["id"]
    filled = {"name": "样例女士", "phone": "13800138000", "code": "123456", "about": "<b>租房</b>"}
    assert sent == {"language": "zh-CN", "agreed": True, **filled}
    form.get_by_role("button", name="返回对话").click()
    expect(form.get_by_label("您的问题")).to_be_focused()


def test_what_is_missing_is_told_before_anything_is_sent(wire: Wire, form: Page) -> None:
    form.get_by_role("button", name="提交申请").click()
    alert = form.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert.get_by_role("button")).to_have_text(
        ["请填称呼", "请填能收短信的手机号", "请填短信里的验证码", "请先看隐私声明并勾选"]
    )
    alert.get_by_role("button", name="请填短信里的验证码").click()
    code = form.get_by_label("短信验证码")
    expect(code).to_be_focused()
    expect(code).to_have_attribute("aria-invalid", "true")
    assert form.locator(f"#{code.get_attribute('aria-describedby')}").inner_text() == "请填短信里的验证码"
    assert (wire.sessions, wire.submitted) == (0, [])


def test_a_wrong_code_is_told_beside_it_and_the_rest_stays(
    wire: Wire, form: Page, problems: Problems
) -> None:
    wire.wrong = [{"code": "验证码不对，还能试4次。"}]
    fill(form)
    form.get_by_role("button", name="提交申请").click()
    expect(form.locator("#call-code-wrong")).to_have_text("验证码不对，还能试4次。")
    expect(form.get_by_label("称呼", exact=True)).to_have_value("样例女士")
    form.get_by_label("短信验证码").fill("654321")
    form.get_by_role("button", name="提交申请").click()
    expect(form.get_by_role("heading", name="您的服务申请已提交")).to_be_visible()
    assert len({sent["id"] for sent in wire.submitted}) == 1
    problems.console.clear()


def test_too_many_codes_are_told_and_another_may_be_tried(wire: Wire, form: Page, problems: Problems) -> None:
    wire.wrong = [{"code": "验证码要得太多了。"}]
    form.get_by_label("手机号").fill("13800138000")
    form.get_by_role("button", name="获取验证码").click()
    expect(form.get_by_role("alert")).to_contain_text("太多")
    expect(form.get_by_role("button", name="获取验证码")).to_be_enabled()
    problems.console.clear()


def test_with_no_connection_it_says_so_and_keeps_what_was_filled_in(
    wire: Wire, form: Page, problems: Problems
) -> None:
    fill(form)
    form.context.set_offline(True)
    form.get_by_role("button", name="提交申请").click()
    expect(form.get_by_role("alert")).to_contain_text("没有连上")
    form.context.set_offline(False)
    form.get_by_role("button", name="提交申请").click()
    expect(form.get_by_role("heading", name="您的服务申请已提交")).to_be_visible()
    assert len(wire.submitted) == 1
    problems.console.clear()


def test_where_no_code_arrives_the_form_says_what_to_do(form: Page) -> None:
    form.get_by_text("验证码没收到？").click()
    expect(form.get_by_text("恢复订阅")).to_be_visible()
    form.get_by_text("隐私声明", exact=True).click()
    expect(form.get_by_text("把我留的号码删掉")).to_be_visible()


def test_escape_leads_back_to_the_conversation(form: Page) -> None:
    form.keyboard.press("Escape")
    expect(form.get_by_label("您的问题")).to_be_focused()
