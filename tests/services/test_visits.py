"""Automatic renewal's first step: what a visit or call finds of the address, from a file or by hand."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from renewal.cli.main import outcome
from renewal.domain import Field, VisitFinding, VisitWay
from renewal.services.app import Services
from renewal.services.applications.rows import permit_by_number
from renewal.services.explaining.permit import explain
from renewal.services.importing import ImportResult, import_holders
from renewal.services.night.decisions import decide
from renewal.services.renewals.visits import VisitRefused, record_visit
from renewal.store.models import AuditEntry, BureauFact, Change, Permit, Visit
from tests.services.importing_files import (
    EXAMPLES,
    HOLDERS,
    RESIDENCE,
    ROW,
    Write,
    everything,
    facts,
    feed,
    on_file,
    rejected,
    row,
)

HEADINGS = "permit_no,visited_on,way,finding,renewed,visitor"
EXPIRES = date(2026, 12, 5)


@pytest.fixture
def known(services: Services, written: Write) -> Services:
    """Services with permits P-1 and P-2 on file, which expire on 2026-12-05."""
    import_holders(services, written(HOLDERS, ROW, row("P-2"), name="holders.csv"))
    return services


def visits(services: Services) -> list[tuple[object, ...]]:
    with services.store.read() as session:
        rows = session.scalars(select(Visit).order_by(Visit.visited_on, Visit.way)).all()
    return [(v.period_on, v.visited_on, v.way, v.finding, v.renewed, v.visitor, v.origin) for v in rows]


def _known_as(services: Services, name: str = "样例走访员") -> str:
    """What is kept of a visitor's name."""
    return services.store.visitor_hash(name)


def record(services: Services, **changes: object) -> object:
    asked = {
        "number": "P-1",
        "visited_on": date(2026, 11, 20),
        "way": VisitWay.DOOR,
        "finding": VisitFinding.CONFIRMED,
        "renewed": False,
        "actor": "样例走访员",
    } | changes
    return record_visit(services, **asked)


def test_a_visit_of_a_file_is_kept_for_the_period_that_ends_next(known: Services, written: Write) -> None:
    file = written(HEADINGS, "p-1,2026-11-20,上门,一致,是,样例走访员", "P-2,2026/11/21,电话,未遇,,")
    assert feed(known, "走访", file) == ImportResult(added=2)
    assert visits(known) == [
        (
            EXPIRES,
            date(2026, 11, 20),
            VisitWay.DOOR,
            VisitFinding.CONFIRMED,
            True,
            _known_as(known),
            "import",
        ),
        (EXPIRES, date(2026, 11, 21), VisitWay.CALL, VisitFinding.NOBODY, False, "", "import"),
    ]


def test_a_confirmed_address_is_what_is_on_file_a_changed_one_is_not_and_nobody_says_nothing(
    services: Services, written: Write
) -> None:
    import_holders(services, written(HOLDERS, *(row(f"P-{n}") for n in (1, 2, 3))))
    lines = [
        f"P-{n},2026-11-20,door,{found},," for n, found in ((1, "confirmed"), (2, "changed"), (3, "nobody"))
    ]
    feed(services, "visits", written(HEADINGS, *lines))
    ours = on_file(services.store)[Field.ADDRESS]
    assert facts(services.store, "P-1") == {Field.ADDRESS: (ours, "2026-11-20", "visit")}
    assert facts(services.store, "P-2") == {Field.ADDRESS: ("changed", "2026-11-20", "visit")}
    assert facts(services.store, "P-3") == {}


def test_with_no_address_on_file_a_visit_confirms_nothing(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW.replace("徐汇区样例路1号", "")))
    assert feed(services, "visits", written(HEADINGS, "P-1,2026-11-20,door,一致,,")) == ImportResult(added=1)
    assert facts(services.store) == {}


def test_a_visit_of_a_newer_day_replaces_what_the_register_said_and_an_older_one_does_not(
    known: Services, written: Write
) -> None:
    feed(known, "residence", written(RESIDENCE, "P-1,样例路9号,,2026-11-19", "P-2,样例路9号,,2026-11-21"))
    feed(known, "visits", written(HEADINGS, *(f"P-{n},2026-11-20,door,changed,," for n in (1, 2))))
    assert facts(known.store, "P-1")[Field.ADDRESS] == ("changed", "2026-11-20", "visit")
    assert facts(known.store, "P-2")[Field.ADDRESS][1:] == ("2026-11-21", "police")


