"""The real pages in a real browser: a stranger's words run nothing, draw nothing and lead nowhere."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect
from waitress.server import create_server

from tests.security.conftest import Door

pytestmark = pytest.mark.timeout(300)  # a page says all its payloads before the first row is looked at
TRIED = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=https://evil.example/><input name=code></form>",
    "<a href=javascript:alert(1)>https://www.gov.cn/</a>",
    "<base href=https://evil.example/>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<div id=log></div><div id=composer></div>",
)
WORDS_OF = "box => box.textContent.replace(/\\s+/g, '')"
# What a widget's log or a phone's screen is drawn with; anything else came out of somebody's words.
FOREIGN = (
    "script img image iframe object embed video audio form input style link meta base math a details".split()
)
FOREIGN += "marquee template select [onerror] [onload] [onfocus] [ontoggle]".split()
PATIENCE_MS = 30_000
LINKS = {
    "https://www.gov.cn/": True,
    "https://zwdt.sh.gov.cn/govPortals/": True,
    "https://gov.cn": True,
    "https://SH.GOV.CN/x": True,
    "http://www.gov.cn/": False,
    "ftp://www.gov.cn/": False,
    "javascript:alert(1)": False,
    "javascript://www.gov.cn/%0aalert(1)": False,
    "JaVaScRiPt:alert(1)//www.gov.cn": False,
    "data:text/html,<script>alert(1)</script>": False,
    "vbscript:msgbox(1)": False,
    "file:///etc/passwd": False,
    "blob:https://www.gov.cn/1": False,
    "view-source:https2://www.gov.cn/": False,
    "//www.gov.cn/": False,
    "https:/www.gov.cn.": False,
    "https://gov.cn.evil.example/": False,
    "https://evil.example/gov.cn": False,
    "https://evil.example/?x=.gov.cn": False,
    "https://evil.example/#.gov.cn": False,
    "https://evil.example\\.gov.cn/": False,
    "https://evilgov.cn/": False,
    "https://evil-gov.cn/": False,
    "https://www.gov.cn@evil.example/": False,
    "https://evil.example:443@www.gov.cn/": False,
    "https://a:b@www.gov.cn/": False,
    "https://www.gov.cn:b@evil.example/": False,
    "https://www.gov.cn.cn/": False,
    "https://www.gov.co/": False,
    "https://www.gοv.cn/": False,  # a Greek letter
    "https://www.gоv.cn/": False,  # a Cyrillic letter
    "https://xn--gv-1bc.cn/": False,
    "https://www.gov。cn.evil.example/": False,
    "https://gov.cn%2eevil.example/": False,
    "https://gov.cn%00.evil.example/": False,
    "https://1.2.3.4/": False,
    "https://[::1]/.gov.cn": False,
    "https://localhost/": False,
}


@dataclass
class Seen:
    """What a page showed and did."""

    words: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    foreign: int = 0
    href: str = ""


@pytest.fixture(scope="module")
def address(door: Door) -> Iterator[str]:
    server = create_server(door.app, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


def opened(browser: Browser, url: str, seen: Seen) -> Page:
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(20_000)
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: seen.asked.append(asked.url))
    page.on("console", lambda line: seen.refused.append(line.text) if line.type == "error" else None)
    page.goto(url)
    return page


def foreign_in(page: Page, place: str, foreign: list[str]) -> int:
    """How many of these elements are in that place."""
    return page.locator(", ".join(f"{place} {one}" for one in foreign)).count()


@pytest.fixture(scope="module")
def widget(browser: Browser, address: str) -> Seen:
    """Every payload said on the page with the widget, and every address told by its bot."""
    seen = Seen()
    page = opened(browser, f"{address}/", seen)
    page.get_by_label("您的问题").wait_for()
    for number, words in enumerate([*TRIED, "\n".join(LINKS)], start=1):
        page.get_by_label("您的问题").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".row.bot")).to_have_count(number + 1, timeout=PATIENCE_MS)
        seen.words[words] = [
            page.locator(".row.user .bubble").last.evaluate(WORDS_OF),
            page.locator(".row.bot .bubble").last.evaluate(WORDS_OF),
        ]
    for link in page.locator(".log a").all():
        seen.links.setdefault(str(link.text_content()), []).append(str(link.get_attribute("href")))
    seen.foreign = foreign_in(page, ".log .bubble", [one for one in FOREIGN if one != "a"])
    seen.href = page.url
    page.context.close()
    return seen


@pytest.fixture(scope="module")
def phone(browser: Browser, address: str) -> Seen:
    """Payloads typed on the simulated phone."""
    seen = Seen()
    page = opened(browser, f"{address}/simulator#guest", seen)
    page.get_by_label("写短信").wait_for()
    for number, words in enumerate(TRIED, start=1):
        page.get_by_label("写短信").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".mine:not(.pending) .bubble")).to_have_count(number, timeout=PATIENCE_MS)
        seen.words[words] = [page.locator(".mine .bubble").last.evaluate(WORDS_OF)]
    seen.foreign = foreign_in(page, "#texts", FOREIGN)
    seen.href = page.url
    page.context.close()
    return seen


def squeezed(words: str) -> str:
    return "".join(words.split())


@pytest.mark.parametrize("words", TRIED)
def test_markup_said_in_the_widget_is_shown_as_it_was_typed(widget: Seen, words: str) -> None:
    assert widget.words[words] == [squeezed(words), squeezed(f"答1：{words}")]


@pytest.mark.parametrize("words", TRIED)
def test_markup_typed_on_the_simulated_phone_is_shown_as_it_was_typed(phone: Seen, words: str) -> None:
    assert phone.words[words] == [squeezed(words)]


@pytest.mark.parametrize("page", ["widget", "phone"])
def test_no_words_run_draw_or_ask_for_anything(
    page: str, address: str, request: pytest.FixtureRequest
) -> None:
    seen: Seen = request.getfixturevalue(page)
    assert seen.dialogs == []
    assert seen.foreign == 0
    assert [url for url in seen.asked if not url.startswith(f"{address}/")] == []
    assert seen.href.startswith(f"{address}/")
    assert [line for line in seen.refused if "Content Security Policy" in line] == []


@pytest.mark.parametrize(("link", "official"), LINKS.items())
def test_only_the_government_s_addresses_become_links(widget: Seen, link: str, official: bool) -> None:
    made = [href for text, hrefs in widget.links.items() if text == link for href in hrefs]
    assert bool(made) is official, made


def test_every_link_leads_to_the_government_s_own_names_by_https(widget: Seen) -> None:
    from urllib.parse import urlsplit

    parts = [urlsplit(href) for hrefs in widget.links.values() for href in hrefs]
    assert parts
    assert {part.scheme for part in parts} == {"https"}
    assert all(part.hostname == "gov.cn" or str(part.hostname).endswith(".gov.cn") for part in parts)
    assert not [part for part in parts if part.username or part.password]
