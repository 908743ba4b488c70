"""Importing holders: good rows load, bad ones go to a file with their reasons, and the same again changes nothing."""

import stat
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from renewal.domain import Category, Field
from renewal.services.app import Services
from renewal.services.importing import ImportRefused, ImportResult, import_holders
from renewal.store.models import AuditEntry, Change, Holder, Permit
from tests.services.importing_files import (
    EXAMPLES,
    HOLDERS,
    ROW,
    TABLES,
    Write,
    everything,
    on_file,
    rejected,
    row,
    rows_of,
)

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])  # what does not depend on the database
CHINESE = "居住证号,姓名,联系电话,类别,区,到期日,居住地址,单位,投靠人,婚姻,学校"


def test_the_documented_example_loads(services: Services) -> None:
    assert import_holders(services, str(EXAMPLES / "holders.csv")) == ImportResult(added=6)
    assert rows_of(services.store, Permit) == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_loads_in_either_encoding_with_either_headings(
    services: Services, written: Write, encoding: str, end: str
) -> None:
    line = "p-1,样例甲,199 0002 0001,投靠,浦东,2026年12月5日,浦东样例路1号,无,健在,已婚,"
    import_holders(services, written(CHINESE, line, "", encoding=encoding, end=end))
    with services.store.read() as session:
        permit = session.scalars(select(Permit)).one()
        holder = permit.holder
        assert (holder.name, holder.phone, holder.district) == ("样例甲", "+8619900020001", "浦东新区")
        assert (holder.category, holder.origin, holder.phone_ok) == (Category.DEPENDANT, "import", True)
        assert (permit.number, permit.expires_on) == ("P-1", date(2026, 12, 5))
        assert holder.phone_hash == services.store.phone_hash("+8619900020001")
    values = on_file(services.store)
    assert values.pop(Field.ADDRESS) == services.store.value_hash("浦东样例路1号")
    assert values.pop(Field.PHONE) == services.store.value_hash("+8619900020001")
    assert values == {Field.SPONSOR: "alive", Field.MARRIAGE: "married", Field.EMPLOYMENT: "none"}


@ON_SQLITE
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_separate_as_well(services: Services, written: Write, delimiter: str) -> None:
    lines = [line.replace(",", delimiter) for line in (HOLDERS, ROW)]
    assert import_holders(services, written(*lines)) == ImportResult(added=1)


@ON_SQLITE
@pytest.mark.parametrize(
    "day", ["2026-12-5", "2026/12/05", "2026.12.5", "20261205", "2026年12月5日", "２０２６-12-05"]
)
def test_a_day_may_be_written_in_several_ways(services: Services, written: Write, day: str) -> None:
    import_holders(services, written(HOLDERS, ROW.replace("2026-12-05", day)))
    with services.store.read() as session:
        assert session.scalars(select(Permit.expires_on)).one() == date(2026, 12, 5)


def test_loading_the_same_file_twice_changes_nothing(services: Services) -> None:
    file = str(EXAMPLES / "holders.csv")
    import_holders(services, file)
    before = everything(services.store)
    assert import_holders(services, file) == ImportResult(unchanged=6)
    assert everything(services.store) == before


def test_the_same_row_written_otherwise_changes_nothing(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW))
    before = everything(services.store)
    other = "p-1,样例甲,+86 199 0002 0001,就业,徐汇,2026/12/5,上海市徐汇区 样例路１号,样例公司。,,,"
    assert import_holders(services, written(HOLDERS, other)) == ImportResult(unchanged=1)
    assert everything(services.store) == before


def test_a_row_that_says_something_else_updates_the_holder_and_is_kept_as_a_change(
    services: Services, written: Write
) -> None:
    store = services.store
    import_holders(services, written(HOLDERS, ROW, row("P-2")))
    with store.session() as session:
        session.execute(update(Holder).values(phone_ok=False))
    moved = "P-1,样例乙,19900020002,schooling,静安区,2027-01-05,静安区样例路2号,,,,样例大学"
    file = written(HOLDERS, moved, row("P-2"), name="later.csv")
    assert import_holders(services, file) == ImportResult(changed=1, unchanged=1)
    with store.read() as session:
        permit, other = session.scalars(select(Permit).order_by(Permit.number))
        holder, change = permit.holder, session.scalars(select(Change)).one()
        assert (holder.name, holder.phone, holder.district) == ("样例乙", "+8619900020002", "静安区")
        assert (holder.phone_hash, holder.phone_ok) == (store.phone_hash("+8619900020002"), True)
        assert (holder.category, permit.expires_on) == (Category.SCHOOLING, date(2027, 1, 5))
        assert (other.holder.name, other.holder.phone_ok) == ("样例甲", False)
    assert (change.permit_id, change.actor, change.action) == (permit.id, "staff", "import.changed")
    assert (change.was, change.now, change.why) == (
        "2026-12-05",
        "2027-01-05",
        services.store.file_label("later.csv"),
    )
    assert change.rulebook_version == services.rulebook.version
    assert set(on_file(store)) == {Field.ADDRESS, Field.PHONE, Field.ENROLMENT}
    assert len(on_file(store, "P-2")) == 3


