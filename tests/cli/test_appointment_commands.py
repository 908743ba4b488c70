"""What staff type about centres and appointments."""

from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import select

from renewal.cli.actor import actor
from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.domain.appointments import Slot
from renewal.store.models import AuditEntry, Centre
from tests import bookings
from tests.services.test_appointments import add_holder, talk

EXAMPLE = Path(__file__).parents[2] / "docs/examples/centres.csv"
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def booked(capsys) -> None:
    """The example's centres, and one appointment at XH-01."""
    assert outcome(["appointment", "centres", str(EXAMPLE)]) == 0
    assert "新增 4 个" in capsys.readouterr().out
    with opened() as services:
        with services.store.read() as session:
            centre = session.scalars(select(Centre).where(Centre.code == "XH-01")).one().id
        holder = talk(services, add_holder(services))
        bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=time(9)))


def test_loading_the_same_centres_again_changes_nothing(booked, capsys):
    assert outcome(["appointment", "centres", str(EXAMPLE)]) == 0
    assert "新增 0 个，更新 0 个，没有变化 4 个" in capsys.readouterr().out


def test_a_bad_file_is_one_line_for_each_wrong_line_and_exit_1(tmp_path, capsys):
    file = tmp_path / "centres.csv"
    head, first, second, *_ = EXAMPLE.read_text("utf-8").splitlines()
    file.write_text(
        "\n".join([head, first.replace("30,4", "0,4"), second.replace("周一", "周八")]), encoding="utf-8"
    )
    assert outcome(["appointment", "centres", str(EXAMPLE)]) == 0  # the first command says that it made keys
    capsys.readouterr()
    assert outcome(["appointment", "centres", str(file)]) == 1
    told = capsys.readouterr().err.strip().splitlines()
    assert [line[:5] for line in told] == ["第 2 行", "第 3 行"]


def test_who_comes_is_listed_with_the_name_masked_and_who_looked_is_kept(booked, capsys):
    assert outcome(["appointment", "list", "--centre", "xh-01", "--staff", "小李"]) == 0
    listed = capsys.readouterr().out
    for cell in ("1", "2026-11-24 周二", "09:00", "样例一街道", "AP-0001", "已同意"):
        assert cell in listed
    assert "样例持证人" not in listed
    assert outcome(["appointment", "list", "--centre", "PD-01"]) == 0
    assert "没有预约" in capsys.readouterr().out
    with opened() as services, services.store.read() as session:
        read = session.scalars(select(AuditEntry).where(AuditEntry.action == "appointments.read")).first()
        assert read is not None
        assert (read.actor, read.detail) == (actor("小李"), {"count": 1})


def test_a_cancelled_one_is_listed_only_with_its_day(booked, capsys):
    assert outcome(["appointment", "cancel", "1"]) == 0
    assert "已取消" in capsys.readouterr().out
    assert outcome(["appointment", "list"]) == 0
    assert "没有预约" in capsys.readouterr().out
    assert outcome(["appointment", "list", "--date", "2026-11-24"]) == 0
    assert "已取消" in capsys.readouterr().out


def test_one_is_marked_as_kept_on_its_day_and_once(booked, capsys, monkeypatch):
    monkeypatch.setenv("RENEWAL_TODAY", "2026-11-24")
    assert outcome(["appointment", "kept", "1"]) == 0
    assert "已记为来了" in capsys.readouterr().out
    assert outcome(["appointment", "kept", "1"]) == 0
    assert "早已" in capsys.readouterr().out


def test_free_seats_are_shown_by_day(booked, capsys):
    assert outcome(["appointment", "free", "XH-01", "--days", "3"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip().startswith("2026")]
    assert rows == [
        ["2026-11-23", "周一", "44", "44"],
        ["2026-11-24", "周二", "43", "44"],
        ["2026-11-25", "周三", "44", "44"],
    ]


def test_days_of_a_year_that_is_not_published_are_marked(booked, capsys, monkeypatch):
    monkeypatch.setenv("RENEWAL_TODAY", "2030-12-30")
    assert outcome(["appointment", "free", "XH-02", "--days", "2"]) == 0
    shown = capsys.readouterr().out
    assert "2030-12-30 周一*" in shown
    assert "节假日安排还没公布" in shown


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (["appointment", "cancel", "77"], 1, "没有编号 77 的预约"),
        (["appointment", "kept", "1"], 1, "还没到"),
        (["appointment", "free", "ZZ"], 1, "没有中心 ZZ，现有：MH-01、PD-01"),
        (["appointment", "list", "--centre", "ZZ"], 1, "没有中心 ZZ"),
        (["appointment", "list", "--date", "2026-02-30"], 2, "真有的一天"),
        (["appointment", "centres", "nowhere.csv"], 1, "打不开文件 nowhere.csv"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(booked, typed, code, says, capsys):
    assert outcome(typed) == code
    said = capsys.readouterr().err
    assert says in said
    assert len(said.strip().splitlines()) == 1
