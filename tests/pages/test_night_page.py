"""The page of a night in a real browser: alone on a disk, on a phone, on paper, in the dark, for a screen reader."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from renewal.domain import Category, Field, Outcome
from renewal.services.night.page import night_page
from renewal.services.night.report import CountRow, NightReport, TrendDay
from renewal.services.night.staff import StaffItem
from tests.conftest import TODAY
from tests.loaded import RULES, WORDING
from tests.pages.conftest import DESKTOP, PHONE

AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
CITY = (
    CountRow(
        outcome=Outcome.RENEWED,
        category=Category.EMPLOYMENT,
        district="浦东新区",
        notice="renewed",
        permits=1_074_384,
    ),
    CountRow(
        outcome=Outcome.FAILED,
        category=Category.DEPENDANT,
        district="徐汇区",
        reasons=(Field.ADDRESS, Field.MARRIAGE),
        notice="failure",
        permits=46_658,
    ),
    CountRow(
        outcome=Outcome.FAILED,
        category=Category.SCHOOLING,
        district="徐汇区",
        reasons=(Field.ENROLMENT,),
        notice="failure",
        permits=7,
    ),
    CountRow(
        outcome=Outcome.WAITING,
        category=Category.BUSINESS,
        district="徐汇区",
        missing=(Field.PHONE,),
        stale=(Field.EMPLOYMENT,),
        permits=85_880,
    ),
)
STAFF = (
    StaffItem(kind="no_phone", count=1_200, command="renewal report --list no_phone"),
    StaffItem(kind="late_callbacks", count=0, command="renewal callbacks"),
)
NIGHTS = tuple(
    TrendDay(day=TODAY - timedelta(days=back), renewed=90_000 - back, failed=back * 100, waiting=0)
    for back in range(29, -1, -1)
)


class Told:
    """What the page needs of the services."""

    wording, rulebook = WORDING, RULES


def _report(rows: tuple[CountRow, ...] = CITY, **more: object) -> NightReport:
    given = {
        "seconds": 93.0,
        "started_at": AT,
        "finished_at": AT + timedelta(seconds=93),
        "staff": STAFF,
        **more,
    }
    return NightReport.of(TODAY, rows, rulebook_version="3f2a9b1c0d4e", **given)


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page as a file, with the network off; whatever it asked for beside itself is a failure."""
    contexts, asked = [], []

    def show(
        report: NightReport | None = None,
        *,
        days: tuple[TrendDay, ...] = NIGHTS,
        size: dict[str, int] = DESKTOP,
        dry: bool = False,
        **options: object,
    ) -> Page:
        file = tmp_path / "night.html"
        file.write_text(night_page(Told, report or _report(), days, at=AT, dry=dry), "utf-8")
        context = browser.new_context(viewport=size, locale="zh-CN", offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.endswith("/night.html")] == []


def test_the_page_is_one_file_without_a_script_that_asks_for_nothing_else(shown):
    page = shown(java_script_enabled=False)
    assert page.locator("h1").inner_text().startswith("2026-11-23 的夜间比对")
    assert page.locator("script, link, img, iframe, [src], [href]").count() == 0


def test_every_figure_is_there_with_thousands_separators_and_shares(shown):
    page = shown()
    told = page.locator("main").inner_text()
    for figure in ("1,074,384", "46,665", "85,880", "89.0%", "比对 1,206,929 个证", "用时 1 分 33 秒"):
        assert figure in told
    assert "11-23 02:01 做完" in told
    assert "报告生成于 2026-11-23 02:00（上海时间）" in told
    reasons = page.locator(".reasons tbody tr:not(.drawn)")
    assert reasons.locator("th").all_inner_texts() == ["居住地址", "婚姻状况", "就读情况"]
    assert reasons.nth(2).locator("td").all_inner_texts() == ["7", "0.0%"]


def test_what_waits_for_staff_comes_with_its_command_and_what_does_not_is_left_out(shown):
    staff = shown().locator(".staff")
    assert "要去窗口，但号码收不到短信" in staff.inner_text()
    assert staff.locator("code").all_inner_texts() == ["renewal report --list no_phone"]
    assert staff.locator("td").inner_text() == "1,200"


