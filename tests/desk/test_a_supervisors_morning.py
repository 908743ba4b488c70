"""A supervisor's morning in a real Chromium."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.lookup import searching, story
from renewal.services.texts import holds
from renewal.store.models import Delivery, Notice
from tests.conftest import TODAY
from tests.desk.test_overseeing import put_case, put_night
from tests.onfile import NUMBER, kept, put_callback, put_centre, put_holder, put_notice, put_seat, put_talk


@pytest.fixture
def morning(services: Services) -> int:
    """What a bad night left: a pass that stopped, a kind of text held, a dead letter, somebody who asks; the permit."""
    permit_id = put_holder(services)
    for back in range(12, 2, -1):
        put_night(services, TODAY - timedelta(days=back), done=10 - back % 4)
    put_night(services, TODAY - timedelta(days=2), finished=False, done=4)
    put_notice(services, permit_id, state="failed", failure="handset_away", code="30003")
    put_notice(services, permit_id, "renewed", state="delivered")
    talk = put_talk(services, permit_id=permit_id, said=("我的续签怎么没成",))
    put_callback(services, talk, permit_id=permit_id)
    put_seat(services, permit_id, put_centre(services))
    other_id = put_holder(services, "EX-2002", name="样例别人甲", phone="+8619900005678")
    put_case(
        services, other_id, police_review_due_on=TODAY - timedelta(days=1), papers_missing="application_form"
    )
    with services.store.session() as session:
        holds.hold(session, holds.template_of("notice.failure"), why="content 30007", now=services.now())
    return permit_id


def test_a_supervisor_s_morning(open_desk: Callable[..., Page], services: Services, morning: int) -> None:
    page = open_desk("wang", Role.SUPERVISOR)
    page.get_by_role("navigation", name="页面").get_by_role("link", name="夜间比对").click()
    expect(page.get_by_role("heading", name="有没做完的夜")).to_be_visible()
    expect(page.get_by_text("的比对停在半路")).to_be_visible()
    page.get_by_role("button", name="补做没做完的").click()
    expect(page.get_by_role("status")).to_contain_text("后台会补做 3 夜")
    page.get_by_role("link", name=f"{TODAY - timedelta(days=3)}").click()
    expect(page.get_by_role("heading", name="最近 10 晚")).to_be_visible()
    assert page.locator(".night svg").count() > 5
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.night .bar rect.renewed')).fill")
        == "rgb(20, 128, 111)"
    )

    page.get_by_role("link", name="发送", exact=True).click()
    expect(page.get_by_role("heading", name="自动续签失败通知")).to_be_visible()
    page.get_by_role("button", name="恢复发送").click()
    expect(page.get_by_role("status")).to_contain_text("已恢复：自动续签失败通知")
    page.get_by_role("link", name="没有发成的短信 1 条").click()
    page.get_by_role("button", name="再发一次").click()
    expect(page.get_by_role("status")).to_contain_text("排好队了")
    with services.store.read() as session:
        failed = session.scalars(select(Notice.id).where(Notice.kind == "failure")).one()
        assert session.scalars(select(Delivery.state).where(Delivery.notice_id == failed)).one() == "pending"

    page.get_by_role("link", name="查人").click()
    page.get_by_label("查谁").fill(NUMBER)
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("每次查人都要选一个理由")
    expect(page.get_by_label("查谁")).to_have_value(NUMBER)
    page.get_by_label("问通知的事").check()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="打开").click()
    expect(page.get_by_role("heading", name="一个人的全部经过")).to_be_visible()
    expect(page.get_by_text("这次打开的理由：问通知的事")).to_be_visible()
    assert [row.subject for row in kept(services, story.OPENED)] == [f"permit:{morning}"]
    page.get_by_role("link", name="看这条通知").first.click()
    expect(page.get_by_role("heading", name="每一步")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="看这次会话").click()
    expect(page.get_by_text("我的续签怎么没成").first).to_be_visible()
    assert len(kept(services, searching.SEARCHED)) == 1
