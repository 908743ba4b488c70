"""Rows of the first sheet of a workbook: Excel, old and new, or OpenDocument."""

import marshal
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from renewal.services.importing import sheet_reader
from renewal.services.importing.errors import ImportRefused
from renewal.services.importing.files import MOST_SHEET_BYTES, open_plain

MOST_MEMORY_BYTES = sheet_reader.MOST_MEMORY_BYTES
READER = Path(sheet_reader.__file__)
LENGTH_BYTES = 4
END = ["end"]


class SheetSource:
    """One workbook, read by a process of its own: what the parser does with a hostile one ends there.

    The format itself bounds a sheet at 1,048,576 rows, which that process holds in memory.
    """

    def __init__(self, where: str) -> None:
        path = Path(where)
        self.name = path.name
        self._reader = _Reader(path)
        self._height = int(self._reader.frame()[1])
        self._lines = self._given()
        _, first = next(self._lines, (0, ()))
        self._headings = list(first)
        while self._headings and not self._headings[-1].strip():
            self._headings.pop()

    def headings(self) -> Sequence[str]:
        """The first row that is not empty, without the empty cells after it."""
        return self._headings

    def estimate(self) -> int:
        """Rows below the headings."""
        return max(self._height - 1, 0)

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Lines as the sheet numbers them; they are given once. Raises ImportRefused where reading them fails."""
        return self._lines

    def _given(self) -> Iterator[tuple[int, Sequence[str]]]:
        for frame in iter(self._reader.frame, END):
            yield from map(tuple, frame[1])


class _Reader:
    """The process that reads a workbook. It is given the file and no variable, and ends when nobody asks it more."""

    def __init__(self, path: Path) -> None:
        number = open_plain(path, MOST_SHEET_BYTES)
        suffix = path.suffix.removeprefix(".").casefold()
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", READER, suffix, str(MOST_MEMORY_BYTES)],
                stdin=number,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
            )
        finally:
            os.close(number)
        assert process.stdout is not None
        self._from: IO[bytes] = process.stdout
        self._end = weakref.finalize(self, _end, process)

    def frame(self) -> list[Any]:
        """The next frame. Raises ImportRefused for a refusal, and where the process died of the file."""
        if not self._end.alive:
            return END
        length = int.from_bytes(self._from.read(LENGTH_BYTES), "big")
        packed = self._from.read(length)
        frame: list[Any] = ["refused", "big_sheet", {}]
        if length and len(packed) == length:
            frame = marshal.loads(packed)  # noqa: S302 - of the process that this one started
        if frame[0] == "refused":
            self._end()
            raise ImportRefused(frame[1], **frame[2])
        if frame == END:
            self._end()
        return frame


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it, if it has not ended."""
    process.kill()
    if process.stdout is not None:
        process.stdout.close()
    process.wait()
