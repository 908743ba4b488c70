"""A lock that the system takes back when its process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from renewal.domain.errors import RenewalError


class AlreadyRunning(RenewalError):
    """Another worker has this state folder."""


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Hold `file` for as long as the block lasts; raises AlreadyRunning where another process holds it."""
    with file.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"已有一个工作进程在用 {file.parent}") from None
        yield
