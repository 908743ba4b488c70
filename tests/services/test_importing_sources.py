"""Where rows come from: CSV in its shapes, workbooks, anything that has an adapter; and what is refused whole."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from renewal.domain import Field
from renewal.services.app import Services
from renewal.services.importing import ADAPTERS, ImportRefused, ImportResult, import_holders
from renewal.services.importing.sheet_reader import as_text
from renewal.services.importing.sources import open_source
from renewal.store.models import AuditEntry, Holder
from tests.services.importing_files import (
    HOLDERS,
    ROW,
    Write,
    everything,
    facts,
    feed,
    rejected,
    row,
    rows_of,
)
from tests.services.sheets import DayNumber, write_ods, write_xlsx

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])  # what is settled before the store is asked
EMPLOYER = "permit_no,employer,as_of_on"


@ON_SQLITE
@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (HOLDERS.replace("expires_on", "expiry"), "列名不对：不认识的列：“expiry”；缺少列：expires_on。"),
        (
            HOLDERS.replace(",school", ""),
            "列名不对：缺少列：school。应当有这些列：permit_no 居住证号、name 姓名",
        ),
        (HOLDERS + ",姓名", "列名不对：重复的列：name。"),
        (HOLDERS.replace(",", "|"), "列名不对：不认识的列：“permit_no|name"),
        ("", "文件是空的，第一行应当是列名：permit_no 居住证号"),
    ],
)
def test_wrong_headings_are_one_line_that_lists_the_right_ones(
    services: Services, written: Write, headings: str, said: str
) -> None:
    with pytest.raises(ImportRefused) as refusal:
        import_holders(services, written(headings, ROW))
    assert str(refusal.value).startswith(said)
    assert "\n" not in str(refusal.value)
    assert "school 学校" in str(refusal.value)
    assert rows_of(services.store, Holder) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("file.csv", b"", "文件是空的"),
        ("file.csv", b"\xff\xfe\x00\xff\xff", "文件不是 UTF-8 也不是 GB18030"),
        ("file.csv", HOLDERS.encode("utf-16"), "文件不是 UTF-8 也不是 GB18030"),
        ("file.csv", f'{HOLDERS}\n"P-1,样例甲\n'.encode(), "引号不成对"),
        ("file.xlsx", b"PK\x03\x04 not a workbook", "打不开这个表格文件"),
        ("file.xlsx", f"{HOLDERS}\n{ROW}\n".encode(), "打不开这个表格文件"),
        ("file.xls", b"<html></html>", "打不开这个表格文件"),
        ("file.pdf", b"%PDF", "不认识“file.pdf”是什么文件：要以这些结尾之一，csv"),
        ("file", b"", "不认识“file”是什么文件"),
    ],
)
def test_a_file_that_is_of_no_use_is_one_line_and_nothing_is_loaded(
    services: Services, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    before = everything(services.store)
    with pytest.raises(ImportRefused) as refusal:
        import_holders(services, str(path))
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert everything(services.store) == before
    assert not (tmp_path / f"{name}.rejects.csv").exists()


@ON_SQLITE
@pytest.mark.parametrize("name", ["none.csv", "none.xlsx"])
def test_a_file_that_is_not_there_is_refused(services: Services, tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportRefused, match="打不开文件"):
        import_holders(services, str(tmp_path / name))


def test_a_folder_is_no_file(services: Services, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ImportRefused, match="打不开文件"):
        import_holders(services, str(tmp_path / "folder.csv"))


@ON_SQLITE
def test_quotes_empty_lines_and_empty_columns_at_the_end_do_no_harm(
    services: Services, written: Write
) -> None:
    quoted = ",".join(f'"{cell}"' for cell in ROW.split(","))
    result = import_holders(services, written(HOLDERS, "", quoted, ",,,,,,,,,,", row("P-2") + ",,", ""))
    assert result == ImportResult(added=2)


def test_a_workbook_loads_with_numbers_and_dates_as_they_are_shown(
    services: Services, written: Write, tmp_path: Path
) -> None:
    cells: list[object] = list(ROW.split(","))
    cells[2], cells[5] = 19900020001, DayNumber(46361)
    book = write_xlsx(tmp_path / "file.xlsx", [HOLDERS.split(","), cells])
    assert import_holders(services, str(book)) == ImportResult(added=1)
    before = everything(services.store)
    assert import_holders(services, written(HOLDERS, ROW)) == ImportResult(unchanged=1), (
        "the CSV says the same"
    )
    assert everything(services.store) == before


@ON_SQLITE
def test_a_number_that_a_sheet_has_cut_short_is_rejected_rather_than_taken(
    services: Services, tmp_path: Path
) -> None:
    cells: list[object] = list(ROW.split(","))
    cells[0] = 310115199001011234
    result = import_holders(services, str(write_xlsx(tmp_path / "file.xlsx", [HOLDERS.split(","), cells])))
    assert result.rejected == 1
    (_, bad) = rejected(result)
    assert (bad[0], bad[12]) == ("3.10115199001011E+17", "permit_no")
    assert "设成文本" in bad[13]


@ON_SQLITE
@pytest.mark.parametrize(("number", "added"), [(31011519900101, 1), (310115199001011, 0)])
def test_a_permit_number_of_fifteen_digits_is_to_be_text_in_a_sheet(
    services: Services, tmp_path: Path, number: int, added: int
) -> None:
    cells: list[object] = [number, *ROW.split(",")[1:]]
    result = import_holders(services, str(write_xlsx(tmp_path / "file.xlsx", [HOLDERS.split(","), cells])))
    assert (result.added, result.rejected) == (added, 1 - added)
    if result.rejects:
        assert "设成文本" in rejected(result)[1][13]


def test_a_long_number_that_a_workbook_keeps_as_whole_is_not_taken_for_exact() -> None:
    assert as_text(310115199001011234) == "3.10115199001011E+17"
    assert as_text(19900020001) == "19900020001"


@ON_SQLITE
def test_a_workbook_that_begins_lower_down_keeps_its_own_line_numbers(
    services: Services, tmp_path: Path
) -> None:
    rows = [HOLDERS.split(","), ROW.split(","), ROW.replace("2026-12-05", "").split(",")]
    result = import_holders(services, str(write_xlsx(tmp_path / "file.xlsx", rows, first_row=4)))
    (_, bad) = rejected(result)
    assert bad[11] == "6"
    assert result.added == 1


@ON_SQLITE
def test_an_opendocument_sheet_loads_as_well(services: Services, tmp_path: Path) -> None:
    book = write_ods(tmp_path / "file.ods", [HOLDERS.split(","), ROW.split(",")])
    assert import_holders(services, str(book)) == ImportResult(added=1)


class BureauInterface:
    """An adapter of a bureau's own interface: all that it takes."""

    def __init__(self, where: str) -> None:
        self.name = where.removeprefix("bureau://")

    def headings(self) -> Sequence[str]:
        return ["居住证号", "单位", "截至日"]

    def estimate(self) -> int:
        return 2

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        yield 1, ["P-1", "样例公司", "2026-11-20"]
        yield 2, ["P-9", "样例公司", "2026-11-20"]


