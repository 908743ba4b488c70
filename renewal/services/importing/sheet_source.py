"""Rows of the first sheet of a workbook: Excel, old and new, or OpenDocument."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from renewal.services.importing.errors import ImportRefused

DAY_CHARS = len("2026-12-05")
EXACT_DIGITS = 15  # what a sheet keeps of a number; the rest of a longer one is lost before it gets here


class SheetSource:
    """One workbook. The format itself bounds a sheet at 1,048,576 rows, which are held in memory."""

    def __init__(self, where: str) -> None:
        path = Path(where)
        self.name = path.name
        try:
            with path.open("rb"):
                pass
            self._sheet = _first_sheet(path)
        except OSError as error:
            raise ImportRefused("no_file", detail=error.strerror or self.name) from None
        except CalamineError as error:
            raise ImportRefused("bad_sheet", detail=error) from None

    def headings(self) -> Sequence[str]:
        """The first row that is not empty, without the empty cells after it."""
        _, first = next(self._lines(), (0, []))
        while first and not first[-1].strip():
            first.pop()
        return first

    def estimate(self) -> int:
        """Rows below the headings."""
        return max(self._sheet.height - 1, 0)

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Lines as the sheet numbers them."""
        return islice(self._lines(), 1, None)

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        for line, row in enumerate(self._sheet.iter_rows(), start=1):
            cells = [as_text(cell) for cell in row]
            if any(cells):
                yield line, cells


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


def _first_sheet(path: Path) -> CalamineSheet:
    workbook = CalamineWorkbook.from_path(path)
    if not workbook.sheet_names:
        raise ImportRefused("bad_sheet", detail=path.name)
    return workbook.get_sheet_by_index(0)
