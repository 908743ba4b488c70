"""Importing what bureaus say: the newer day wins whatever the order, and a night over the examples comes out."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from sqlalchemy import select

from renewal.domain import Field, Outcome
from renewal.services.app import Services
from renewal.services.importing import FEEDS, ImportRefused, ImportResult, import_holders, kind_named
from renewal.services.importing.kinds import RANKS
from renewal.services.night.nightly import run_night
from renewal.store.models import AuditEntry, BureauFact, Comparison, Permit
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
    rows_of,
)

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
EXAMPLE_ROWS = {"visits": 3, "employment": 2, "insurance": 5, "civil": 1, "schooling": 1, "residence": 5}
EMPLOYER = "permit_no,employer,as_of_on"


@pytest.fixture
def known(services: Services, written: Write) -> Services:
    """Services with permits P-1 to P-3 on file."""
    import_holders(services, written(HOLDERS, *(row(f"P-{n}") for n in (1, 2, 3)), name="holders.csv"))
    return services


@pytest.mark.parametrize("kind", FEEDS, ids=lambda kind: kind.name)
def test_each_documented_example_loads_and_loading_it_again_changes_nothing(
    services: Services, kind: object
) -> None:
    import_holders(services, str(EXAMPLES / "holders.csv"))
    name = kind.name
    assert feed(services, name, str(EXAMPLES / f"{name}.csv")) == ImportResult(added=EXAMPLE_ROWS[name])
    before = everything(services.store)
    assert feed(services, name, str(EXAMPLES / f"{name}.csv")) == ImportResult(unchanged=EXAMPLE_ROWS[name])
    assert everything(services.store) == before


def test_the_example_workbook_says_what_the_csv_says(services: Services) -> None:
    import_holders(services, str(EXAMPLES / "holders.csv"))
    assert feed(services, "employment", str(EXAMPLES / "employment.xlsx")) == ImportResult(added=2)
    assert feed(services, "employment", str(EXAMPLES / "employment.csv")) == ImportResult(unchanged=2)


def test_a_night_over_the_examples_shows_a_renewal_a_failure_and_a_wait(services: Services) -> None:
    import_holders(services, str(EXAMPLES / "holders.csv"))
    for kind in FEEDS:
        feed(services, kind.name, str(EXAMPLES / f"{kind.name}.csv"))
    run_night(services, services.today())
    with services.store.read() as session:
        found = {
            permit: (comparison.outcome, comparison.reasons)
            for comparison, permit in session.execute(
                select(Comparison, Permit.number).join(Permit, Permit.id == Comparison.permit_id)
            )
        }
    assert found == {
        "EX-1001": (Outcome.FAILED, "address"),
        "EX-1002": (Outcome.RENEWED, ""),
        "EX-1003": (Outcome.WAITING, ""),
        "EX-1004": (Outcome.RENEWED, ""),
        "EX-1005": (Outcome.RENEWED, ""),
        "EX-1006": (Outcome.FAILED, "address"),
    }


@pytest.mark.parametrize(
    ("word", "name"),
    [("走访", "visits"), ("人社", "employment"), ("社保", "insurance"), ("民政", "civil"), ("就读", "schooling"),
     ("实有人口", "residence"), ("Residence", "residence")],
)  # fmt: skip
def test_a_kind_has_a_chinese_name_as_well(word: str, name: str) -> None:
    assert kind_named(word).name == name


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    with pytest.raises(ImportRefused, match="residence 实有人口"):
        kind_named("salary")


def test_a_bureaus_word_is_stored_in_the_form_of_what_is_on_file(known: Services, written: Write) -> None:
    feed(known, "residence", written(RESIDENCE, "p-1,上海市徐汇区样例路１号,199 0002 0001,2026-11-20"))
    feed(known, "insurance", written(EMPLOYER, "P-1,样例公司,2026年11月19日"))
    ours = on_file(known.store)
    assert facts(known.store) == {
        Field.ADDRESS: (ours[Field.ADDRESS], "2026-11-20", "police"),
        Field.PHONE: (ours[Field.PHONE], "2026-11-20", "police"),
        Field.EMPLOYMENT: (ours[Field.EMPLOYMENT], "2026-11-19", "social_insurance"),
    }


@ON_SQLITE
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("上海市徐汇区样例路1号", "徐汇区样例路1号"),
        ("徐汇区样例路１号 ２室", "徐汇区样例路1号2室"),
        ("徐汇区样例路1号（2室）", "徐汇区样例路1号(2室)"),
    ],
)
def test_the_same_address_written_otherwise_is_the_same(
    services: Services, written: Write, ours: str, theirs: str
) -> None:
    import_holders(services, written(HOLDERS, ROW.replace("徐汇区样例路1号", ours)))
    feed(services, "residence", written(RESIDENCE, f"P-1,{theirs},,2026-11-20"))
    assert facts(services.store)[Field.ADDRESS][0] == on_file(services.store)[Field.ADDRESS]


def test_counts_tell_added_changed_unchanged_and_superseded_apart(known: Services, written: Write) -> None:
    first = ("P-1,样例路1号,,2026-11-10", "P-2,样例路1号,,2026-11-10", "P-3,样例路1号,,2026-11-10")
    assert feed(known, "residence", written(RESIDENCE, *first)) == ImportResult(added=3)
    second = ("P-1,样例路2号,,2026-11-11", "P-2,样例路2号,,2026-11-09", "P-3,样例路1号,,2026-11-10")
    result = feed(known, "residence", written(RESIDENCE, *second))
    assert result == ImportResult(changed=1, superseded=1, unchanged=1)
    assert [facts(known.store, f"P-{n}")[Field.ADDRESS][1] for n in (1, 2, 3)] == [
        "2026-11-11",
        "2026-11-10",
        "2026-11-10",
    ]


FILES = (
    ("residence", RESIDENCE, "P-1,样例路1号,,2026-11-18"),
    ("residence", RESIDENCE, "P-1,样例路2号,19900020009,2026-11-20"),
    ("visits", "permit_no,visited_on,way,finding,renewed,visitor", "P-1,2026-11-20,call,changed,,"),
    ("visits", "permit_no,visited_on,way,finding,renewed,visitor", "P-1,2026-11-20,door,confirmed,,"),
    ("insurance", EMPLOYER, "P-1,样例公司,2026-11-20"),
    ("employment", EMPLOYER, "P-1,样例二公司,2026-11-20"),
)


def test_the_order_of_the_files_never_matters(known: Services, written: Write) -> None:
    """Every order of the address's files, and both of the employer's."""
    ours = on_file(known.store)
    ends = set()
    orders = [(*order, *FILES[4:]) for order in permutations(FILES[:4])] + [(*FILES[:4], FILES[5], FILES[4])]
    for order in orders:
        with known.store.session() as session:
            for table in ("bureau_facts", "visits"):
                session.connection().exec_driver_sql(f"DELETE FROM {table}")
        for kind, headings, line in order:
            feed(known, kind, written(headings, line))
        ends.add(tuple(sorted(facts(known.store).items())))
    (end,) = ends
    assert dict(end) == {
        Field.ADDRESS: (ours[Field.ADDRESS], "2026-11-20", "visit"),
        Field.PHONE: (known.store.value_hash("+8619900020009"), "2026-11-20", "police"),
        Field.EMPLOYMENT: (ours[Field.EMPLOYMENT], "2026-11-20", "social_insurance"),
    }


def test_every_source_has_a_rank_and_no_two_the_same() -> None:
    sources = {kind.source.name for kind in FEEDS if kind.source} | {"visit", "window"}
    assert sources == set(RANKS)
    assert len(RANKS) == len(sources)


def test_a_source_corrects_its_own_value_of_the_day(known: Services, written: Write) -> None:
    feed(known, "insurance", written(EMPLOYER, "P-1,样例公司,2026-11-20"))
    result = feed(known, "insurance", written(EMPLOYER, "P-1,无,2026-11-20"))
    assert result == ImportResult(changed=1)
    assert facts(known.store)[Field.EMPLOYMENT] == ("none", "2026-11-20", "social_insurance")


@pytest.mark.parametrize("days", list(permutations(["2026-11-10", "2026-11-20", "2026-11-15"])))
def test_a_permit_may_have_several_days_in_one_file_and_the_newest_stays(
    known: Services, written: Write, days: Sequence[str]
) -> None:
    lines = [f"P-1,样例{day}公司,{day}" for day in days]
    result = feed(known, "insurance", written(EMPLOYER, *lines))
    assert result.rows == 3
    assert result.added == 1
    assert facts(known.store)[Field.EMPLOYMENT][1] == "2026-11-20"


BAD_ROWS = [
    ("residence", RESIDENCE, "P-9,样例路1号,,2026-11-20", "permit_no", "库里没有这个居住证号"),
    ("residence", RESIDENCE, "P-1,,,2026-11-20", "address、phone", "至少要填一项"),
    ("residence", RESIDENCE, "P-1,,123,2026-11-20", "phone", "不是能收短信的电话号码"),
    ("residence", RESIDENCE, "P-1,样例路1号,,2026-11-31", "as_of_on", "“2026-11-31”不是可能的日期"),
    ("residence", RESIDENCE, "P-1,样例路1号,,2026-11-24", "as_of_on", "2026-11-24 在今天（2026-11-23）以后"),
    ("residence", RESIDENCE, "P-2,样例路1号,,2026-11-20", "", "与第 2 行重复"),
    ("insurance", EMPLOYER, "P-1,,2026-11-20", "employer", "不能为空"),
    ("civil", "permit_no,sponsor,marriage,as_of_on", "P-1,很好,,2026-11-20", "sponsor", "不认识“很好”，可以写：健在"),
    ("schooling", "permit_no,enrolment,as_of_on", "P-1,上学,2026-11-20", "enrolment", "不认识“上学”"),
]  # fmt: skip
GOOD = {
    "residence": "P-2,样例路2号,,2026-11-20",
    "insurance": "P-2,样例公司,2026-11-20",
    "civil": "P-2,健在,,2026-11-20",
    "schooling": "P-2,在读,2026-11-20",
}


@pytest.mark.parametrize(("kind", "headings", "line", "column", "reason"), BAD_ROWS)
def test_a_bad_row_of_a_feed_is_rejected_and_the_others_load(
    known: Services, written: Write, *, kind: str, headings: str, line: str, column: str, reason: str
) -> None:
    result = feed(known, kind, written(headings, GOOD[kind], line))
    assert (result.added, result.rejected) == (1, 1)
    (_, bad) = rejected(result)
    assert bad[-3:-1] == ["3", column]
    assert bad[-1].startswith(reason)
    assert set(facts(known.store, "P-1")) == set()
    assert facts(known.store, "P-2")


def test_a_fact_of_today_is_taken(known: Services, written: Write) -> None:
    assert feed(known, "insurance", written(EMPLOYER, "P-1,无,2026-11-23")) == ImportResult(added=1)


def test_what_a_feed_changed_is_in_the_audit(known: Services, written: Write) -> None:
    feed(known, "insurance", written(EMPLOYER, "P-1,无,2026-11-20", name="sb.csv"))
    with known.store.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject, entry.detail["kind"]) == (
        "import.feed",
        known.store.file_label("sb.csv"),
        "insurance",
    )


def test_no_address_or_phone_of_a_feed_is_stored_readably(known: Services, written: Write) -> None:
    feed(known, "residence", written(RESIDENCE, "P-1,样例路5号,19900020005,2026-11-20"))
    assert rows_of(known.store, BureauFact) == 2
    stored = str(everything(known.store))
    assert not [text for text in ("样例路", "0002000") if text in stored]


@pytest.mark.parametrize("phone", ["+8619900020001x", "19900020001转"])
def test_a_phone_that_a_feed_tells_with_letters_after_it_is_rejected(
    services: Services, written: Write, phone: str
) -> None:
    import_holders(services, written(HOLDERS, ROW, name="holders.csv"))
    result = feed(services, "residence", written(RESIDENCE, f"P-1,,{phone},2026-11-20"))
    assert rejected(result)[1][-2:] == ["phone", "一格只能有一个电话号码，后面不能有别的"]
    assert facts(services.store) == {}
