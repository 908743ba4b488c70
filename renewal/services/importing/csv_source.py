"""Rows of a CSV: UTF-8 or GB18030, separated by commas, semicolons or tabs."""

import codecs
import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from renewal.services.importing.errors import ImportRefused
from renewal.services.importing.files import MOST_CSV_BYTES, open_plain

CHUNK_BYTES = 1 << 20
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", ";", "\t")
QUOTE = b'"'
MOST_COLUMNS = 256
MOST_LINE_BYTES = 4 << 20
MOST_ROW_CHARS = 4 << 20  # a row is several lines where quotes go on over their ends
LONG_ROW_CHARS, MOST_LONG_CHARS = 8192, 16 << 20  # of rows that are far longer than any of ours, in all


class CsvSource:
    """One file, read twice: once to see what it is, once for its rows."""

    def __init__(self, where: str) -> None:
        csv.field_size_limit(MOST_ROW_CHARS)  # the library keeps one for all its readers
        self._path = Path(where)
        self.name = self._path.name
        try:
            self._encoding, self._lines = _look_over(self._path)
            self._headings, self._delimiter = _first_line(self._path, self._encoding)
        except OSError as error:
            raise ImportRefused("no_file", name=self.name, detail=error.strerror or "") from None
        except csv.Error as error:
            raise ImportRefused("bad_csv", line=1, detail=error) from None
        if len(self._headings) > MOST_COLUMNS:
            raise ImportRefused("wide_sheet", most=MOST_COLUMNS)

    def headings(self) -> Sequence[str]:
        """The first line."""
        return self._headings

    def estimate(self) -> int:
        """Line ends, less the first."""
        return max(self._lines - 1, 0)

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Raises ImportRefused for a row that never ends; the rows before it have been given."""
        with _opened(self._path, self._encoding) as file:
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=self._delimiter)
            try:
                next(reader, None)
                lines.row_ended()
                for cells in reader:
                    lines.row_ended()
                    if "".join(cells).strip():
                        yield reader.line_num, cells
            except csv.Error as error:
                raise ImportRefused("bad_csv", line=reader.line_num, detail=error) from None


class _Lines:
    """The lines of a file for a reader of rows: a row may be long, but not all of them, and none without end."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._lines = iter(file)
        self._row = self._long = self._line = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._line += 1
            self._row += len(line)
            if self._row > MOST_ROW_CHARS:
                raise ImportRefused("long_rows", line=self._line)
            yield line

    def row_ended(self) -> None:
        """What comes next is another row."""
        if self._row > LONG_ROW_CHARS:
            self._long += self._row
            if self._long > MOST_LONG_CHARS:
                raise ImportRefused("long_rows", line=self._line)
        self._row = 0


def _opened(path: Path, encoding: str) -> io.TextIOWrapper:
    return os.fdopen(open_plain(path, MOST_CSV_BYTES), encoding=encoding, newline="")


def _look_over(path: Path) -> tuple[str, int]:
    """The encoding, and how many line ends there are."""
    for encoding in ENCODINGS:
        lines = _count_lines(path, encoding)
        if lines is not None:
            return encoding, lines
    raise ImportRefused("bad_encoding")


def _count_lines(path: Path, encoding: str) -> int | None:
    """Line ends in the file, or None where it is not in that encoding.

    Raises:
        ImportRefused: a quote is odd, a line has no end, or there is a NUL, which no text has.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = quotes = nuls = open_bytes = longest = 0
    last = b"\n"
    with os.fdopen(open_plain(path, MOST_CSV_BYTES), "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            lines, quotes, last = lines + chunk.count(b"\n"), quotes + chunk.count(QUOTE), chunk
            nuls += chunk.count(b"\0")
            open_bytes = _open_bytes(chunk, open_bytes)
            longest = max(longest, open_bytes)
            if not _decodes(decoder, chunk):
                return None
    if not _decodes(decoder, b"", final=True):
        return None
    if nuls:
        raise ImportRefused("nul_bytes")
    if longest > MOST_LINE_BYTES:
        raise ImportRefused("long_line", most=MOST_LINE_BYTES >> 20)
    if quotes % 2:
        raise ImportRefused("odd_quotes")
    return lines + (not last.endswith(b"\n"))


def _open_bytes(chunk: bytes, before: int) -> int:
    """How long the line is that a chunk leaves open, where `before` of it came with the last chunk.

    A line that begins and ends in one chunk is no longer than it.
    """
    end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    return before + len(chunk) if end < 0 else len(chunk) - end - 1


def _decodes(decoder: Any, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _first_line(path: Path, encoding: str) -> tuple[Sequence[str], str]:
    """The headings, split at whichever delimiter splits them most."""
    best: Sequence[str] = ()
    chosen = DELIMITERS[0]
    for delimiter in DELIMITERS:
        with _opened(path, encoding) as file:
            found = next(csv.reader(_Lines(file), delimiter=delimiter), [])
        if len(found) > len(best):
            best, chosen = found, delimiter
    return best, chosen