@pytest.mark.parametrize("order", [("door", "call"), ("call", "door")])
def test_a_visit_to_the_door_counts_for_more_than_a_call_of_the_day(
    known: Services, written: Write, order: tuple[str, str]
) -> None:
    finding = {"door": "confirmed", "call": "changed"}
    for way in order:
        feed(known, "visits", written(HEADINGS, f"P-1,2026-11-20,{way},{finding[way]},,"))
    assert facts(known.store)[Field.ADDRESS][0] == on_file(known.store)[Field.ADDRESS]


def test_an_older_visit_that_comes_in_later_changes_nothing_of_the_address(
    known: Services, written: Write
) -> None:
    feed(known, "visits", written(HEADINGS, "P-1,2026-11-20,door,changed,,"))
    feed(known, "visits", written(HEADINGS, "P-1,2026-11-18,door,confirmed,,"))
    assert facts(known.store)[Field.ADDRESS] == ("changed", "2026-11-20", "visit")
    assert len(visits(known)) == 2


def test_several_visits_of_a_permit_may_stand_in_one_file(known: Services, written: Write) -> None:
    lines = (
        "P-1,2026-11-21,call,nobody,,",
        "P-1,2026-11-20,door,changed,,",
        "P-1,2026-11-22,door,confirmed,,",
    )
    assert feed(known, "visits", written(HEADINGS, *lines)) == ImportResult(added=3)
    assert facts(known.store)[Field.ADDRESS][1] == "2026-11-22"


def test_the_same_visit_again_changes_nothing_also_once_the_permit_is_renewed(
    known: Services, written: Write
) -> None:
    file = written(HEADINGS, "P-1,2026-11-20,door,一致,是,样例走访员")
    feed(known, "visits", file)
    (decision,) = decide(known, [permit_id(known)], actor="staff")
    assert decision is not None
    with known.store.read() as session:
        assert session.scalars(select(Permit.expires_on).where(Permit.number == "P-1")).one().year == 2027
    before = everything(known.store)
    assert feed(known, "visits", file) == ImportResult(unchanged=1)
    assert everything(known.store) == before


def test_a_visit_is_corrected_and_takes_back_what_it_said(known: Services, written: Write) -> None:
    feed(known, "visits", written(HEADINGS, "P-1,2026-11-20,door,changed,,"))
    assert feed(known, "visits", written(HEADINGS, "P-1,2026-11-20,door,nobody,,")) == ImportResult(changed=1)
    assert facts(known.store) == {}
    assert feed(known, "visits", written(HEADINGS, "P-1,2026-11-20,door,confirmed,,")) == ImportResult(
        changed=1
    )
    assert facts(known.store)[Field.ADDRESS][0] == on_file(known.store)[Field.ADDRESS]
    assert len(visits(known)) == 1


def corrections(services: Services) -> list[tuple[str, ...]]:
    with services.store.read() as session:
        rows = session.scalars(
            select(Change).where(Change.action == "visit.corrected").order_by(Change.id)
        ).all()
    assert {row.rulebook_version for row in rows} <= {services.rulebook.version}
    return [(row.actor, row.was, row.now, row.why) for row in rows]


def test_a_visit_that_a_file_corrects_leaves_what_it_was_in_the_history(
    known: Services, written: Write
) -> None:
    feed(
        known,
        "visits",
        written(HEADINGS, "P-1,2026-11-20,door,confirmed,是,", "P-2,2026-11-20,door,nobody,,"),
    )
    assert corrections(known) == []
    later = written(
        HEADINGS, "P-1,2026-11-20,door,changed,,", "P-2,2026-11-20,door,nobody,,样例走访员", name="later.csv"
    )
    assert feed(known, "visits", later) == ImportResult(changed=2)
    assert corrections(known) == [
        ("staff", "confirmed,renewed", "changed", known.store.file_label("later.csv"))
    ]
    feed(known, "visits", later)
    assert len(corrections(known)) == 1
    told = [event.text for event in explain(known, "P-1").events]
    assert "走访结果更正：原来记的是没有变化、当场续签，改为变了" in told


def test_a_visit_that_staff_correct_is_in_the_history_under_their_name(known: Services) -> None:
    record(known, finding=VisitFinding.NOBODY)
    record(known, renewed=True)
    record(known, renewed=True)
    assert corrections(known) == [("样例走访员", "nobody", "confirmed,renewed", "")]


