"""Whose turn it is among the threads of one process, in the order in which they came."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class TurnNotCome(Exception):
    """Others had it for too long."""


class Turn:
    """What one thread has at a time. Unlike a lock, it goes to whoever has waited longest.

    SQLite's own lock is taken by whoever asks at the right moment, and who asks in vain sleeps longer each time: of
    many that ask, some wait for seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    @contextmanager
    def taken(self, limit_s: float) -> Iterator[float]:
        """Hold the turn; gives how much of `limit_s` is left. A thread that holds it already goes on with it.

        Raises:
            TurnNotCome: it did not come within `limit_s` seconds.
        """
        me, until_s = threading.get_ident(), time.monotonic() + limit_s
        if self._owner == me:
            yield limit_s
            return
        waited = self._take(me, limit_s)
        try:
            yield max(0.0, until_s - time.monotonic()) if waited else limit_s
        finally:
            self._pass_on()

    def _take(self, me: int, limit_s: float) -> bool:
        """Whether it had to be waited for."""
        with self._lock:
            if self._owner is None:
                self._owner = me
                return False
            mine = me, threading.Event()
            self._waiting.append(mine)
        if mine[1].wait(limit_s):
            return True
        with self._lock:
            if self._owner == me:
                return True  # it came at the last moment
            self._waiting.remove(mine)
        raise TurnNotCome

    def _pass_on(self) -> None:
        with self._lock:
            self._owner = None
            if self._waiting:
                self._owner, came = self._waiting.popleft()
                came.set()
