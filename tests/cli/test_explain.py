"""`renewal explain` and `renewal report`: what staff see, and one clear line where there is nothing to see."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from renewal.cli.main import outcome
from renewal.cli.night_tables import bar, night_tables
from renewal.cli.stack import opened
from renewal.domain import Category, Field, Outcome
from renewal.services.night.report import CountRow, NightReport
from renewal.services.night.view import Part, Row
from renewal.services.samples.sample import make_sample
from renewal.store.models import Night, NightCount, Record
from tests.loaded import RULES, WORDING

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.fixture
def people() -> None:
    """The first sample holders."""
    with opened() as services:
        make_sample(services.store, seed=1, count=10, today=services.today())


@pytest.fixture
def night(people: None) -> None:
    """A night that is done, and a permit near its end that has nothing on file."""
    with opened() as services, services.store.session() as session:
        done = Night(
            day=TODAY - timedelta(days=1),
            pass_no=1,
            due=1_234_567,
            done=1_234_567,
            started_at=AT,
            finished_at=AT,
            seconds=61.0,
            rulebook_version=services.rulebook.version,
        )
        session.add(done)
        session.flush()
        kept = {
            "category": Category.EMPLOYMENT,
            "district": "黄浦区",
            "missing": "",
            "stale": "",
            "notice": "",
        }
        session.add(
            NightCount(night_id=done.id, outcome=Outcome.RENEWED, reasons="", permits=1_234_560, **kept)
        )
        session.add(
            NightCount(night_id=done.id, outcome=Outcome.FAILED, reasons="address", permits=7, **kept)
        )
        session.query(Record).filter(Record.permit_id == 1).delete()


def test_explain_prints_the_state_the_course_and_what_the_bureaus_know(people, capsys):
    assert outcome(["explain", "SAMPLE-0001"]) == 0
    shown = capsys.readouterr().out
    for told in (
        "SAMPLE-0001 · ",
        "有效，2026-12-08 到期（还有 15 天）",
        "经过",
        "作为样例生成",
        "居住地址",
        "不一致",
        "公安",
    ):
        assert told in shown


@pytest.mark.parametrize("typed", ["sample-0001", "ＳＡＭＰＬＥ－０００１"])
def test_explain_finds_a_permit_in_small_letters_and_in_full_width_ones(people, capsys, typed):
    assert outcome(["explain", typed]) == 0
    assert "SAMPLE-0001 · " in capsys.readouterr().out


def test_a_long_line_is_broken_and_never_cut(people, capsys, monkeypatch):
    from renewal.cli import console

    monkeypatch.setattr(console.out, "_width", 60)
    assert outcome(["explain", "SAMPLE-0009"]) == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert "居住证使用功能恢复" in "".join(shown.split())


def test_an_unknown_permit_is_one_clear_line_and_exit_1(people, capsys):
    assert outcome(["explain", "SAMPLE-9999"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "没有居住证号 SAMPLE-9999：请核对，或先导入持证人\n"


def test_the_newest_night_is_shown_with_its_figures_and_what_waits(night, capsys):
    assert outcome(["report"]) == 0
    shown = capsys.readouterr().out
    for told in (
        "2026-11-22 的夜间比对",
        "1,234,560",
        "用时 1 分 1 秒",
        "黄浦区",
        "renewal report --list unfiled",
    ):
        assert told in shown


def test_a_day_that_had_no_night_is_one_clear_line_and_exit_1(night, capsys):
    assert outcome(["report", "--date", "2026-11-01"]) == 1
    assert capsys.readouterr().err == "2026-11-01 没有做过夜间比对：看最近的一晚，运行 renewal report\n"


def test_before_the_first_night_report_says_how_to_make_one(people, capsys):
    assert outcome(["report"]) == 1
    assert capsys.readouterr().err == "还没有做过夜间比对：运行 renewal run\n"


def test_the_page_is_written_where_it_was_asked_for(night, tmp_path, capsys):
    file = tmp_path / "night.html"
    assert outcome(["report", "--html", str(file)]) == 0
    assert f"报告写到了 {file}" in "".join(capsys.readouterr().out.splitlines())
    page = file.read_text("utf-8")
    assert page.lstrip().startswith("<!doctype html>")
    assert "1,234,560" in page


def test_a_page_that_cannot_be_written_is_one_clear_line_and_exit_1(night, tmp_path: Path, capsys):
    assert outcome(["report", "--html", str(tmp_path / "nowhere" / "night.html")]) == 1
    assert capsys.readouterr().err.startswith("报告写不进 ")


def test_what_waits_is_listed_with_the_command_that_explains_it(night, capsys):
    assert outcome(["report", "--list", "unfiled"]) == 0
    shown = capsys.readouterr().out
    assert "renewal explain SAMPLE-0001" in shown
    assert "SAMPLE-0002" not in shown


def test_a_list_with_nothing_in_it_says_so(night, capsys):
    assert outcome(["report", "--list", "no_phone"]) == 0
    assert "一个也没有" in capsys.readouterr().out


def test_an_unknown_list_is_refused_with_those_that_there_are(night, capsys):
    assert outcome(["report", "--list", "nobody"]) == 1
    assert "可以写：unfiled、no_phone" in capsys.readouterr().err


class Told:
    """What the tables need of the services."""

    wording, rulebook = WORDING, RULES


@pytest.mark.parametrize("width", [80, 100, 160])
def test_columns_stay_aligned_and_no_figure_is_cut_whatever_the_width(width):
    from rich.cells import cell_len
    from rich.console import Console

    rows = [
        CountRow(outcome=Outcome.RENEWED, category=category, district="浦东新区", permits=765_432)
        for category in Category
    ]
    waits = {"outcome": Outcome.WAITING, "category": Category.BUSINESS, "district": "徐汇区"}
    rows.append(CountRow(**waits, missing=(Field.PHONE,), permits=654_321))
    report = NightReport.of(TODAY, rows, rulebook_version="v", seconds=1.0)
    console = Console(width=width, file=None, record=True)
    with console.capture() as taken:
        console.print(night_tables(Told, report, width=width))
    lines = taken.get().splitlines()
    assert "…" not in taken.get()
    table = lines[lines.index(next(line for line in lines if line.startswith("按区"))) + 1 :]
    ends = {cell_len(line[: line.index("%") + 1]) for line in table if "%" in line}
    assert len(ends) == 1
    assert any("3,061,728" in line for line in table)


def test_a_bar_is_as_long_as_its_count_and_the_smallest_still_shows():
    def cells(*counts: int) -> str:
        parts = tuple(Part(kind="failed", count=count) for count in counts)
        return bar(Row(label="", parts=parts), 1000, 20).plain

    assert cells(1000) == "█" * 20
    assert cells(525) == "█" * 10 + "▌"
    assert cells(1) == "▏"
    assert cells(0) == ""
    assert cells(900, 1) == "█" * 18 + "█"
    assert cells(120, 120, 110) == cells(350)[:7]


def test_a_dry_run_prints_what_would_happen_and_leaves_no_night_behind(people, capsys):
    assert outcome(["run", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "2026-11-23 的夜间比对（试算）" in shown
    assert "只是试算：没有写入，也没有通知。" in shown
    assert "自动续签失败" in shown
    assert "发完" in shown  # when its texts would be out
    assert outcome(["report"]) == 1


def test_a_night_by_hand_prints_its_report_and_a_second_one_says_that_nothing_is_new(
    people, tmp_path, capsys
):
    page = tmp_path / "night.html"
    assert outcome(["run", "--report", str(page)]) == 0
    said = capsys.readouterr()
    assert "2026-11-23 的夜间比对" in said.out
    assert "通知已经排好队" in said.err
    beforehand = said.err[: said.err.index("通知已经排好队")]
    assert re.search(r"这一晚要发 [1-9]\d* 条通知", beforehand)
    assert re.search(r"约\d\d-\d\d\d\d:\d\d发完", "".join(beforehand.split()))  # a narrow terminal wraps it
    assert "发完" in page.read_text("utf-8")
    assert outcome(["sending"]) == 0
    assert "发完" in capsys.readouterr().out
    assert outcome(["run"]) == 0
    again = capsys.readouterr()
    assert "没有新的续签，也没有新的通知" in again.out
    assert "这一晚要发" not in again.err
    assert "排好队" not in again.err


def test_a_night_by_hand_first_makes_up_for_the_nights_that_were_missed(people, capsys):
    assert outcome(["run", "--date", "2026-11-20"]) == 0
    assert "补做" not in capsys.readouterr().err
    assert outcome(["run"]) == 0
    assert "先补做了没有做完的 2 晚：2026-11-21 – 2026-11-22" in capsys.readouterr().err
    assert outcome(["report", "--date", "2026-11-21"]) == 0
