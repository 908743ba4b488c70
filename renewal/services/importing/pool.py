"""Checks chunks of rows ahead of the one that is being written: in other processes where a file is long."""

import marshal
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from typing import Any, Protocol

from renewal.services.importing.cells import Reading
from renewal.services.importing.checking import Checked, Layout, Line, check
from renewal.settings import Settings
from renewal.store.keys import KeyRing

CHUNK_ROWS = 10_000  # a transaction each: some tenths of a second in which nobody else writes
WORTH_PROCESSES = 40_000  # rows from which starting processes takes less time than it saves
MOST_PROCESSES = 4
CHECK_WHILE_STARTING = True  # check chunks here until a process answers, rather than wait for it
AHEAD = 2  # chunks that wait beyond those that are being checked

Chunk = Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """What checking needs, in a form that another process can be given."""

    data_keys: str
    lookup_key: str
    today: date
    layout: Layout
    copied: bool

    @classmethod
    def of(cls, settings: Settings, today: date, layout: Layout, *, copied: bool) -> "Checking":
        """With the keys of these settings."""
        return cls(
            data_keys=settings.data_keys.get_secret_value(),
            lookup_key=settings.lookup_key.get_secret_value(),
            today=today,
            layout=layout,
            copied=copied,
        )


class Checker(Protocol):
    """Something that checks chunks and gives them back in their order."""

    def __call__(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Checked]]: ...


@contextmanager
def checker(checking: Checking, rows: int) -> Iterator[Checker]:
    """One for a file of about that many rows: here, or in processes that end with the block, or with this one."""
    if rows < WORTH_PROCESSES:
        here = _Here(checking)
        yield lambda chunks: ((chunk, here(chunk)) for chunk in chunks)
        return
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    pool = ProcessPoolExecutor(processes, _context(), _start, (checking,))
    try:
        yield lambda chunks: _in_order(pool, _Here(checking), chunks, processes + AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


class _Here:
    """Checks in this process."""

    def __init__(self, checking: Checking) -> None:
        self._checking = checking
        self._reading = Reading(keys=KeyRing(checking.data_keys, checking.lookup_key), today=checking.today)

    def __call__(self, chunk: Chunk) -> Checked:
        return check(chunk, self._checking.layout, self._reading, copied=self._checking.copied)


def _context() -> BaseContext:
    """How processes begin: never as a copy of this one, whose threads would not come along.

    Where there is a server for it, what they need is imported once for all of them.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _in_order(
    pool: ProcessPoolExecutor, here: _Here, chunks: Iterator[Chunk], most: int
) -> Iterator[tuple[Chunk, Checked]]:
    answers = pool.submit(os.getpid)
    under_way: deque[tuple[Chunk, Future[Checked]]] = deque()
    for chunk in chunks:
        if CHECK_WHILE_STARTING and not answers.done():
            yield chunk, here(chunk)
            continue
        plain: Any = chunk  # lists and tuples of text and numbers
        under_way.append((chunk, pool.submit(_check, marshal.dumps(plain))))
        if len(under_way) >= most:
            done, future = under_way.popleft()
            yield done, future.result()
    while under_way:
        done, future = under_way.popleft()
        yield done, future.result()


_here: list[_Here] = []


def _start(checking: Checking) -> None:
    """Begin a process: it leaves Ctrl-C to its parent, and does not outlive one that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _here.append(_Here(checking))


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _check(packed: bytes) -> Checked:
    return _here[0](marshal.loads(packed))  # noqa: S302 - of the process that started this one
