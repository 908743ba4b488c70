"""A limit of a whole call, whatever it does: a library's own limits count from one byte to the next."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class TooLong(Exception):
    """The call did not end in time; what it was to do may be done, and may still be under way."""


class _Asked(Generic[T]):
    """One call, and what it came to."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._ended = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001 it is raised to whoever asked
            self._error = error
        self._ended.set()

    def wait(self, limit_s: float) -> T:
        if not self._ended.wait(limit_s):
            raise TooLong
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]


class _Helper:
    """A thread that calls for others. It keeps its connections from one call to the next."""

    def __init__(self) -> None:
        self._work: SimpleQueue[_Asked[Any] | None] = SimpleQueue()
        threading.Thread(target=self._run, name="call-limited", daemon=True).start()

    def call(self, call: Callable[[], T], limit_s: float) -> T:
        """Raises TooLong, and whatever the call raises."""
        asked = _Asked(call)
        self._work.put(asked)
        return asked.wait(limit_s)

    def let_go(self) -> None:
        """End with the call at hand, whenever that ends."""
        self._work.put(None)

    def _run(self) -> None:
        while (asked := self._work.get()) is not None:
            asked.run()


class WholeCalls:
    """Makes calls that end in time, many at once. A call that does not is left to itself, with its thread."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._free: list[_Helper] = []

    def __call__(self, call: Callable[[], T]) -> T:
        """What `call` gives. Raises TooLong, and whatever it raises."""
        try:
            helper = self._free.pop()  # the one that called last: its connections are warm
        except IndexError:
            helper = _Helper()
        try:
            result = helper.call(call, self.limit_s)
        except TooLong:
            helper.let_go()
            raise
        except BaseException:
            self._free.append(helper)
            raise
        self._free.append(helper)
        return result
