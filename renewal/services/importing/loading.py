"""Loads holders and feeds: good rows chunk by chunk, each in a transaction of its own; bad ones to a file."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from renewal.services.app import Services
from renewal.services.importing.checking import Checked, Problem
from renewal.services.importing.errors import ImportRefused, ImportStopped
from renewal.services.importing.feed_kinds import FEEDS
from renewal.services.importing.holder_kind import HOLDERS
from renewal.services.importing.kinds import Kind
from renewal.services.importing.layout import lay_out
from renewal.services.importing.pool import CHUNK_ROWS, Checking, Chunk, checker
from renewal.services.importing.rejects import Rejects
from renewal.services.importing.seen import Seen
from renewal.services.importing.sources import RowSource, open_source, rejects_beside
from renewal.services.importing.writing import ACTOR, Writer, tables_of
from renewal.services.work import write_audit
from renewal.store.staging import Written, discard, fill, lazily, loading, prepare, takes_copies
from renewal.wording.staff import staff_sentence

MANY_OBJECTS = 500_000  # beyond the rows that are held at once
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What a file came to, in rows; `rejects` is the file of those that were not loaded, if there are any."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0
    rejects: Path | None = None

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return self.added + self.changed + self.unchanged + self.superseded + self.rejected


def kind_named(word: str) -> Kind:
    """The feed of that name, in English or Chinese. Raises ImportRefused with the names there are."""
    for kind in FEEDS:
        if word.casefold() == kind.name or word in kind.chinese:
            return kind
    known = "、".join(f"{kind.name} {kind.chinese[0]}" for kind in FEEDS)
    raise ImportRefused("unknown_kind", kind=word, known=known)


def import_holders(
    services: Services,
    where: str,
    *,
    rejects: Path | None = None,
    progress: Progress | None = None,
    actor: str = ACTOR,
) -> ImportResult:
    """Load holders, permits and what is on file (columns: docs/data_formats.md).

    A permit that is known is brought up to the file; the same file twice changes nothing. Rows that cannot be
    loaded go to `rejects`, by default beside the file. `progress` is called with (done, all) in rows.

    Raises:
        ImportRefused: the file as a whole is of no use. Nothing was loaded.
    """
    return _load(services, HOLDERS, where, rejects, progress, actor=actor)


def import_feed(
    services: Services,
    where: str,
    *,
    kind: Kind,
    rejects: Path | None = None,
    progress: Progress | None = None,
    actor: str = ACTOR,
) -> ImportResult:
    """Load what a bureau says of permits that are known, or what visitors found. Otherwise as import_holders.

    A fact of a newer day replaces an older one, never the other way, whatever the order of the files.
    """
    return _load(services, kind, where, rejects, progress, actor=actor)


def _load(
    services: Services,
    kind: Kind,
    where: str,
    rejects: Path | None,
    progress: Progress | None,
    *,
    actor: str,
) -> ImportResult:
    source, path = open_source(where), rejects or rejects_beside(where)
    if path.resolve() == Path(where).resolve():
        raise ImportRefused("same_rejects")
    headings, estimate = source.headings(), source.estimate()
    name = source.name if "://" in where else services.store.file_label(source.name)
    layout = lay_out(kind, headings)
    engine = services.store.engine
    checking = Checking.of(services.settings, services.today(), layout, copied=takes_copies(engine))
    with (
        _few_collections(),
        closing(Seen()) as seen,
        Rejects(path, headings) as rejected,
        loading(engine, tables_of(kind)) as connection,
        checker(checking, estimate) as checked,
    ):
        load = _Load(connection, kind, Writer(services, kind, name, actor=actor), seen, rejected)
        try:
            for chunk, found in checked(_chunks(source)):
                load.write(chunk, found)
                if progress:
                    progress(load.rows, max(load.rows, estimate))
            _sign(connection, services, kind, name, load.result(), actor=actor)
        except OperationalError as error:
            raise ImportStopped(rows=load.rows, detail=error.orig) from error
        if progress:
            progress(load.rows, load.rows)
        return load.result()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Rows are many small lists that no cycle holds: looking through them for cycles takes a fifth of an import."""
    usual = gc.get_threshold()
    gc.set_threshold(MANY_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _Load:
    """Writes checked chunks, and the rows that cannot be loaded to their file."""

    def __init__(
        self, connection: Connection, kind: Kind, write: Writer, seen: Seen, rejected: Rejects
    ) -> None:
        self._connection, self._table, self._write = connection, kind.staged_in, write
        self._seen, self._rejected = seen, rejected
        self._written = Written()
        self.rows = 0

    def write(self, chunk: Chunk, found: Checked) -> None:
        """One transaction; then the rejected rows, in the order of their lines."""
        repeated = self._seen.repeated(found.keys)
        problems = [*found.problems, *(_repeated(line, first) for line, first in repeated.items())]
        written = Written()
        with self._connection.begin():
            prepare(self._connection)
            lazily(self._connection)
            for staged in found.staged:
                fill(self._connection, self._table, staged)
                discard(self._connection, self._table, repeated)
                more, wrong = self._write(self._connection)
                written += more
                problems += wrong
        self._written += written
        self.rows += len(chunk)
        if problems:
            cells = dict(chunk)
            for problem in sorted(problems, key=lambda problem: problem.line):
                self._rejected.add(cells[problem.line], problem)

    def result(self) -> ImportResult:
        """What was written and rejected so far."""
        return ImportResult(
            added=self._written.added,
            changed=self._written.changed,
            unchanged=self._written.unchanged,
            superseded=self._written.superseded,
            rejected=self._rejected.count,
            rejects=self._rejected.path if self._rejected.count else None,
        )


def _chunks(source: RowSource) -> Iterator[Chunk]:
    rows = source.rows()
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk


def _repeated(line: int, first: int) -> Problem:
    return Problem(line=line, columns=(), reasons=(staff_sentence("import.duplicate", other=first),))


def _sign(
    connection: Connection, services: Services, kind: Kind, name: str, result: ImportResult, *, actor: str
) -> None:
    """Who loaded what, if that changed anything; waits until it is on disk, and all before it."""
    if not result.added and not result.changed:
        return
    detail = {
        "kind": kind.name,
        **{
            count: getattr(result, count)
            for count in ("added", "changed", "unchanged", "superseded", "rejected")
        },
    }
    with connection.begin():
        write_audit(
            connection,
            at=services.now(),
            actor=actor,
            action="import.holders" if kind is HOLDERS else "import.feed",
            subject=name,
            **detail,
        )
