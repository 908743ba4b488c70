"""Where rows come from: a port, and the adapters that there are."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from renewal.services.importing.csv_source import CsvSource
from renewal.services.importing.errors import ImportRefused
from renewal.services.importing.sheet_source import SheetSource


class RowSource(Protocol):
    """Rows of text from somewhere.

    `name` is kept with what was loaded, a file's as a label: no personal data in the name of what is no file.

    Everything raises ImportRefused, with one sentence, where the source as a whole is of no use.
    """

    name: str

    def headings(self) -> Sequence[str]:
        """What the columns are called, in their order."""
        ...

    def estimate(self) -> int:
        """About how many rows there are, to show how far an import is."""
        ...

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Each row that is not blank: its line, which staff can find it by and which only grows, and its cells.

        The cells are a list or tuple of plain text.
        """
        ...


# By the ending of a file's name, or by what stands before :// of an address. A bureau's own interface is one
# class in one file, and one line here.
ADAPTERS: dict[str, Callable[[str], RowSource]] = {
    **dict.fromkeys(("csv", "txt", "tsv"), CsvSource),
    **dict.fromkeys(("xlsx", "xlsm", "xls", "ods"), SheetSource),
}


def open_source(where: str) -> RowSource:
    """The source at a path or an address. Raises ImportRefused where there is no adapter, or nothing to open."""
    adapter = ADAPTERS.get(_kind_of(where))
    if adapter is None:
        raise ImportRefused("unknown_suffix", name=Path(where).name, known="、".join(ADAPTERS))
    return adapter(where)


def rejects_beside(where: str) -> Path:
    """Where the rows that were not loaded go: beside the file, or here for what is no file."""
    if "://" in where:
        return Path(f"{_kind_of(where)}.rejects.csv")
    return Path(f"{where}.rejects.csv")


def _kind_of(where: str) -> str:
    scheme, mark, _ = where.partition("://")
    return (scheme if mark else Path(where).suffix.removeprefix(".")).casefold()