def test_new_changed_and_same_rows_of_one_file_each_come_to_their_own_permit(
    services: Services, written: Write
) -> None:
    import_holders(services, written(HOLDERS, row("P-1"), row("P-2")))
    rows = [row(number).replace("样例甲", f"样例{number}") for number in ("P-3", "P-1", "P-4")]
    file = written(HOLDERS, *rows, row("P-2"), name="later.csv")
    assert import_holders(services, file) == ImportResult(added=2, changed=1, unchanged=1)
    with services.store.read() as session:
        people = session.execute(select(Permit.number, Holder.name).join(Permit.holder)).all()
    names = {"P-1": "样例P-1", "P-2": "样例甲", "P-3": "样例P-3", "P-4": "样例P-4"}
    assert dict(map(tuple, people)) == names
    assert {len(on_file(services.store, number)) for number in names} == {3}


def test_a_change_that_leaves_the_day_of_expiry_names_no_days(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW))
    import_holders(services, written(HOLDERS, ROW.replace("样例公司", "样例二公司")))
    with services.store.read() as session:
        change = session.scalars(select(Change)).one()
    assert (change.was, change.now) == ("", "")


def test_a_number_that_stays_keeps_what_a_provider_said_of_it(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW))
    with services.store.session() as session:
        session.execute(update(Holder).values(phone_ok=False))
    import_holders(services, written(HOLDERS, ROW.replace("样例公司", "样例二公司")))
    with services.store.read() as session:
        assert session.scalars(select(Holder.phone_ok)).one() is False


def test_a_renewal_made_here_is_not_undone_by_an_older_file(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW))
    renewed = {"expires_on": date(2027, 12, 5), "endorsed_on": date(2026, 11, 23)}
    with services.store.session() as session:
        session.execute(update(Permit).values(**renewed))
    import_holders(services, written(HOLDERS, ROW.replace("样例公司", "样例二公司")))
    with services.store.read() as session:
        assert session.scalars(select(Permit.expires_on)).one() == date(2027, 12, 5)
    import_holders(services, written(HOLDERS, ROW.replace("2026-12-05", "2028-01-01")))
    with services.store.read() as session:
        assert session.scalars(select(Permit.expires_on)).one() == date(2028, 1, 1)


def test_no_name_address_employer_or_phone_is_stored_readably(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW))
    import_holders(services, written(HOLDERS, ROW.replace("19900020001", "19900020007")))
    stored = str(everything(services.store))
    assert not [text for text in ("样例路", "样例公司", "样例甲", "0002000") if text in stored]