def test_a_bureaus_own_interface_is_one_adapter_and_one_line(
    services: Services, written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(ADAPTERS, "bureau", BureauInterface)
    import_holders(services, written(HOLDERS, ROW))
    result = feed(services, "insurance", "bureau://daily")
    assert (result.added, result.rejected) == (1, 1)
    assert result.rejects == Path("bureau.rejects.csv")
    assert rejected(result)[1][:3] == ["P-9", "样例公司", "2026-11-20"]
    assert set(facts(services.store)) == {Field.EMPLOYMENT}
    with services.store.read() as session:
        subjects = session.scalars(select(AuditEntry.subject)).all()
    assert "daily" in subjects


def test_every_adapter_opens_by_the_ending_of_a_name_in_any_case(written: Write) -> None:
    path = Path(written(EMPLOYER))
    shouted = path.rename(path.with_suffix(".CSV"))
    assert open_source(str(shouted)).headings() == EMPLOYER.split(",")


@ON_SQLITE
@pytest.mark.parametrize("lines", [(ROW,), (ROW.replace("2026-12-05", ""),)])
@pytest.mark.parametrize("by_default", [True, False])
def test_a_file_that_is_no_reject_file_is_neither_overwritten_nor_removed(
    services: Services, written: Write, tmp_path: Path, lines: tuple[str, ...], by_default: bool
) -> None:
    file = written(HOLDERS, row("P-2"), *lines)
    theirs = Path(f"{file}.rejects.csv") if by_default else tmp_path / "budget.csv"
    theirs.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ImportRefused, match=f"{theirs.name} 已经有了") as refusal:
        import_holders(services, file, rejects=None if by_default else theirs)
    assert "\n" not in str(refusal.value)
    assert theirs.read_text("utf-8") == "a,b\n1,2\n"
    assert rows_of(services.store, Holder) == 0


@ON_SQLITE
@pytest.mark.parametrize("line", [ROW, ROW.replace("2026-12-05", "")])
def test_rejects_that_cannot_be_written_are_refused_before_anything_is_loaded(
    services: Services, written: Write, tmp_path: Path, line: str
) -> None:
    file = written(HOLDERS, row("P-2"), line)
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (folder, Path(), tmp_path / "none" / "x.csv"):
        with pytest.raises(ImportRefused, match="没法写退回的行"):
            import_holders(services, file, rejects=path)
    assert rows_of(services.store, Holder) == 0
    assert list(tmp_path.rglob("*.part")) == []


@ON_SQLITE
def test_a_cell_of_any_length_is_a_rejected_row_and_no_end_of_the_import(
    services: Services, written: Write
) -> None:
    endless = ROW.replace("样例甲", "甲" * 200_000)
    file = written(HOLDERS, row("P-2"), endless, row("P-3"))
    result = import_holders(services, file)
    assert (result.added, result.rejected) == (2, 1)
    assert rejected(result)[1][12:] == ["name", "太长，最多 100 个字"]
    again = import_holders(services, str(result.rejects))
    assert (again.added, again.rejected) == (0, 1)


@ON_SQLITE
@pytest.mark.parametrize(("encoding", "delimiter"), [("gb18030", ","), ("utf-8-sig", ";")])
def test_a_reject_file_that_was_saved_anew_is_still_one(
    services: Services, written: Write, encoding: str, delimiter: str
) -> None:
    bad = written(HOLDERS, ROW.replace("2026-12-05", ""))
    rejects = import_holders(services, bad).rejects
    assert rejects is not None
    rejects.write_text(rejects.read_text("utf-8-sig").replace(",", delimiter), encoding)
    assert import_holders(services, bad).rejects == rejects
    assert len(rejected(import_holders(services, bad))) == 2
