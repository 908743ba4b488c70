"""Copies the store and Rasa's conversations into one file, while everything goes on. The keys are not in it."""

import tempfile
from pathlib import Path

from renewal.services.app import Services
from renewal.services.keeping.backup_files import CONVERSATIONS, STORE, BackupRefused, Label, pack
from renewal.services.work import Work
from renewal.settings import Settings
from renewal.store import trackers
from renewal.store.copying import Progress, dump
from renewal.store.keys import mark_of_secret
from renewal.store.migrate import revision_of
from renewal.wording.staff import staff_sentence as sentence

BACKED_UP = "store.backed_up"


def back_up(services: Services, file: Path, *, actor: str, progress: Progress) -> Label:
    """Write a new file, readable by its owner alone; returns what it says of itself.

    Each database is copied as it is at one moment, the store first.

    Raises:
        BackupRefused: there is such a file already, or it cannot be written.
        StoreError: a tool of PostgreSQL's is missing or refused, or a copy came out damaged.
    """
    if file.exists():
        raise BackupRefused(sentence("backup.there_already", file=file))
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".renewal-backup-") as folder:
            label = _copy(services, Path(folder), progress)
            pack(Path(folder), label, file)
    except OSError as error:
        raise BackupRefused(sentence("backup.not_written", file=file, why=error.strerror or error)) from None
    with Work.begin(services, actor=actor) as work:
        work.audit(BACKED_UP, "store", bytes=file.stat().st_size)
    return label


def conversation_marks(settings: Settings) -> tuple[str, ...]:
    """By these the keys of Rasa's conversations are told apart; none where this machine does not hold them."""
    names = settings.tracker_key.get_secret_value().split(",")
    return tuple(mark_of_secret(name.strip().encode()) for name in names if name.strip())


def _copy(services: Services, folder: Path, progress: Progress) -> Label:
    store, settings = services.store, services.settings
    made_at = (
        services.now()
    )  # before all that is in it: what goes out from here on is asked for after a restore
    noted = store.noted_data_marks()
    dump(store.engine, folder / STORE, progress)
    theirs = None if trackers.lie_in_the_store(settings) else trackers.opened(settings)
    if theirs is not None:
        try:
            dump(theirs, folder / CONVERSATIONS, progress)
        finally:
            theirs.dispose()
    return Label(
        made_at=made_at,
        schema=revision_of(store.engine),
        store=store.engine.dialect.name,
        conversations=theirs.dialect.name if theirs is not None else "",
        lookup_mark=store.lookup_mark,
        data_marks=noted,
        conversation_marks=conversation_marks(settings),
    )
