"""`renewal migrate`, `backup`, `restore`: the schema of a new release; all but the keys, into one file and back."""

from pathlib import Path

from renewal.cli.actor import actor
from renewal.cli.console import out, progress_bar, say
from renewal.cli.live import stack_lock
from renewal.cli.places import display, local_settings
from renewal.cli.stack import opened, refuse_taken_ports
from renewal.services.keeping.backing_up import back_up
from renewal.services.keeping.restoring import restore as restore_store
from renewal.settings import SHANGHAI
from renewal.store.engine import open_engine
from renewal.store.migrate import revision_of
from renewal.wording.staff import staff_sentence as sentence

MB = 1_000_000


def migrate() -> None:
    """Bring the tables to this release's version, and say from which to which."""
    engine = open_engine(local_settings().store_url)
    before = revision_of(engine)
    engine.dispose()
    with opened() as services:
        now = revision_of(services.store.engine)
    out.print(sentence("migrate.same" if before == now else "migrate.done", before=before or "—", now=now))


def backup(file: Path, *, staff: str) -> None:
    """Write a backup while everything goes on, and say what is not in it.

    Raises:
        BackupRefused: there is such a file, or it cannot be written.
    """
    who = actor(staff)
    with opened() as services, progress_bar(sentence("backup.copying")) as move:
        label = back_up(services, file.absolute(), actor=who, progress=move)
    inside = "with" if label.conversations else "without"
    size = f"{file.stat().st_size / MB:.1f}"
    out.print(
        sentence(
            "backup.made",
            file=display(file),
            size=size,
            conversations=sentence(f"backup.{inside}_conversations"),
        ),
        soft_wrap=True,
    )
    out.print(sentence("backup.keys"), soft_wrap=True)


def restore(file: Path, *, replace: bool, staff: str) -> None:
    """Bring a backup back into a store that nothing uses, and hold what would go out once more.

    Raises:
        AlreadyRunning, PortTaken: the programs run.
        BackupRefused, StoreError: it cannot be restored here; nothing was touched.
    """
    who, settings = actor(staff), local_settings()
    with stack_lock(settings.state_dir):
        refuse_taken_ports(settings)
        with progress_bar(sentence("backup.restoring")) as move:
            done = restore_store(settings, file.absolute(), replace=replace, actor=who, progress=move)
    made_at = f"{done.label.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    out.print(sentence("backup.restored", made_at=made_at), soft_wrap=True)
    if done.conversations_begin_anew:
        say(sentence("backup.anew"))
    out.print(sentence("backup.held"), soft_wrap=True)
