"""What a kind of file is: its columns in both languages, which rows are the same, and how a row is staged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table

from renewal.services.importing.cells import Read, Reading
from renewal.store.loading_facts import Source

# Of two sources that tell of one field on one day the later in this list is believed, whatever came in first:
# a contribution was paid where a contract was only filed, a visitor saw the home, the window saw the papers.
RANKS = ("education", "civil_affairs", "police", "hrss", "social_insurance", "visit", "window")

Stage = Callable[[Sequence[str], Reading], tuple[str, ...]]


def stronger_than(source: str) -> tuple[str, ...]:
    """The sources that are believed rather than this one, when both tell of the same day."""
    return RANKS[RANKS.index(source) + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its English heading, the Chinese ones (the usual first), and how a cell is read."""

    name: str
    chinese: tuple[str, ...]
    read: Read
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file.

    `stage` makes of a row's read cells, in the order of `columns` and empty where an optional one is, what is
    staged in the table after the line; it raises BadRow where the cells do not go together. Two rows of a file
    that agree in the columns `key` are the same row. `source` says who tells the facts, if it is facts.
    """

    name: str
    chinese: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    staged_in: Table
    stage: Stage
    source: Source | None = None

    def __post_init__(self) -> None:
        if not set(self.key) <= {column.name for column in self.columns}:
            raise ValueError("a row is known by columns that it has")

    @property
    def headings(self) -> Mapping[str, str]:
        """The column that each heading names, in either language."""
        named = {column.name: column.name for column in self.columns}
        return named | {word: column.name for column in self.columns for word in column.chinese}