BAD_ROWS = [
    (ROW.replace("2026-12-05", "2026-02-30"), "expires_on", "“2026-02-30”不是可能的日期，请写成 2026-12-05"),
    (ROW.replace("2026-12-05", "2026/12-05"), "expires_on", "“2026/12-05”不是可能的日期，请写成 2026-12-05"),
    (ROW.replace("2026-12-05", "0226-12-05"), "expires_on", "“0226-12-05”不是可能的日期，请写成 2026-12-05"),
    (ROW.replace("19900020001", "12345"), "phone", "不是能收短信的电话号码"),
    (ROW.replace("19900020001", "02162833333"), "phone", "不是能收短信的电话号码"),
    (ROW.replace("employment", "tourist"), "category", "不认识“tourist”，可以写：就业、"),
    (ROW.replace("徐汇区,", "朝阳区,"), "district", "不认识“朝阳区”，可以写：黄浦区、"),
    (ROW.replace("样例甲", ""), "name", "不能为空"),
    (ROW.replace("样例甲", "甲" * 101), "name", "太长，最多 100 个字"),
    (ROW.replace("样例甲", "样\x01例"), "name", "有换行或不可见的控制字符"),
    (ROW.replace("样例甲", '"样\n例"'), "name", "有换行或不可见的控制字符"),
    (ROW.replace("P-1", "P 1"), "permit_no", "只能有字母、数字和连字符"),
    (ROW.replace("样例甲", "样\u202e例"), "name", "有看不见的控制字符"),
    (ROW.replace("样例甲", "样\u200b例"), "name", "有看不见的控制字符"),
    (ROW.replace("样例甲", "样\u2028例"), "name", "有看不见的控制字符"),
    (ROW.replace("样例甲", "样\u2029例"), "name", "有看不见的控制字符"),
    (ROW.replace("样例甲", "样\x85例"), "name", "有看不见的控制字符"),
    (ROW.replace("P-1", "--"), "permit_no", "只能有字母、数字和连字符，至少要有一个字母或数字"),
    (ROW.replace("P-1", "3.10115E+17"), "permit_no", "表格把它当成数字了"),
    (ROW.replace("19900020001", "+8619900020001x"), "phone", "一格只能有一个电话号码"),
    (ROW.replace("19900020001", "19900020001（微信）"), "phone", "一格只能有一个电话号码"),
    (ROW + "x,y", "", "有 12 格，列名有 11 个"),
    (ROW.replace(",,,", ",离婚了吧,,"), "sponsor", "不认识“离婚了吧”，可以写：健在、"),
    (ROW.replace("徐汇区样例路1号", "……"), "address", "只有标点或空白，没有可以比对的内容"),
]


@ON_SQLITE
@pytest.mark.parametrize(("line", "column", "reason"), BAD_ROWS)
def test_a_bad_row_goes_to_the_reject_file_and_the_others_load(
    services: Services, written: Write, line: str, column: str, reason: str
) -> None:
    result = import_holders(services, written(HOLDERS, row("P-2"), line, row("P-3")))
    assert (result.added, result.rejected) == (2, 1)
    headings, bad = rejected(result)
    assert headings == [*HOLDERS.split(","), "行号", "列", "原因"]
    assert bad[11] in {"3", "4"}  # a line break in a cell counts
    assert bad[12] == column
    assert bad[13].startswith(reason)
    with services.store.read() as session:
        assert set(session.scalars(select(Permit.number))) == {"P-2", "P-3"}


@ON_SQLITE
def test_a_row_with_several_mistakes_is_rejected_once_with_all_of_them(
    services: Services, written: Write
) -> None:
    wrong = ROW.replace("19900020001", "1").replace("2026-12-05", "昨天").replace("employment", "x")
    (_, bad) = rejected(import_holders(services, written(HOLDERS, wrong)))
    assert bad[12] == "phone；category；expires_on"
    assert len(bad[13].split("；")) == 3


@ON_SQLITE
def test_a_reject_file_keeps_the_cells_and_headings_as_they_were(services: Services, written: Write) -> None:
    line = "P-1,  样例甲,123,就业,浦东,2026年12月5日,“浦东”样例路1号,无,健在,已婚,"
    result = import_holders(services, written(CHINESE, line, encoding="gb18030"))
    assert result.rejects is not None
    assert result.rejects.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel opens it as UTF-8"
    headings, bad = rejected(result)
    assert headings[:11] == CHINESE.split(",")
    assert bad[:11] == line.split(",")
    assert stat.S_IMODE(result.rejects.stat().st_mode) == 0o600


def test_a_corrected_reject_file_is_imported_as_it_is(services: Services, written: Write) -> None:
    file = written(HOLDERS, row("P-2"), ROW.replace("2026-12-05", "2026-13-05"), row("P-3"))
    first = import_holders(services, file)
    assert first.rejects == Path(f"{file}.rejects.csv")
    text = first.rejects.read_text("utf-8-sig")
    first.rejects.write_text(text.replace("2026-13-05,", "2026-12-05,", 1), "utf-8-sig")
    assert import_holders(services, str(first.rejects)) == ImportResult(added=1)
    assert rows_of(services.store, Permit) == 3


