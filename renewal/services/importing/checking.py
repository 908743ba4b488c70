"""Checks a chunk of rows: what of it can be staged, and what is wrong with the rest. Runs in any process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renewal.language.sheets import NOTHING, as_given
from renewal.services.importing.cells import Reading, checked, plain
from renewal.services.importing.errors import BadCell, BadRow
from renewal.services.importing.feed_kinds import FEEDS
from renewal.services.importing.holder_kind import HOLDERS
from renewal.services.importing.kinds import Kind
from renewal.store.staging import pack
from renewal.wording.staff import staff_sentence

KINDS = {kind.name: kind for kind in (HOLDERS, *FEEDS)}
SEPARATOR = "；"

Line = tuple[int, Sequence[str]]  # where a row stands in its file, and its cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row was not loaded: the columns to look at, and a reason for each, in the same order."""

    line: int
    columns: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A chunk after checking. `staged` are packed rows, no permit twice in one of them; `keys` of all of them."""

    staged: tuple[bytes, ...]
    keys: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the columns of a kind stand among a file's, and how many the file has."""

    kind: str
    places: tuple[int, ...]
    width: int


def check(lines: Iterable[Line], layout: Layout, reading: Reading, *, copied: bool) -> Checked:
    """Read every row; `copied` says in which form the database takes them."""
    reader = _Reader(KINDS[layout.kind], layout, reading)
    batches: list[list[tuple[str, ...]]] = [[]]
    times: dict[str, int] = {}
    keys: list[tuple[str, int]] = []
    problems: list[Problem] = []
    for line, cells in lines:
        row = reader.row(line, cells)
        if isinstance(row, Problem):
            problems.append(row)
            continue
        key, staged = row
        keys.append((key, line))
        place = times.get(staged[1], 0)
        times[staged[1]] = place + 1
        if place == len(batches):
            batches.append([])
        batches[place].append(staged)
    return Checked(
        staged=tuple(pack(batch, copied=copied) for batch in batches),
        keys=tuple(keys),
        problems=tuple(problems),
    )


class _Reader:
    """Reads rows of one kind that are laid out in one way."""

    def __init__(self, kind: Kind, layout: Layout, reading: Reading) -> None:
        self._kind, self._reading, self._width = kind, reading, layout.width
        self._columns = tuple(
            (place, column.name, column.read, column.required)
            for place, column in zip(layout.places, kind.columns, strict=True)
        )
        names = [column.name for column in kind.columns]
        self._key = tuple(names.index(name) for name in kind.key)

    def row(self, line: int, cells: Sequence[str]) -> tuple[str, tuple[str, ...]] | Problem:
        """What the row is known by and what is staged of it, or every reason against it."""
        short = self._width - len(cells)
        if short > 0:  # a program that leaves out a row's empty last cells
            cells = (*cells, *[""] * short)
        elif short and "".join(cells[self._width :]).strip():
            told = staff_sentence("import.wrong_width", found=len(cells), expected=self._width)
            return Problem(line=line, columns=(), reasons=(told,))
        careful = not plain(cells)
        read: list[str] = []
        wrong: list[tuple[str, str]] = []
        for place, name, as_read, required in self._columns:
            text = as_given(cells[place].strip()) if careful else cells[place].strip()
            text = "" if text in NOTHING else text
            if not text and not required:
                read.append(text)
                continue
            try:
                read.append(as_read(checked(text) if careful or not text else text, self._reading))
            except BadCell as bad:
                wrong.append((name, str(bad)))
        if not wrong:
            try:
                staged = (str(line), *self._kind.stage(read, self._reading))
            except BadRow as bad:
                wrong.append((bad.column, str(bad)))
            else:
                return "\0".join([read[place] for place in self._key]), staged
        columns, reasons = zip(*wrong, strict=True)
        return Problem(line=line, columns=columns, reasons=reasons)
