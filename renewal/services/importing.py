"""Loads holders and bureau feeds from a CSV: the whole file in one transaction, or nothing of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.csv_rows import ImportRefused, RowError, Table, open_table, read_rows
from renewal.services.import_rows import (
    FEED_HEADINGS,
    HOLDER_HEADINGS,
    FactRow,
    HolderRow,
    fact_row,
    holder_row,
)
from renewal.services.import_writing import Tally, write_facts, write_holders
from renewal.services.staff_wording import staff_sentence
from renewal.store import Store
from renewal.store.models import AuditEntry, Permit

__all__ = ["ImportRefused", "ImportResult", "RowError", "import_feed", "import_holders"]

CHUNK_ROWS = 500
Progress = Callable[[int, int], None]
Row = TypeVar("Row", HolderRow, FactRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What a file came to, in rows: `added + changed + unchanged` are all it has."""

    added: int
    changed: int
    unchanged: int

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return self.added + self.changed + self.unchanged


def import_holders(
    store: Store, path: Path, *, at: datetime, progress: Progress | None = None
) -> ImportResult:
    """Load holders, permits and what is on file (columns: docs/data_formats.md).

    A permit that is known is brought up to the file; the same file twice changes nothing. `progress` is
    called with (done, all) in rows, each of which counts twice: read, then written. `at` is now.

    Raises:
        ImportRefused: a line is wrong. Nothing was loaded, and it has a sentence for each wrong line.
    """
    steps = _Steps(open_table(path), progress)
    rows = _read(steps, HOLDER_HEADINGS, lambda line, cells: holder_row(store, line, cells))

    def write(session: Session, chunk: Sequence[HolderRow], tally: Tally) -> None:
        write_holders(session, store, chunk, tally, at)

    return _write(store, steps, rows, write, AuditEntry(at=at, action="import.holders", subject=path.name))


def import_feed(store: Store, path: Path, *, at: datetime, progress: Progress | None = None) -> ImportResult:
    """Load what bureaus say of permits that are known (columns: docs/data_formats.md).

    A later file may correct a value of the same permit, field, day and source. Otherwise as import_holders.

    Raises:
        ImportRefused: a line is wrong, or its permit is not known. Nothing was loaded.
    """
    steps = _Steps(open_table(path), progress)
    rows = _read(
        steps,
        FEED_HEADINGS,
        lambda line, cells: fact_row(store, line, cells),
        lambda found: _unknown_permits(store, found),
    )
    return _write(store, steps, rows, write_facts, AuditEntry(at=at, action="import.feed", subject=path.name))


class _Steps:
    """Tells how far an import is; a row is two steps."""

    def __init__(self, table: Table, progress: Progress | None) -> None:
        self.table = table
        self._progress = progress
        self._done, self._all = 0, 2 * table.lines

    def forward(self, rows: int) -> None:
        self._done += rows
        if self._progress:
            self._progress(self._done, max(self._done, self._all))

    def half(self) -> None:
        """Everything is read: from here the number of rows is known, and no longer guessed from lines."""
        self._all = 2 * self._done


def _read(
    steps: _Steps,
    headings: Mapping[str, str],
    check: Callable[[int, Mapping[str, str]], Row | RowError],
    check_all: Callable[[Sequence[Row]], Iterable[RowError]] = lambda _rows: (),
) -> list[Row]:
    """Every row of the file, checked. Raises ImportRefused with every wrong line there is."""
    rows: list[Row] = []
    errors: list[RowError] = []
    first_lines: dict[tuple[object, ...], int] = {}
    read = 0
    for line, cells in read_rows(steps.table, headings):
        row = cells if isinstance(cells, RowError) else check(line, cells)
        if isinstance(row, RowError):
            errors.append(row)
        elif row.key in first_lines:
            errors.append(_error(line, "duplicate", other=first_lines[row.key]))
        else:
            first_lines[row.key] = line
            rows.append(row)
        read += 1
        if read % CHUNK_ROWS == 0:
            steps.forward(CHUNK_ROWS)
    steps.forward(read % CHUNK_ROWS)
    errors += check_all(rows)
    if errors:
        raise ImportRefused(errors)
    steps.half()
    return rows


def _unknown_permits(store: Store, rows: Sequence[FactRow]) -> list[RowError]:
    errors: list[RowError] = []
    with store.read() as session:
        for chunk in _chunks(rows):
            numbers = {row.number for row in chunk}
            known = set(session.scalars(select(Permit.number).where(Permit.number.in_(numbers))))
            errors += [_error(row.line, "unknown_permit") for row in chunk if row.number not in known]
    return errors


def _write(
    store: Store,
    steps: _Steps,
    rows: Sequence[Row],
    write: Callable[[Session, Sequence[Row], Tally], None],
    entry: AuditEntry,
) -> ImportResult:
    """All rows in one transaction, with an entry of who loaded what if that changed anything."""
    tally = Tally()
    with store.session() as session:
        for chunk in _chunks(rows):
            write(session, chunk, tally)
            session.flush()
            session.expunge_all()
            steps.forward(len(chunk))
        result = ImportResult(
            added=tally.added, changed=tally.changed, unchanged=len(rows) - tally.added - tally.changed
        )
        if result.added or result.changed:
            entry.actor = "staff"
            entry.detail = {"added": result.added, "changed": result.changed, "unchanged": result.unchanged}
            session.add(entry)
    return result


def _chunks(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS))


def _error(line: int, reason: str, **values: Any) -> RowError:
    return RowError(line=line, sentence=staff_sentence(f"import.{reason}", **values))
