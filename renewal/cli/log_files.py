"""Logs that are turned while their writer goes on: a full one is copied aside, then emptied.

The writers append (O_APPEND), so each goes on at the new end. What is written between the copy's last look and the
emptying is lost: some microseconds' worth, against a disk that fills up.
"""

import shutil
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

LIMIT_BYTES = 10_000_000
KEPT = 3  # old ones beside the current one


def turn_if_full(log: Path) -> bool:
    """Whether the log was full; then it lies at `.log.1`, and the oldest one is gone."""
    if not log.exists() or log.stat().st_size <= LIMIT_BYTES:
        return False
    older = [log.with_suffix(f".log.{number}") for number in range(1, KEPT + 1)]
    for newer, old in reversed(list(pairwise(older))):
        with suppress(FileNotFoundError):
            newer.replace(old)
    with log.open("rb+") as current:
        # Where the disk is full, the newest lines are given up before the programs are.
        with suppress(OSError), older[0].open("wb") as copy:
            shutil.copyfileobj(current, copy)
        current.truncate(0)
    return True
