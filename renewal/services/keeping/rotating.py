"""Takes an old data key out of use: what lies under it is written anew, and counted, before anybody drops the key."""

from dataclasses import dataclass
from datetime import datetime

from renewal.services.app import Services
from renewal.services.work import Work, write_audit
from renewal.store import Store
from renewal.store.engine import scrub
from renewal.store.rotating import Progress, TableKeys

ROTATED = "keys.rotated"
GIVEN_UP = "keys.given_up"
PASSES = 3  # a row that somebody else wrote just then is passed over, and met again


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation came to. `retired` are the marks of the keys that may be dropped now.

    `left` rows still lie otherwise than they are made today, `unreadable` ones no key reads. `scrubbed` is false where
    the database's log still holds the old values for a while.
    """

    rewritten: int
    tables: tuple[TableKeys, ...]
    retired: tuple[str, ...]
    left: int
    unreadable: int
    scrubbed: bool


def rotate(services: Services, *, actor: str, progress: Progress) -> Rotation:
    """Write every value under the newest data key, count, and forget the marks of keys that nothing needs any more.

    It may be stopped and run again, and runs beside all other programs. One that still writes under an old key must be
    restarted with the new one first: what it writes afterwards is not counted.
    """
    store, rewritten = services.store, 0
    for _ in range(PASSES):
        rewritten += store.rewrite(progress)
        tables = store.key_survey(progress)
        unreadable = sum(table.unreadable for table in tables)
        left = sum(table.rows - table.as_made_now for table in tables) - unreadable
        if not left:
            break
    in_use = {mark for table in tables for mark in table.by_mark}
    with Work.begin(services, actor=actor) as work:
        retired = store.retire_keys(work.session, in_use)
        work.audit(ROTATED, "store", rows=rewritten, left=left, unreadable=unreadable, retired=retired)
    return Rotation(
        rewritten=rewritten,
        tables=tables,
        retired=tuple(retired),
        left=left,
        unreadable=unreadable,
        scrubbed=scrub(store.engine),
    )


def give_up(store: Store, mark: str, *, actor: str, now: datetime) -> bool:
    """Let the store be opened without a data key that is lost for good; false where it was written under no such one.

    Raises:
        AnotherLookupKey: the store was filled under another lookup key.
    """
    with store.given_up(mark) as connection:
        if connection is None:
            return False
        write_audit(connection, at=now, actor=actor, action=GIVEN_UP, subject="store", mark=mark)
    return True
