"""The rows that were not loaded, in a file that can be corrected and imported as it is."""

import csv
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Self

from renewal.language.sheets import inert
from renewal.services.importing.checking import SEPARATOR, Problem
from renewal.services.importing.csv_source import ENCODINGS
from renewal.services.importing.errors import ImportRefused

HEADINGS = ("行号", "列", "原因")
PRIVATE = 0o600  # it repeats what the file says of people
MOST_HEADING_BYTES = 1 << 16
_BETWEEN_HEADINGS = re.compile(r"[,;\t]")  # a spreadsheet program may have saved it anew


class Rejects:
    """Writes beside the file and takes the name it is to have only when the import has ended.

    A cell that a spreadsheet program would run stands behind an apostrophe, which an import takes off again.
    With nothing rejected there is no file, and an old one of the name is removed. A file that is no reject file
    is never touched: entering raises ImportRefused for one, and for a path that cannot be written.
    """

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self.path, self.count = path, 0
        self._kept = [place for place, name in enumerate(headings) if name.strip() not in HEADINGS]
        self._width, self._headings = len(headings), [headings[place] for place in self._kept]
        self._part = path.parent / f"{path.name}.part"
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        try:
            for path in (self.path, self._part):
                if path.is_dir():
                    raise ImportRefused("rejects_folder", path=path.name or path)
                if path.exists() and not _is_ours(path, unfinished=path == self._part):
                    raise ImportRefused("foreign_rejects", path=path.name)
            os.close(self._create())
            self._part.unlink(missing_ok=True)  # another import of the same file may have been quicker
        except OSError as error:
            raise ImportRefused("no_rejects", path=self.path.name, detail=error.strerror) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            if kind is None or self.count:
                self._part.replace(self.path)
        elif kind is None:
            self.path.unlink(missing_ok=True)
            self._part.unlink(missing_ok=True)  # of an import that was killed

    def add(self, cells: Sequence[str], problem: Problem) -> None:
        """One row with what is wrong with it. Cells beyond the headings come last, so that none is lost."""
        if self._file is None:
            self._open()
        kept = [cells[place] if place < len(cells) else "" for place in self._kept]
        told = [str(problem.line), SEPARATOR.join(problem.columns), SEPARATOR.join(problem.reasons)]
        self._writer.writerow(map(inert, [*kept, *told, *cells[self._width :]]))
        self.count += 1

    def _open(self) -> None:
        try:
            number = self._create()
        except OSError as error:
            raise ImportRefused("no_rejects", path=self.path.name, detail=error.strerror) from None
        self._file = os.fdopen(number, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(map(inert, [*self._headings, *HEADINGS]))

    def _create(self) -> int:
        return os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, PRIVATE)


def _is_ours(path: Path, *, unfinished: bool) -> bool:
    """Has the file the columns that a reject file adds? One of an import that was killed may have nothing yet."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            first = file.readline(MOST_HEADING_BYTES)
    except FileNotFoundError:
        return True  # taken away meanwhile by another import of the same file, whose it was
    if not first:
        return unfinished
    lines = (first.decode(encoding, errors="replace") for encoding in ENCODINGS)
    return any(
        set(HEADINGS) <= {name.strip().strip('"') for name in _BETWEEN_HEADINGS.split(line)} for line in lines
    )
