"""Reads one workbook in a process of its own, and writes its rows to standard output.

Whatever the parser of sheets does with a file, it does it here: under a limit of memory and of time, with no key,
no setting and no module of ours in reach. So this file imports the standard library and the parser only, and is
started by its path. The file comes as standard input. What goes out are frames: four bytes of length, then a
value of plain lists, text and numbers, packed by marshal. The first is `["sheet", height]` or `["refused", reason,
values]`; each other one is `["rows", [[line, cells], ...]]` or `["refused", …]`; the last is `["end"]`.
"""

import io
import marshal
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any, BinaryIO

MOST_MEMORY_BYTES = 2 << 30  # a full sheet of a million rows of a dozen columns takes two thirds of it
MOST_SECONDS = 300  # of computing
MOST_PARTS = 4096
MOST_UNPACKED_BYTES = 2 << 30
MOST_RATIO, RATIO_FROM_BYTES = 250, 16 << 20  # what a sheet's text packs to, and from where it is looked at
MOST_COLUMNS = 256
MOST_SHARED_TEXTS = 8 << 20
MOST_CELL_CHARS = 32_767  # as many as a sheet program keeps in a cell
LONG_ROW_CHARS, MOST_LONG_CHARS = 8192, 16 << 20  # of rows that are far longer than any of ours, in all
HEAD_BYTES = 1 << 16
FRAME_ROWS, FRAME_CHARS = 256, 1 << 20
DAY_CHARS = len("2026-12-05")
EXACT_DIGITS = 15  # what a sheet keeps of a number; the rest of a longer one is lost before it gets here
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension\s[^>]*?ref="(?:[^":]*:)?\$?([A-Z]{1,8})\$?[0-9]+"')
_SHARED = re.compile(rb'uniqueCount="([0-9]+)"')
_MACROS = re.compile(r"(?:^|/)vbaProject[^/]*\.bin$|^Basic/", re.IGNORECASE)


class Refused(Exception):
    """The workbook is not read; `reason` names the sentence that says why."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def look_over(file: BinaryIO, suffix: str) -> None:
    """Raise Refused for a file that is no workbook of its name, or unpacks to more than a workbook should."""
    start = file.read(len(OLE))
    file.seek(0)
    if start == OLE and suffix != "xls":
        # What a password protects is an old container as well, around the new workbook.
        locked = ENCRYPTED in file.read()
        raise Refused("locked_sheet" if locked else "renamed_sheet", suffix=suffix)
    if start.startswith(ZIP):
        if suffix == "xls":
            raise Refused("renamed_sheet", suffix=suffix)
        try:
            with zipfile.ZipFile(file) as archive:
                _look_into(archive)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise Refused("bad_sheet", detail=str(error)) from None
    file.seek(0)


def _look_into(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names) or any(map(_leads_out, names)):
        raise Refused("odd_sheet")
    if any(map(_MACROS.search, names)):
        raise Refused("macro_sheet")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("locked_sheet")
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES or any(map(_bursts, parts)):
        raise Refused("big_sheet")
    for part in parts:
        if part.filename.casefold().endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                _look_at(opened.read(HEAD_BYTES))


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _bursts(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_FROM_BYTES and part.file_size > MOST_RATIO * part.compress_size


def _look_at(head: bytes) -> None:
    """No workbook declares entities, or a document type at all."""
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Refused("odd_sheet")
    dimension = _DIMENSION.search(head)
    if dimension and _column(dimension[1]) > MOST_COLUMNS:
        raise Refused("wide_sheet", most=MOST_COLUMNS)
    shared = _SHARED.search(head)
    if shared and (len(shared[1]) > len(str(MOST_SHARED_TEXTS)) or int(shared[1]) > MOST_SHARED_TEXTS):
        raise Refused("big_sheet")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def first_sheet(file: BinaryIO) -> Any:
    """The first sheet that whoever opens the workbook sees. Raises Refused for none, and for one too wide."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(file)
        if not workbook.sheet_names:
            raise Refused("bad_sheet", detail="")
        visible = [s.name for s in workbook.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        if not visible:
            raise Refused("hidden_sheets")
        sheet = workbook.get_sheet_by_name(visible[0])
    except PasswordError:
        raise Refused("locked_sheet") from None
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("bad_sheet", detail=str(error)) from None
    if sheet.width > MOST_COLUMNS:
        raise Refused("wide_sheet", most=MOST_COLUMNS)
    return sheet


def frames(sheet: Any) -> Iterator[list[Any]]:
    """The rows that are not empty, some at a time; a cell is cut at what a sheet program keeps of one."""
    rows: list[list[Any]] = []
    held = long = 0
    for line, row in enumerate(sheet.iter_rows(), start=1):
        cells = [cell if type(cell) is str else as_text(cell) for cell in row]
        joined = "".join(cells)
        if not joined.strip():
            continue
        chars = len(joined)
        if chars > LONG_ROW_CHARS:
            cells = [cell[:MOST_CELL_CHARS] for cell in cells]
            chars = sum(map(len, cells))
            long += chars
        if long > MOST_LONG_CHARS:
            raise Refused("long_rows", line=line)
        rows.append([line, cells])
        held += chars
        if len(rows) == FRAME_ROWS or held > FRAME_CHARS:
            yield ["rows", rows]
            rows, held = [], 0
    yield ["rows", rows]


def as_text(cell: Any) -> str:
    """What a person would read in the cell: a whole number without its point, a day without its time.

    A number of as many digits as a sheet keeps, or more, is written with its exponent, so that nothing takes it
    for exact.
    """
    match cell:
        case bool():
            return "是" if cell else "否"
        case int() | float() if abs(cell) >= 10 ** (EXACT_DIGITS - 1):
            return f"{cell:.{EXACT_DIGITS - 1}E}"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return f"{cell:.{EXACT_DIGITS}G}"
        case date():  # a datetime is one too
            return cell.isoformat()[:DAY_CHARS]
        case _:
            return str(cell)


def answers(file: BinaryIO, suffix: str) -> Iterator[list[Any]]:
    """All that is to be told of a workbook, frame by frame."""
    try:
        look_over(file, suffix)
        sheet = first_sheet(file)
        yield ["sheet", sheet.height]
        yield from frames(sheet)
        yield ["end"]
    except Refused as refused:
        yield ["refused", refused.reason, refused.values]
    except MemoryError:
        yield ["refused", "big_sheet", {}]


def limit(memory: int, seconds: int) -> None:
    """Bound what this process may take; a core file would hold what the workbook says of people."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
    ):
        with suppress(ValueError, OSError):  # a system that knows no such limit, or has a lower one
            resource.setrlimit(kind, (most, most))


def main() -> None:
    """Answer for the workbook at standard input; its suffix and the limit of memory are the arguments."""
    limit(int(sys.argv[2]), MOST_SECONDS)
    with suppress(BrokenPipeError):  # nobody wants the rest
        for frame in answers(io.BufferedReader(io.FileIO(0, closefd=False)), sys.argv[1]):
            packed = marshal.dumps(frame)
            sys.stdout.buffer.write(len(packed).to_bytes(4, "big") + packed)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