def test_a_visit_that_met_nobody_after_all_leaves_the_word_to_the_call_of_the_day(
    known: Services, written: Write
) -> None:
    feed(
        known, "visits", written(HEADINGS, "P-1,2026-11-20,door,confirmed,,", "P-1,2026-11-20,call,changed,,")
    )
    feed(known, "visits", written(HEADINGS, "P-1,2026-11-20,door,nobody,,"))
    assert facts(known.store)[Field.ADDRESS] == ("changed", "2026-11-20", "visit")


def test_a_period_that_a_file_moves_takes_its_visit_along(known: Services, written: Write) -> None:
    file = written(HEADINGS, "P-1,2026-11-20,door,confirmed,,", name="visits.csv")
    feed(known, "visits", file)
    import_holders(known, written(HOLDERS, ROW.replace("2026-12-05", "2026-12-15")))
    assert feed(known, "visits", file) == ImportResult(changed=1)
    assert [visit[0] for visit in visits(known)] == [date(2026, 12, 15)]


BAD_ROWS = [
    ("P-1,2026-11-20,door,confirmed,,样\u202e例", "visitor", "有看不见的控制字符"),
    ("P-9,2026-11-20,door,confirmed,,", "permit_no", "库里没有这个居住证号"),
    ("P-1,2026-11-24,door,confirmed,,", "visited_on", "2026-11-24 在今天（2026-11-23）以后"),
    ("P-1,2026-11-20,写信,confirmed,,", "way", "不认识“写信”，可以写：上门、"),
    ("P-1,2026-11-20,door,不知道,,", "finding", "不认识“不知道”，可以写：一致、"),
    ("P-1,2026-11-20,door,confirmed,也许,", "renewed", "不认识“也许”，可以写：是、"),
    ("P-1,2026-11-20,door,changed,是,", "renewed", "只有核实一致的，才能当场续签"),
    ("P-1,2026-11-20,door,nobody,是,", "renewed", "只有核实一致的，才能当场续签"),
    ("P-1,2026-11-04,door,confirmed,是,", "renewed", "2026-11-04 不在 2026-12-05 到期前的续签期内"),
    ("P-2,2026-11-20,上门,未遇,,", "", "与第 2 行重复"),
]


@pytest.mark.parametrize(("line", "column", "reason"), BAD_ROWS)
def test_a_visit_that_cannot_be_is_rejected_and_the_others_are_kept(
    known: Services, written: Write, line: str, column: str, reason: str
) -> None:
    result = feed(known, "visits", written(HEADINGS, "P-2,2026-11-20,door,confirmed,,", line))
    assert (result.added, result.rejected) == (1, 1)
    (_, bad) = rejected(result)
    assert bad[-2] == column
    assert bad[-1].startswith(reason)
    assert len(visits(known)) == 1
    assert facts(known.store, "P-1") == {}


@pytest.mark.parametrize("days", [30, 0])
def test_renewing_on_the_spot_is_possible_on_the_first_and_the_last_day_of_the_window(
    known: Services, written: Write, on: Callable[[date], Services], days: int
) -> None:
    day = EXPIRES - timedelta(days=days)
    then = on(max(day, date(2026, 11, 23)))
    assert feed(then, "visits", written(HEADINGS, f"P-1,{day},door,confirmed,是,")) == ImportResult(added=1)


def test_after_the_day_of_expiry_nobody_renews_on_the_spot(
    known: Services, written: Write, on: Callable[[date], Services]
) -> None:
    then = on(date(2026, 12, 6))
    assert feed(then, "visits", written(HEADINGS, "P-1,2026-12-06,door,confirmed,是,")).rejected == 1


def test_the_example_of_visits_renews_one_and_fails_one(services: Services) -> None:
    import_holders(services, str(EXAMPLES / "holders.csv"))
    feed(services, "visits", str(EXAMPLES / "visits.csv"))
    assert [(v[3], v[4]) for v in visits(services)] == [
        (VisitFinding.NOBODY, False),
        (VisitFinding.CONFIRMED, True),
        (VisitFinding.CHANGED, False),
    ]


def permit_id(services: Services, number: str = "P-1") -> int:
    with services.store.read() as session:
        return session.scalars(select(Permit.id).where(Permit.number == number)).one()


