"""Importing: a right file is loaded whole, a wrong one not at all, with one sentence for each wrong line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from renewal.domain import Category, Field, Outcome, compare
from renewal.rulebook import load_rulebook
from renewal.services.importing import ImportRefused, ImportResult, import_feed, import_holders
from renewal.store import Store
from renewal.store.models import AuditEntry, BureauFact, Holder, Permit, Record

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HEADINGS = "permit_no,name,phone,category,district,expires_on,address,employer,sponsor,marriage,school"
ROW = "P-1,样例甲,19900020001,employment,徐汇区,2026-12-05,徐汇区样例路1号,样例公司,,,"
FEED_HEADINGS = "permit_no,field,value,as_of_on,source"

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])  # what is refused before the store is asked


@pytest.fixture
def written(tmp_path: Path):
    def write(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return path

    return write


def rows_of(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def refused(store: Store, path: Path, load=import_holders) -> list[str]:
    with pytest.raises(ImportRefused) as refusal:
        load(store, path, at=AT)
    return [str(error) for error in refusal.value.errors]


def on_file(store: Store, number: str) -> dict[Field, str]:
    with store.read() as session:
        query = select(Record.field, Record.value).join(Permit).where(Permit.number == number)
        return dict(session.execute(query).all())


def everything(store: Store) -> list[object]:
    with store.engine.connect() as connection:
        tables = (Holder, Permit, Record, BureauFact, AuditEntry)
        return [
            connection.exec_driver_sql(f"SELECT * FROM {t.__tablename__} ORDER BY id").all() for t in tables
        ]


def test_the_documented_examples_load_and_can_be_compared(store: Store) -> None:
    assert import_holders(store, EXAMPLES / "holders.csv", at=AT) == ImportResult(
        added=3, changed=0, unchanged=0
    )
    assert import_feed(store, EXAMPLES / "feed.csv", at=AT) == ImportResult(added=9, changed=0, unchanged=0)
    rules, today = load_rulebook(), date(2026, 11, 23)
    with store.read() as session:
        outcomes = {}
        for permit in session.scalars(select(Permit)):
            facts = dict(
                session.execute(
                    select(BureauFact.field, BureauFact.value).where(BureauFact.permit_id == permit.id)
                ).all()
            )
            ours = on_file(store, permit.number)
            outcomes[permit.number] = compare(permit.holder.category, ours, facts, rules, today)
    assert outcomes["EX-1001"].reasons == (Field.ADDRESS,)
    assert outcomes["EX-1002"].outcome is Outcome.RENEWED
    assert outcomes["EX-1003"].outcome is Outcome.WAITING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_loads_in_either_encoding_with_either_headings(
    store: Store, written, encoding: str, end: str
) -> None:
    headings = "居住证号,姓名,联系电话,类别,区,到期日,居住地址,单位,投靠人,婚姻,学校"
    row = "P-1,样例甲,199 0002 0001,投靠,浦东,2026年12月5日,浦东样例路1号,无,健在,已婚,"
    import_holders(store, written(headings, row, "", encoding=encoding, end=end), at=AT)
    with store.read() as session:
        permit = session.scalars(select(Permit)).one()
        holder = permit.holder
        assert (holder.name, holder.phone, holder.district) == ("样例甲", "+8619900020001", "浦东新区")
        assert (holder.category, holder.origin) == (Category.DEPENDANT, "import")
        assert permit.expires_on == date(2026, 12, 5)
    values = on_file(store, "P-1")
    assert (values[Field.SPONSOR], values[Field.MARRIAGE], values[Field.EMPLOYMENT]) == (
        "alive",
        "married",
        "none",
    )


@ON_SQLITE
@pytest.mark.parametrize(
    "day", ["2026-12-5", "2026/12/05", "2026.12.5", "20261205", "2026年12月5日", "２０２６-12-05"]
)
def test_a_day_may_be_written_in_several_ways(store: Store, written, day: str) -> None:
    import_holders(store, written(HEADINGS, ROW.replace("2026-12-05", day)), at=AT)
    with store.read() as session:
        assert session.scalars(select(Permit.expires_on)).one() == date(2026, 12, 5)


def test_loading_the_same_file_twice_changes_nothing(store: Store) -> None:
    for load, name, rows in ((import_holders, "holders.csv", 3), (import_feed, "feed.csv", 9)):
        load(store, EXAMPLES / name, at=AT)
        before = everything(store)
        assert load(store, EXAMPLES / name, at=AT) == ImportResult(added=0, changed=0, unchanged=rows)
        assert everything(store) == before


def test_a_row_for_a_known_permit_updates_it(store: Store, written) -> None:
    import_holders(store, written(HEADINGS, ROW), at=AT)
    with store.session() as session:
        session.execute(update(Holder).values(phone_ok=False))
    moved = "P-1,样例乙,19900020002,schooling,静安区,2027-01-05,静安区样例路2号,,,,样例大学"
    result = import_holders(store, written(HEADINGS, moved), at=AT)
    assert result == ImportResult(added=0, changed=1, unchanged=0)
    with store.read() as session:
        permit = session.scalars(select(Permit)).one()
        holder = session.scalars(select(Holder)).one()
    assert (holder.name, holder.phone, holder.district) == ("样例乙", "+8619900020002", "静安区")
    assert (holder.phone_hash, holder.phone_ok) == (store.phone_hash("+8619900020002"), True)
    assert (holder.category, permit.expires_on) == (Category.SCHOOLING, date(2027, 1, 5))
    assert set(on_file(store, "P-1")) == {Field.ADDRESS, Field.PHONE, Field.ENROLMENT}


def test_a_renewal_made_here_is_not_undone_by_an_older_file(store: Store, written) -> None:
    import_holders(store, written(HEADINGS, ROW), at=AT)
    with store.session() as session:
        session.execute(update(Permit).values(endorsed_on=date(2026, 11, 23), expires_on=date(2027, 12, 5)))
    assert import_holders(store, written(HEADINGS, ROW), at=AT).unchanged == 1
    with store.read() as session:
        assert session.scalars(select(Permit.expires_on)).one() == date(2027, 12, 5)


def test_a_later_feed_corrects_a_value_of_the_same_day_and_source(store: Store, written) -> None:
    import_holders(store, written(HEADINGS, ROW), at=AT)
    for address, expected in (("样例路1号", "added"), ("样例路2号", "changed")):
        result = import_feed(store, written(FEED_HEADINGS, f"P-1,address,{address},2026-11-20,公安"), at=AT)
        assert getattr(result, expected) == 1
    with store.read() as session:
        fact = session.scalars(select(BureauFact)).one()
    assert (fact.value, fact.source) == (store.value_hash("样例路2号"), "police")


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
    store: Store, written, ours: str, theirs: str
) -> None:
    import_holders(store, written(HEADINGS, ROW.replace("徐汇区样例路1号", ours)), at=AT)
    import_feed(store, written(FEED_HEADINGS, f"P-1,address,{theirs},2026-11-20,公安"), at=AT)
    with store.read() as session:
        assert session.scalars(select(BureauFact.value)).one() == on_file(store, "P-1")[Field.ADDRESS]


def test_no_address_employer_or_phone_is_stored_readably(store: Store, written) -> None:
    import_holders(store, written(HEADINGS, ROW), at=AT)
    stored = str(everything(store))
    assert not [text for text in ("样例路", "样例公司", "样例甲", "0002000") if text in stored]


@ON_SQLITE
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            ROW.replace("2026-12-05", "2026-02-30"),
            "第 2 行：expires_on：“2026-02-30”不是可能的日期，请写成 2026-12-05",
        ),
        (
            ROW.replace("2026-12-05", "2026/12-05"),
            "第 2 行：expires_on：“2026/12-05”不是可能的日期，请写成 2026-12-05",
        ),
        (
            ROW.replace("2026-12-05", "0226-12-05"),
            "第 2 行：expires_on：“0226-12-05”不是可能的日期，请写成 2026-12-05",
        ),
        (ROW.replace("19900020001", "12345"), "第 2 行：phone：不是能收短信的电话号码"),
        (ROW.replace("19900020001", "02162833333"), "第 2 行：phone：不是能收短信的电话号码"),
        (ROW.replace("employment", "tourist"), "第 2 行：category：不认识“tourist”，可以写：就业、"),
        (ROW.replace("徐汇区", "朝阳区"), "第 2 行：district：不认识“朝阳区”，可以写：黄浦区、"),
        (ROW.replace("样例甲", ""), "第 2 行：name：不能为空"),
        (ROW.replace("样例甲", "甲" * 101), "第 2 行：name：太长，最多 100 个字"),
        (ROW.replace("P-1", "P 1"), "第 2 行：permit_no：只能有字母、数字和连字符"),
        (ROW + ",,", "第 2 行：有 13 格，列名有 11 个"),
        (ROW.replace(",,,", ",离婚了吧,,"), "第 2 行：sponsor：不认识“离婚了吧”，可以写：健在、"),
    ],
)
def test_a_wrong_row_gets_one_clear_line_and_nothing_is_loaded(
    store: Store, written, line: str, sentence: str
) -> None:
    good = ROW.replace("P-1", "P-2")
    said = refused(store, written(HEADINGS, line, good))
    assert len(said) == 1
    assert said[0].startswith(sentence)
    assert rows_of(store, Holder) == 0


def test_a_row_with_several_mistakes_is_one_line_that_names_them_all(store: Store, written) -> None:
    wrong = ROW.replace("19900020001", "1").replace("2026-12-05", "昨天").replace("employment", "x")
    (said,) = refused(store, written(HEADINGS, wrong))
    assert all(name in said for name in ("phone：", "expires_on：", "category："))
    assert "\n" not in said


def test_every_wrong_row_has_its_line_in_order(store: Store, written) -> None:
    rows = [ROW.replace("P-1", f"P-{n}") for n in range(5)]
    rows[1] = rows[1].replace("2026-12-05", "2026-13-01")
    rows[3] = rows[3].replace("19900020001", "")
    said = refused(store, written(HEADINGS, *rows))
    assert [line.split("：")[0] for line in said] == ["第 3 行", "第 5 行"]


def test_a_permit_twice_in_a_file_is_refused_with_the_other_line(store: Store, written) -> None:
    said = refused(store, written(HEADINGS, ROW, ROW.replace("P-1", "p-1")))
    assert said == ["第 3 行：与第 2 行重复"]
    assert rows_of(store, Holder) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (HEADINGS.replace("expires_on", "expiry"), "第 1 行：不认识的列：“expiry”；缺少列：expires_on"),
        (HEADINGS.replace(",school", ""), "第 1 行：缺少列：school"),
        (HEADINGS + ",姓名", "第 1 行：重复的列：name"),
        ("", "第 1 行：文件是空的，第一行应当是列名：permit_no、name"),
    ],
)
def test_a_wrong_column_is_refused(store: Store, written, headings: str, said: str) -> None:
    (sentence,) = refused(store, written(headings, ROW))
    assert sentence.startswith(said)
    assert rows_of(store, Holder) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "第 1 行：文件是空的"),
        (b"\xff\xfe\x00\xff\xff", "文件不是 UTF-8 也不是 GB18030"),
        (f'{HEADINGS}\n"P-1,样例甲\n'.encode(), "不是合格的 CSV"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(store: Store, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    (sentence,) = refused(store, path)
    assert said in sentence


def test_a_file_that_is_not_there_is_refused(store: Store, tmp_path: Path) -> None:
    (sentence,) = refused(store, tmp_path / "none.csv")
    assert sentence.startswith("打不开文件")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("P-9,address,样例路1号,2026-11-20,公安", "第 3 行：库里没有这个居住证号"),
        ("P-1,salary,9000,2026-11-20,公安", "第 3 行：field：不认识“salary”"),
        ("P-1,marriage,很好,2026-11-20,民政", "第 3 行：value：不认识“很好”，可以写：已婚"),
        ("P-1,phone,123,2026-11-20,公安", "第 3 行：value：不是能收短信的电话号码"),
        ("P-1,phone,19900020001,2026-11-31,公安", "第 3 行：as_of_on：“2026-11-31”不是可能的日期"),
        ("P-1,phone,19900020001,2026-11-20,", "第 3 行：source：不能为空"),
        ("P-1,employment,样例公司,2026-11-20,社保", "第 3 行：与第 2 行重复"),
    ],
)
def test_a_wrong_row_of_a_feed_gets_one_clear_line_and_nothing_is_loaded(
    store: Store, written, line: str, sentence: str
) -> None:
    import_holders(store, written(HEADINGS, ROW), at=AT)
    good = "P-1,employment,样例公司,2026-11-20,社保"
    said = refused(store, written(FEED_HEADINGS, good, line), import_feed)
    assert len(said) == 1
    assert said[0].startswith(sentence)
    assert rows_of(store, BureauFact) == 0


def test_the_reasons_against_a_row_repeat_no_name_and_no_phone(store: Store, written) -> None:
    wrong = ROW.replace("19900020001", "199000200").replace("2026-12-05", "?")
    (said,) = refused(store, written(HEADINGS, wrong))
    assert "样例甲" not in said
    assert "199000200" not in said


def test_what_was_loaded_is_in_the_audit(store: Store) -> None:
    import_holders(store, EXAMPLES / "holders.csv", at=AT)
    with store.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.detail["added"]) == ("import.holders", "holders.csv", 3)


@ON_SQLITE
def test_progress_only_goes_forward_and_ends_at_all(store: Store, written) -> None:
    rows = [ROW.replace("P-1", f"P-{n}") for n in range(1201)]
    steps: list[tuple[int, int]] = []
    import_holders(store, written(HEADINGS, *rows), at=AT, progress=lambda done, of: steps.append((done, of)))
    assert steps == sorted(steps)
    assert steps[-1] == (2402, 2402)
    assert all(done <= of for done, of in steps)
    assert rows_of(store, Permit) == 1201
