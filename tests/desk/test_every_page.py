"""Every page of the desk, in every look: axe finds nothing, nobody scrolls sideways, and no console complains.

The pages are those of the app itself: the test fails for a new one until this file says how it is reached.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.callbacks import calling
from renewal.services.lookup import searching
from renewal.services.lookup.reasons import Why
from renewal.services.talks import handover, web_sessions
from renewal.store.models import Notice
from tests.bookings import book_callback
from tests.conftest import TODAY
from tests.desk.conftest import PASSWORD, make_account
from tests.desk.test_a_supervisors_morning import morning
from tests.desk.test_signing import desk_of
from tests.looks import problems_in_every_look
from tests.onfile import NUMBER, PHONE, put_talk
from tests.services.test_learning import GOOD, MISS, OFFER, Talk

__all__ = ["morning"]
ME = "wu(desk)"
AGO = [TODAY - timedelta(days=days) for days in range(4)]
PLACES = {  # endpoint: addresses, in the states that look different
    "home.index": ["/"],
    "callbacks.index": ["/callbacks/", "/callbacks/?ended=1"],
    "talks.index": ["/talks/"],
    "talks.read": ["/talks/{talk}", "/talks/{colleague}"],
    "search.index": ["/search/"],
    "search.found": ["/search/{found}", "/search/{nobody}"],
    "search.whole": ["/search/{found}/{permit}"],
    "window.index": ["/window/", f"/window/?day={AGO[3]}"],
    "notices.index": ["/notices/", "/notices/?state=failed"],
    "notices.one": ["/notices/{notice}"],
    "sending.index": ["/sending/"],
    "sending.failed": ["/sending/failed"],
    "nights.index": ["/nights/"],
    "nights.one": [f"/nights/{AGO[3]}", f"/nights/{AGO[2]}"],
    "nights.waiting": ["/nights/waiting/failed_texts", "/nights/waiting/unfiled"],
    "learning.index": ["/learning/"],
    "people.index": ["/people/"],
    "audit.index": ["/audit/"],
    "signing.own": ["/account"],
    "signing.sign_in": [],  # who is signed in is led away; below
}
NO_PAGES = {"static", "nights.style"}


@dataclass(frozen=True, kw_only=True)
class Ids:
    """What the addresses name."""

    permit: int
    talk: str
    colleague: str
    notice: str
    found: int
    nobody: int


@pytest.fixture
def ids(services: Services, morning: int) -> Ids:
    """The supervisor's morning, and what a clerk and a maintainer find besides."""
    talk = put_talk(services, permit_id=morning, said=("我没搬家，为什么没续上？" * 6, "x" * 120))
    colleague = put_talk(services, phone="+8619900007777", said=("在吗",))
    handover.take(services, colleague, staff="wang(desk)")
    for number, by in enumerate((ME, "wang(desk)"), 1):
        visitor, _ = web_sessions.open_web(services)
        book_callback(
            services, visitor, name="样例长名" * 3, phone=f"{PHONE[:-1]}{number}", about="租房" * 30
        )
        calling.claim(services, number + 1, staff=by)  # 1 is the morning's
        calling.add_note(services, number + 1, "很长的备注" * 20, staff=by)
    asked = Talk(services)
    for text, answer in (("社保断了一个月", MISS), ("社保断了一个月呢", MISS), ("要带去哪里的东西", OFFER)):
        asked.ask(text, answer)
    asked.ask("带什么", GOOD, "up")
    with services.store.read() as session:
        notice = session.scalars(select(Notice.id).where(Notice.kind == "failure")).one()
    looked = [searching.search(services, who, Why.of("check", ""), staff=ME) for who in (NUMBER, "EX-9999")]
    return Ids(
        permit=morning, talk=talk, colleague=colleague, notice=notice, found=looked[0], nobody=looked[1]
    )


def test_every_page_that_the_desk_has_is_looked_at(app: Flask) -> None:
    rules = [rule for rule in desk_of(app).url_map.iter_rules() if "GET" in rule.methods]
    assert {rule.endpoint for rule in rules} == PLACES.keys() | NO_PAGES


@pytest.mark.parametrize("half", [0, 1])
def test_axe_finds_nothing_on_any_page_in_any_look(
    open_desk: Callable[..., Page], site: str, ids: Ids, half: int
) -> None:
    page = open_desk("wu", Role.OPERATOR)
    complaints = listen(page)
    found: list[str] = []
    for path in [path for paths in PLACES.values() for path in paths][half::2]:
        answer = page.goto(f"{site}/desk{path.format(**asdict(ids))}")
        assert answer.status == 200, path
        found += problems_in_every_look(page, path, also=("best-practice",))
    assert (found, complaints) == ([], [])


def test_nor_on_a_form_that_was_refused_nor_on_a_page_that_says_why_there_is_none(
    open_desk: Callable[..., Page], services: Services, site: str
) -> None:
    page = open_desk("li", Role.CLERK)
    found: list[str] = []

    def judge(name: str) -> None:
        found.extend(problems_in_every_look(page, name, also=("best-practice",)))

    page.goto(f"{site}/desk/search/")
    page.get_by_label("查谁").fill(NUMBER)
    page.get_by_role("button", name="查", exact=True).click()
    judge("a search without a reason")
    page.goto(f"{site}/desk/account")
    for name in ("现在的口令", "再输一次新口令"):
        page.get_by_label(name).fill(PASSWORD)
    page.get_by_label("新口令", exact=True).fill(PASSWORD[::-1])
    page.get_by_role("button", name="改口令").click()
    judge("two passwords that differ")
    for path, status in (("/nowhere", 404), ("/nights/", 403)):
        assert page.goto(f"{site}/desk{path}").status == status
        judge(path)
    page.goto(f"{site}/desk/")
    page.get_by_role("button", name="退出").click()
    judge("signed out")
    make_account(services, "new", must_change=True)
    for name, then in (("nobody", "a wrong name"), ("new", "a first password")):
        page.get_by_label("账户名").fill(name)
        page.get_by_label("口令").fill(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        judge(then)
    expect(page.get_by_text("这个口令别人也知道")).to_be_visible()
    assert found == []


def listen(page: Page) -> list[str]:
    """What the page will say to its console, with where it was."""
    said: list[str] = []
    page.on("console", lambda one: said.append(f"{page.url} {one.text}") if one.type == "error" else None)
    return said