def test_staff_record_a_visit_once_with_their_name_and_it_is_in_the_audit(known: Services) -> None:
    first = record(known, renewed=True, number=" p-1 ")
    assert (first.permit_id, first.new) == (permit_id(known), True)
    before = everything(known.store)
    assert record(known, renewed=True).new is False
    assert everything(known.store) == before
    assert visits(known) == [
        (EXPIRES, date(2026, 11, 20), VisitWay.DOOR, VisitFinding.CONFIRMED, True, _known_as(known), "staff")
    ]
    with known.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.recorded")).one()
    assert (entry.actor, entry.subject) == ("样例走访员", "P-1")


@pytest.mark.parametrize("typed", [" p-1 ", "Ｐ－１", "ｐ－１"])
def test_a_permit_is_found_however_its_number_is_typed(known: Services, typed: str) -> None:
    assert record(known, number=typed).permit_id == permit_id(known)
    assert explain(known, typed).who.startswith("P-1 ")
    with known.store.read() as session:
        assert permit_by_number(session, typed).number == "P-1"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "P-9"}, "库里没有这个居住证号"),
        ({"visited_on": date(2026, 11, 24)}, "以后"),
        ({"renewed": True, "finding": VisitFinding.CHANGED}, "只有核实一致的"),
        ({"renewed": True, "visited_on": date(2026, 11, 4)}, "续签期"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_nothing_is_kept(
    known: Services, changes: dict[str, object], said: str
) -> None:
    before = everything(known.store)
    with pytest.raises(VisitRefused, match=said):
        record(known, **changes)
    assert everything(known.store) == before


def test_staff_names_may_hold_what_a_copied_row_must_not(known: Services) -> None:
    record(known, actor="样例\\N\t走访\\t员")
    assert visits(known)[0][5] == _known_as(known, "样例\\N\t走访\\t员")


def test_a_record_that_is_put_right_meanwhile_is_confirmed_as_it_is_now(known: Services) -> None:
    record(known, finding=VisitFinding.CHANGED)
    with known.store.session() as session:
        session.execute(update(BureauFact).values(as_of_on=date(2026, 11, 19)))
    record(known, visited_on=date(2026, 11, 21))
    assert facts(known.store)[Field.ADDRESS][0] == on_file(known.store)[Field.ADDRESS]


@pytest.fixture
def terminal(tmp_path, monkeypatch: pytest.MonkeyPatch, written: Write) -> str:
    """A machine on 2026-11-23 with P-1 on file, as the command line finds it."""
    monkeypatch.setenv("RENEWAL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("RENEWAL_TODAY", "2026-11-23")
    file = written(HOLDERS, ROW)
    assert outcome(["import", "holders", file]) == 0
    return file


def test_the_command_records_a_visit_and_says_what_became_of_the_permit(
    terminal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert outcome(["visit", "P-1", "--found", "changed", "--date", "2026-11-22", "--staff", "样例员"]) == 0
    said = capsys.readouterr().out
    assert "走访已记下" in said
    assert "自动续签失败；不一致：居住地址" in said
    assert outcome(["visit", "P-1", "--renew", "--way", "call"]) == 0
    assert "自动续签成功" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["P-9"], 1, "库里没有这个居住证号"),
        (["P-1", "--way", "mail"], 2, "--way 可以是 door、call"),
        (["P-1", "--date", "昨天"], 2, "--date"),
        (["P-1", "--renew", "--found", "changed"], 1, "只有核实一致的"),
    ],
)
def test_a_command_that_cannot_be_is_one_line(
    terminal: str, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    capsys.readouterr()
    assert outcome(["visit", *arguments]) == code
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "\n" not in error


def test_the_command_to_import_tells_its_counts_and_exits_1_with_the_rejects(
    terminal: str, written: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    file = written(RESIDENCE, "P-1,样例路1号,,2026-11-20", "P-9,样例路1号,,2026-11-20", name="r.csv")
    assert outcome(["import", "feed", "实有人口", file]) == 1
    said = capsys.readouterr()
    assert "共 2 行，新增 1，更新 0，没有变化 0，比已知的旧 0，退回 1" in said.out
    assert "r.csv.rejects.csv" in said.err
    assert outcome(["import", "feed", "salary", file]) == 2
    assert "residence 实有人口" in capsys.readouterr().err
