"""Makes the store and Rasa's conversations what a backup holds. Nothing is touched before all that can be checked is.

What went out since the backup is not known to it, and would go out once more: so everything is held until a person
lifts it, and then asked for before it goes (`texts.restored`).
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from renewal.services.app import services_on
from renewal.services.keeping.backing_up import conversation_marks
from renewal.services.keeping.backup_files import (
    CONVERSATIONS,
    STORE,
    BackupRefused,
    Label,
    label_of,
    unpack,
)
from renewal.services.texts import holds, workers
from renewal.services.texts.restored import RESTORED
from renewal.services.work import Work
from renewal.settings import Settings
from renewal.store import AnotherLookupKey, DataKeyGone, Store, trackers
from renewal.store.copying import Progress, is_empty, load
from renewal.store.engine import scrub
from renewal.store.migrate import is_known, revision_of
from renewal.store.models import Base, KeyMark, WorkerBeat
from renewal.wording.staff import staff_sentence as sentence

FILLED = frozenset(Base.metadata.tables) - {KeyMark.__tablename__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored. `conversations_begin_anew` where their key is not among those of now."""

    label: Label
    replaced: bool
    conversations_begin_anew: bool


def restore(settings: Settings, file: Path, *, replace: bool, actor: str, progress: Progress) -> Restored:
    """Bring a backup back, and its schema to this release's. The programs must be stopped: the caller sees to that.

    Each database changes as a whole or not at all, the store first; it may be run again with `replace`.

    Raises:
        MissingKey, AnotherLookupKey, DataKeyGone: the keys of the settings are not those that it was written under.
        BackupRefused: it is none, of another kind of database or of a later release, the store is not empty and is
            not to be replaced, or a worker is at work on it.
        StoreError: a tool of PostgreSQL's is missing or refused, or the file is damaged.
    """
    label = label_of(file)
    store = Store.open(settings)
    try:
        filled = _check(settings, store, label, replace=replace)
        settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=settings.state_dir, prefix=".renewal-restore-") as folder:
            unpack(file, label, Path(folder))
            load(Path(folder) / STORE, store.engine, progress)
            _load_conversations(settings, Path(folder) / CONVERSATIONS, label, progress)
        scrub(store.engine)
    except OSError as error:
        raise BackupRefused(sentence("backup.not_read", file=file, why=error.strerror or error)) from None
    finally:
        store.close()
    _finish(settings, label, actor, replaced=filled)
    ours = conversation_marks(settings)
    foreign = bool(ours and label.conversation_marks) and not set(label.conversation_marks) <= set(ours)
    return Restored(label=label, replaced=filled, conversations_begin_anew=foreign)


def _check(settings: Settings, store: Store, label: Label, *, replace: bool) -> bool:
    """Refuse what cannot go well; returns whether something is there to be replaced."""
    if label.lookup_mark != store.lookup_mark:
        raise AnotherLookupKey
    gone = [mark for mark in label.data_marks if mark not in store.data_marks]
    if gone:
        raise DataKeyGone(f"Its mark is {', '.join(gone)}.")
    if label.store != store.engine.dialect.name:
        raise BackupRefused(sentence("backup.other_kind", kind=label.store, ours=store.engine.dialect.name))
    if not is_known(label.schema):
        raise BackupRefused(sentence("backup.later"))
    _refuse_at_work(store)
    filled = not is_empty(store.engine, FILLED) or not _conversations_are_empty(settings)
    if filled and not replace:
        raise BackupRefused(sentence("backup.not_empty"))
    present = revision_of(store.engine)
    if store.engine.dialect.name == "postgresql" and present not in ("", label.schema):
        raise BackupRefused(sentence("backup.other_schema", theirs=label.schema, ours=present))
    return filled


def _refuse_at_work(store: Store) -> None:
    if is_empty(store.engine, [WorkerBeat.__tablename__]):
        return
    with store.read() as session:
        names = workers.at_work(session, store.clock())
    if names:
        raise BackupRefused(sentence("backup.at_work", names="、".join(names)))


def _conversations_are_empty(settings: Settings) -> bool:
    theirs = trackers.opened(settings)
    if theirs is None:
        return True
    try:
        return is_empty(theirs, [trackers.EVENTS.name])
    finally:
        theirs.dispose()


def _load_conversations(settings: Settings, part: Path, label: Label, progress: Progress) -> None:
    """Conversations go where this machine keeps them, if it keeps them in the same kind of database."""
    if not label.conversations or not part.is_file():
        return
    theirs = trackers.opened(settings, made=True)
    if theirs is None:
        return
    try:
        if theirs.dialect.name == label.conversations:
            load(part, theirs, progress)
            scrub(theirs)
    finally:
        theirs.dispose()


def _finish(settings: Settings, label: Label, actor: str, *, replaced: bool) -> None:
    """Bring the schema to this release's, and hold what would otherwise go out a second time."""
    with services_on(settings) as services:
        services.store.migrate()
        services.jobs.migrate()
        with Work.begin(services, actor=actor) as work:
            work.session.execute(delete(WorkerBeat))  # of then: nobody works on it now
            holds.hold(work.session, holds.QUEUE, why=sentence("backup.why"), now=work.now, by=actor)
            work.audit(RESTORED, "store", made_at=label.made_at.isoformat(), replaced=replaced)
