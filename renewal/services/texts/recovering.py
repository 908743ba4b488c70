"""Tries a step again while the store recovers, and says plainly when it does not."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from renewal.domain import RenewalError
from renewal.wording.staff import staff_sentence

log = structlog.get_logger(__name__)

T = TypeVar("T")
PATIENCE_S = 90.0  # a PostgreSQL that restarts after a crash is back within this
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 5.0
_FULL = ("database or disk is full", "No space left on device", "could not extend file")


class StoreStopped(RenewalError):
    """The store does not answer, or has no room; what was committed is kept."""


class MeetsAnother(RenewalError):
    """Somebody else wrote the same rows at the same moment; nothing was written, and another try sees theirs."""


def while_store_recovers(step: Callable[[], T], *, patience_s: float = PATIENCE_S) -> T:
    """What `step` returns. A step is one transaction: it is tried again when the store was away, or another was first.

    Raises:
        StoreStopped: the disk is full, or the store was away for `patience_s` seconds.
    """
    give_up_at = time.monotonic() + patience_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return step()
        except (OperationalError, InterfaceError, IntegrityError, MeetsAnother) as error:
            if is_full(error):
                raise StoreStopped(staff_sentence("store.full")) from error
            if time.monotonic() + wait_s > give_up_at:
                raise StoreStopped(staff_sentence("store.away", why=_first_line(error))) from error
            log.warning("store_tried_again", why=type(error).__name__, wait_s=wait_s)
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def is_full(error: Exception) -> bool:
    """Whether the database says that its disk has no room."""
    return isinstance(error, DBAPIError) and any(words in str(error.orig) for words in _FULL)


def _first_line(error: Exception) -> str:
    """The database's own words, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0]
