"""Rows of a CSV: UTF-8 or GB18030, separated by commas, semicolons or tabs."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from renewal.services.importing.errors import ImportRefused

CHUNK_BYTES = 1 << 20
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", ";", "\t")
QUOTE = b'"'
MOST_CELL_CHARS = 64 << 20  # that the reader takes: a cell too long for its column is a row rejected, no end


class CsvSource:
    """One file, read twice: once to see what it is, once for its rows."""

    def __init__(self, where: str) -> None:
        csv.field_size_limit(MOST_CELL_CHARS)  # the library keeps one for all its readers
        self._path = Path(where)
        self.name = self._path.name
        try:
            self._encoding, self._lines = _look_over(self._path)
            self._headings, self._delimiter = _first_line(self._path, self._encoding)
        except OSError as error:
            raise ImportRefused("no_file", detail=error.strerror or self.name) from None
        except csv.Error as error:
            raise ImportRefused("bad_csv", line=1, detail=error) from None

    def headings(self) -> Sequence[str]:
        """The first line."""
        return self._headings

    def estimate(self) -> int:
        """Line ends, less the first."""
        return max(self._lines - 1, 0)

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Raises ImportRefused for a cell that never ends; the rows before it have been given."""
        with self._path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter)
            try:
                next(reader, None)
                for cells in reader:
                    if any(cells):
                        yield reader.line_num, cells
            except csv.Error as error:
                raise ImportRefused("bad_csv", line=reader.line_num, detail=error) from None


def _look_over(path: Path) -> tuple[str, int]:
    """The encoding, and how many line ends there are."""
    for encoding in ENCODINGS:
        lines = _count_lines(path, encoding)
        if lines is not None:
            return encoding, lines
    raise ImportRefused("bad_encoding")


def _count_lines(path: Path, encoding: str) -> int | None:
    """Line ends in the file, or None where it is not in that encoding. Raises ImportRefused for an odd quote."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = quotes = 0
    last = b"\n"
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            lines, quotes, last = lines + chunk.count(b"\n"), quotes + chunk.count(QUOTE), chunk
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    if quotes % 2:
        raise ImportRefused("odd_quotes")
    return lines + (not last.endswith(b"\n"))


def _first_line(path: Path, encoding: str) -> tuple[Sequence[str], str]:
    """The headings, split at whichever delimiter splits them most."""
    best: Sequence[str] = ()
    chosen = DELIMITERS[0]
    for delimiter in DELIMITERS:
        with path.open(encoding=encoding, newline="") as file:
            found = next(csv.reader(file, delimiter=delimiter), [])
        if len(found) > len(best):
            best, chosen = found, delimiter
    return best, chosen
