"""The front page behind the real gateway: its words and numbers, without a script, in a browser, on paper."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from renewal.domain import reinstatement_deadline, renewal_window
from renewal.services.app import Services
from renewal.services.front.calculator import LONGEST_DAY_CHARS
from renewal.services.front.screen import CARDS
from renewal.services.front.sources import LANGUAGES
from renewal.services.jobs import Jobs
from renewal.settings import Settings
from renewal.store import Store
from sms_gateway.app import create_app
from tests.conftest import TODAY
from tests.gateway.conftest import ScriptedAssistant
from tests.loaded import RULES, WORDING
from tests.looks import problems_in_every_look
from tests.pages.conftest import DESKTOP
from tests.security.payloads import MARKUP, TEMPLATES

CELL = re.compile(r'<td class="([^"]*)"[^>]*><time datetime="([\d-]+)"')
RESULT = "/?expires=2026-12-31"
STATES = {
    "empty": "/",
    "before the window": RESULT,
    "expired": "/?expires=2026-11-01",
    "long expired": "/?expires=2024-02-29",
    "wrong": "/?expires=2026-02-30",
}
ODD = {
    "": "还没有填到期日",
    "2026-02-30": "没有这天",
    "2026年13月1日": "没有这天",
    "明年": "没看懂",
    "年底前后": "大概的日子",
    "1999-01-01": "太早",
    "0001-01-01": "太早",
    "9999-12-31": "太远",
    "2" * 5_000: "没看懂",
    "-1": "没看懂",
}


@pytest.fixture
def services(settings: Settings, job_tables: None) -> Iterator[Services]:
    store = Store.open(settings)
    yield Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))
    store.close()


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services.settings, services, ScriptedAssistant()).test_client()


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    """Where the real gateway listens."""
    server = make_server(
        "127.0.0.1", 0, create_app(services.settings, services, ScriptedAssistant()), threaded=True
    )
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def show(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a path of the gateway; a page that says an error to the console fails its test."""
    contexts, errors = [], []

    def open_(path: str, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(viewport=size, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def html(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_days_of_an_expiry_day_are_told_with_their_clauses(client: FlaskClient) -> None:
    page = html(client, RESULT)
    told = words(page)
    assert "您的居住证12月31日到期，从12月1日起可以办。" in told
    for day in ("2026年12月1日", "2026年12月31日", "2027年3月1日", "23个工作日"):
        assert day in told
    clauses = set(" ".join(re.findall(r'data-clauses="([^"]+)"', page)).split())
    assert {"renewal.window_days", "overdue.effect", "overdue.restore_days"} <= clauses
    assert all(RULES.clause(each).in_force(TODAY) for each in clauses)


@bounds(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(min_value=date(2013, 7, 1), max_value=TODAY + timedelta(days=700)))
def test_the_page_says_and_draws_what_the_domain_works_out(client: FlaskClient, day: date) -> None:
    page = html(client, f"/?expires={day}")
    opens_on, deadline_on = renewal_window(day, RULES).opens_on, reinstatement_deadline(day, RULES)
    for each in (opens_on, day, deadline_on):
        assert f"{each.year}年{each.month}月{each.day}日" in page
    drawn = {on: kinds.split() for kinds, on in CELL.findall(page)}
    assert [on for on, kinds in drawn.items() if "window" in kinds] == _days(opens_on, day)
    assert [on for on, kinds in drawn.items() if "restore" in kinds] == _days(
        day + timedelta(days=1), deadline_on
    )
    assert "opens" in drawn[str(opens_on)]
    assert "expires" in drawn[str(day)]
    assert "deadline" in drawn[str(deadline_on)]


def _days(first: date, last: date) -> list[str]:
    return [str(first + timedelta(days=away)) for away in range((last - first).days + 1)]


def test_a_marked_day_says_in_words_what_it_is(client: FlaskClient) -> None:
    page = html(client, "/?expires=2026-12-05")
    cells = re.findall(r"<td class=[^>]*>(.*?)</td>", page, re.DOTALL)
    marked = [words(cell).split() for cell in cells if "mark" in cell]
    assert marked == [["5", "开始"], ["23", "今天"], ["5", "到期"], ["3", "截止"]]
    assert 'aria-current="date"' in page


@pytest.mark.parametrize("given", ODD, ids=lambda text: text[:12])
def test_a_wrong_or_odd_day_gets_one_sentence_and_no_calendar(client: FlaskClient, given: str) -> None:
    answer = client.get("/", query_string={"expires": given})
    page = answer.get_data(as_text=True)
    said = re.findall(r'role="alert">([^<]+)<', page)
    assert len(said) == 1
    assert ODD[given] in said[0]
    assert "<table" not in page
    assert said[0].count("。") == 1


def test_two_different_days_get_one_sentence(client: FlaskClient) -> None:
    assert "请只填一个" in html(client, "/?expires=2026-12-31&expires=2027-01-01")
    assert "请只填一个" not in html(client, "/?expires=2026-12-31&expires=2026-12-31")


@pytest.mark.parametrize("written", ["2026年12月31日", "２０２６-１２-３１", "2026/12/31", " 2026-12-31 "])
def test_a_day_is_read_as_people_write_it(client: FlaskClient, written: str) -> None:
    page = client.get("/", query_string={"expires": written}).get_data(as_text=True)
    assert 'value="2026-12-31"' in page
    assert "?expires=2026-12-31" in page


@pytest.mark.parametrize("evil", [*MARKUP, *TEMPLATES])
@pytest.mark.parametrize("name", ["expires", "lang"])
def test_markup_in_the_address_is_shown_nowhere(client: FlaskClient, name: str, evil: str) -> None:
    answer = client.get("/", query_string={"expires": "2026-12-31", name: evil})
    plain = client.get("/", query_string={"expires": "2026-12-31"} if name == "lang" else {"expires": "x"})
    assert answer.status_code == 200
    assert answer.data == plain.data


def test_the_longest_day_that_is_read_is_a_text_s_length() -> None:
    assert LONGEST_DAY_CHARS < 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_each_language(client: FlaskClient, language: str) -> None:
    page = html(client, f"/?lang={language}&expires=2026-12-31")
    assert f'<html lang="{language}">' in page
    assert f'lang="{language}" hreflang="{language}" aria-current="true"' in page
    assert f"?expires=2026-12-31&amp;lang={language}" in page or language == "zh-CN"
    for name, _ in CARDS:
        assert f'<li id="{name}">' in page
    mark = {"zh-CN": "续签", "zh-TW": "續簽", "en": "renew"}[language]
    assert mark in page


def test_an_unknown_language_is_answered_in_the_first(client: FlaskClient) -> None:
    assert '<html lang="zh-CN">' in html(client, "/?lang=fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_cards_say_is_what_the_chat_says(client: FlaskClient, language: str) -> None:
    page = words(html(client, f"/?lang={language}")).replace("&#39;", "'")
    edition = WORDING.edition(LANGUAGES[language])
    for _, key in CARDS:
        text = edition.answer(key, channel="web", on=TODAY, depth="brief").text
        lines = edition.without_sources(text).split("\n")
        assert all(line.strip() in page for line in lines if line.strip()), key


def test_without_a_script_the_form_works_and_the_address_can_be_sent_on(show: Callable[..., Page]) -> None:
    page = show("/?lang=en", java_script_enabled=False)
    page.get_by_label("Expiry date on the permit").fill("2026-12-31")
    page.get_by_role("button", name="Show my days").click()
    assert re.search(r"\?lang=en&expires=2026-12-31$", page.url)
    expect(page.locator(".lead")).to_contain_text("Your permit expires 31 Dec")
    expect(page.locator("table.month")).to_have_count(4)
    shared = page.locator(".share a").get_attribute("href")
    page.goto(shared)
    expect(page.locator(".lead")).to_contain_text("Your permit expires 31 Dec")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_look(show: Callable[..., Page], language: str) -> None:
    page = show(f"/?lang={language}", bypass_csp=True)  # axe sets styles of its own
    found: list[str] = []
    for name, path in STATES.items():
        page.goto(page.url.partition("?")[0] + path[1:] + ("&" if "?" in path else "?") + f"lang={language}")
        page.locator(".composer textarea").wait_for()
        found += problems_in_every_look(page, name)
    assert found == []


def test_by_keyboard_alone_the_days_are_worked_out(show: Callable[..., Page]) -> None:
    page = show("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到对话")).to_be_focused()
    field = page.get_by_label("居住证上的到期日")
    field.focus()
    page.keyboard.type(
        "12312026"
    )  # the field asks for the month first where the browser itself is in English
    page.keyboard.press("Enter")
    page.wait_for_url("**/?expires=2026-12-31")
    expect(page.locator(".rows .value").first).to_have_text("2026年12月1日")


def test_on_paper_only_the_result_and_the_cards_are_left(show: Callable[..., Page]) -> None:
    page = show(RESULT)
    page.emulate_media(media="print")
    for selector in (".chat", ".calculator form", ".languages", ".skip"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.locator("table.month").first).to_be_visible()
    expect(page.locator(".cards li").first).to_be_visible()
