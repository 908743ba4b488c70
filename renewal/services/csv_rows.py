"""Reads a staff member's CSV: either encoding, either language of headings, every problem with its line."""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from renewal.domain import RenewalError
from renewal.services.staff_wording import staff_sentence

CHUNK_BYTES = 1 << 20
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """What is wrong with one line of a file, as a sentence. Line 1 holds the headings, 0 is the file itself."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return (
            staff_sentence("import.row", line=self.line, problems=self.sentence)
            if self.line
            else self.sentence
        )


class ImportRefused(RenewalError):
    """The file was not loaded, and nothing of it was kept; `errors` says why, in the order of its lines."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: error.line))
        super().__init__("\n".join(str(error) for error in self.errors))


class BadCell(RenewalError):
    """One cell cannot be read; the message is the reason, without the cell's place."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(staff_sentence(f"import.{reason}", **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An open CSV: its encoding, and about how many rows it has."""

    path: Path
    encoding: str
    lines: int


def open_table(path: Path) -> Table:
    """Find out how the file is encoded. Raises ImportRefused where it is no text or cannot be opened."""
    try:
        for encoding in ENCODINGS:
            lines = _count_lines(path, encoding)
            if lines is not None:
                return Table(path=path, encoding=encoding, lines=lines)
    except OSError as error:
        raise _refused(0, "no_file", detail=error.strerror or path.name) from None
    raise _refused(0, "bad_encoding")


def read_rows(table: Table, headings: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str] | RowError]]:
    """Each row as (line, cells by column); a row of the wrong width as (line, RowError).

    `headings` names the column of every heading that may be used; each column must be there once. Blank lines
    are skipped.

    Raises:
        ImportRefused: the headings are wrong, or the file is no CSV.
    """
    with table.path.open(encoding=table.encoding, newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            columns = _columns(next(reader, None), headings)
            for row in reader:
                cells = [cell.strip() for cell in row]
                if not any(cells):
                    continue
                if len(cells) != len(columns):
                    yield reader.line_num, _width_error(reader.line_num, len(cells), len(columns))
                else:
                    yield reader.line_num, dict(zip(columns, cells, strict=True))
        except csv.Error as error:
            raise _refused(reader.line_num, "bad_csv", detail=error) from None


def _count_lines(path: Path, encoding: str) -> int | None:
    """Line ends in the file, or None where it is not in that encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            lines += chunk.count(b"\n")
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines


def _columns(row: list[str] | None, headings: Mapping[str, str]) -> list[str]:
    wanted = list(dict.fromkeys(headings.values()))
    if row is None or not any(cell.strip() for cell in row):
        raise _refused(1, "empty_file", columns="、".join(wanted))
    given = [cell.strip() for cell in row]
    columns = [headings.get(heading.casefold(), "") for heading in given]
    problems = {
        "unknown_columns": [f"“{name}”" for name, column in zip(given, columns, strict=True) if not column],
        "missing_columns": [column for column in wanted if column not in columns],
        "repeated_columns": [column for column in wanted if columns.count(column) > 1],
    }
    found = [
        staff_sentence(f"import.{key}", columns="、".join(names)) for key, names in problems.items() if names
    ]
    if found:
        raise ImportRefused([RowError(line=1, sentence="；".join(found))])
    return columns


def _width_error(line: int, found: int, expected: int) -> RowError:
    return RowError(line=line, sentence=staff_sentence("import.wrong_width", found=found, expected=expected))


def _refused(line: int, reason: str, **values: object) -> ImportRefused:
    return ImportRefused([RowError(line=line, sentence=staff_sentence(f"import.{reason}", **values))])