@ON_SQLITE
def test_a_reject_file_that_is_still_wrong_has_its_three_columns_once(
    services: Services, written: Write
) -> None:
    first = import_holders(services, written(HOLDERS, ROW.replace("2026-12-05", "2026-13-05")))
    again = import_holders(services, str(first.rejects))
    headings, bad = rejected(again)
    assert headings == [*HOLDERS.split(","), "行号", "列", "原因"]
    assert bad[11:13] == ["2", "expires_on"]


@ON_SQLITE
def test_with_nothing_rejected_there_is_no_reject_file_and_an_old_one_goes(
    services: Services, written: Write
) -> None:
    file = written(HOLDERS, ROW.replace("2026-12-05", ""))
    old = import_holders(services, file).rejects
    assert old is not None
    assert old.exists()
    assert import_holders(services, written(HOLDERS, ROW)).rejects is None
    assert not old.exists()
    assert list(old.parent.glob("*.part")) == []


@ON_SQLITE
def test_rejects_may_go_elsewhere_but_not_over_the_file(
    services: Services, written: Write, tmp_path: Path
) -> None:
    file = written(HOLDERS, ROW.replace("2026-12-05", ""))
    there = tmp_path / "elsewhere.csv"
    assert import_holders(services, file, rejects=there).rejects == there
    with pytest.raises(ImportRefused, match="--rejects"):
        import_holders(services, file, rejects=Path(file))
    with pytest.raises(ImportRefused, match="没法写退回的行"):
        import_holders(services, file, rejects=tmp_path / "none" / "x.csv")


def test_a_permit_twice_in_a_file_is_loaded_once_and_rejected_with_the_other_line(
    services: Services, written: Write
) -> None:
    bad = ROW.replace("2026-12-05", "")
    result = import_holders(services, written(HOLDERS, bad, ROW, row("p-1", ROW.replace("甲", "乙"))))
    assert (result.added, result.rejected) == (1, 2)
    assert [line[11:] for line in rejected(result)[1:]] == [
        ["2", "expires_on", "不能为空"],
        ["4", "", "与第 3 行重复"],
    ]
    with services.store.read() as session:
        assert session.scalars(select(Holder)).one().name == "样例甲"


def test_a_permit_twice_in_chunks_apart_is_rejected_too(
    services: Services, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renewal.services.importing.loading.CHUNK_ROWS", 2)
    lines = [row(f"P-{n}") for n in (1, 2, 3, 4, 1, 5, 2)]
    result = import_holders(services, written(HOLDERS, *lines))
    assert (result.added, result.rejected) == (5, 2)
    assert [line[-1] for line in rejected(result)[1:]] == ["与第 2 行重复", "与第 3 行重复"]


def test_the_reasons_against_a_row_repeat_no_name_and_no_phone(services: Services, written: Write) -> None:
    wrong = ROW.replace("19900020001", "199000200").replace("2026-12-05", "?")
    (_, bad) = rejected(import_holders(services, written(HOLDERS, wrong)))
    assert "样例甲" not in bad[13]
    assert "199000200" not in bad[13]


def test_what_was_loaded_is_in_the_audit_once_a_file_and_without_cells(
    services: Services, written: Write
) -> None:
    import_holders(services, written(HOLDERS, ROW, row("P-2", ROW.replace("2026-12-05", ""))))
    with services.store.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.actor) == (
        "import.holders",
        services.store.file_label("file.csv"),
        "staff",
    )
    assert entry.detail == {
        "kind": "holders", "added": 1, "changed": 0, "unchanged": 0, "superseded": 0, "rejected": 1
    }  # fmt: skip


@ON_SQLITE
def test_progress_only_goes_forward_and_ends_at_all(
    services: Services, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renewal.services.importing.loading.CHUNK_ROWS", 50)
    steps: list[tuple[int, int]] = []
    lines = [row(f"P-{n}") for n in range(201)]
    import_holders(services, written(HOLDERS, *lines), progress=lambda done, of: steps.append((done, of)))
    assert steps == sorted(steps)
    assert steps[-1] == (201, 201)
    assert len(steps) > 4
    assert all(done <= of for done, of in steps)


def test_nothing_temporary_is_left_in_the_database(services: Services, written: Write) -> None:
    import_holders(services, written(HOLDERS, ROW))
    with services.store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            left = connection.exec_driver_sql("SELECT name FROM sqlite_temp_master").all()
        else:
            left = connection.exec_driver_sql("SELECT 1 FROM pg_class WHERE relpersistence = 't'").all()
    assert left == []
    assert set(TABLES) <= set(everything(services.store))