@pytest.mark.parametrize("size", [DESKTOP, PHONE, {"width": 320, "height": 600}])
def test_nothing_sticks_out_at_the_side_whatever_the_width(shown, size):
    page = shown(size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    cut = "[...document.querySelectorAll('td, th, dd, code')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    assert page.evaluate(f"{cut}.map(e => e.innerText)") == []


def test_on_a_phone_the_cards_stand_one_below_the_other(shown):
    lefts = "[...new Set([...document.querySelectorAll('.card')].map(e => Math.round(e.getBoundingClientRect().left)))]"
    assert len(shown(size=PHONE).evaluate(lefts)) == 1
    assert len(shown(size=DESKTOP).evaluate(lefts)) == 2


def test_bars_are_as_long_as_their_counts_and_the_smallest_still_shows(shown):
    bars = shown().locator(".reasons .drawn rect")
    widths = [bar.evaluate("e => e.getBoundingClientRect().width") for bar in bars.all()]
    assert widths[0] == pytest.approx(widths[1])
    assert 0 < widths[2] < widths[0] / 100
    row = shown().locator(".districts .drawn").first.locator("rect")
    assert [piece.get_attribute("class") for piece in row.all()] == ["renewed"]


def test_the_trend_is_described_in_words_and_has_its_numbers_in_a_table(shown):
    page = shown()
    drawings = page.locator(".trend svg[role=img]")
    assert drawings.count() == 3
    failed = drawings.nth(1)
    named = [
        page.locator(f"#{name}").text_content() for name in failed.get_attribute("aria-labelledby").split()
    ]
    assert named == ["失败", "2026-10-25 到 2026-11-23，最少 0，最多 2,900，最后一晚 0。"]
    assert failed.locator("rect").count() == 30
    assert failed.locator("rect title").first.text_content() == "10-25：失败 2,900"
    page.locator("summary").click()
    assert page.locator("details tbody tr").first.inner_text().split() == ["2026-11-23", "90,000", "0", "0"]


def test_every_drawing_is_either_named_or_hidden_from_readers_with_its_numbers_beside_it(shown):
    page = shown()
    assert page.locator("svg:not([aria-hidden=true]):not(:has(desc))").count() == 0
    assert page.locator("svg[aria-hidden=true]").count() == page.locator(".drawn svg, .bar.tall").count() > 20
    assert page.evaluate("document.querySelectorAll('section:not([aria-labelledby])').length") == 0


def test_in_the_dark_the_page_is_dark_and_on_paper_it_is_light_again(shown):
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = shown(color_scheme="light"), shown(color_scheme="dark")
    assert light.evaluate(ground) != dark.evaluate(ground)
    dark.emulate_media(media="print", color_scheme="dark")
    assert dark.evaluate(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_as_accessibility_asks(shown, scheme):
    page = shown(_report(finished_at=None, due=2_000_000), color_scheme=scheme)
    contrast = """([selector, ground]) => {
        const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => v / 255)
                .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const of = (name, property) => light(getComputedStyle(document.querySelector(name))[property]);
        const [low, high] = [of(selector, 'color'), of(ground, 'backgroundColor')].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    }"""
    for pair in (
        ["h1", "body"],
        [".facts", "body"],
        [".about", ".card"],
        [".staff th code", "code"],
        [".state"] * 2,
    ):
        assert page.evaluate(contrast, pair) >= 4.5, pair


def test_what_is_written_in_a_district_is_text_and_never_markup(shown):
    odd = CountRow(
        outcome=Outcome.RENEWED,
        category=Category.EMPLOYMENT,
        district="<b>区</b><script>1</script>",
        permits=3,
    )
    page = shown(_report((odd,)))
    assert page.locator(".districts tbody th").first.inner_text() == "<b>区</b><script>1</script>"
    assert page.locator("script").count() == 0


def test_an_unfinished_night_says_so_above_its_figures(shown):
    state = shown(_report(finished_at=None, due=2_000_000)).locator(".state")
    assert "做了 1,206,929 / 2,000,000 个证" in state.inner_text()
    assert "open" in state.get_attribute("class")


def test_a_dry_run_says_that_nothing_was_written_and_claims_nothing_about_staff(shown):
    page = shown(_report(staff=()), days=(), dry=True)
    assert page.locator("h1").inner_text().startswith("2026-11-23 的夜间比对（试算）")
    assert page.locator(".state").inner_text() == "只是试算：没有写入，也没有通知。"
    assert page.locator(".staff, .trend").count() == 0


def test_a_night_with_nothing_due_is_one_sentence_and_no_empty_charts(shown):
    page = shown(_report(()), days=NIGHTS[-1:])
    assert page.locator(".state").inner_text() == "这一天没有要比对的证。"
    assert page.locator(".card").count() == 1
