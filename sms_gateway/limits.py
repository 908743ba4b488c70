"""How often somebody may ask, and how many turns of the assistant go on at once, in this process."""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from sms_gateway.limits_table import TURNS_AT_ONCE, TURNS_PER_ADDRESS
from sms_gateway.refused import Refused

BUSY_WAIT_S = 2


class Limits:
    """Counts what came from whom, in this process's memory."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def allows(self, items: tuple[RateLimitItem, ...], *who: str) -> bool:
        """Count one and tell whether it is still within every limit."""
        # A list: one that is spent must not keep the others from counting.
        return all([self._window.hit(item, *who) for item in items])  # noqa: C419

    def spend(self, items: tuple[RateLimitItem, ...], *who: str) -> None:
        """Count one; raises Refused (429), with the time to wait, where it is too many."""
        if not self.allows(items, *who):
            raise Refused(429, "chat.rate_limited", what="limit", retry_after_s=self._wait_s(items, *who))

    def _wait_s(self, items: tuple[RateLimitItem, ...], *who: str) -> int:
        """Seconds until every limit has room again."""
        spent = [self._window.get_window_stats(item, *who) for item in items]
        free_at = max((stats.reset_time for stats in spent if stats.remaining == 0), default=0.0)
        return max(1, math.ceil(free_at - time.time()))


class Turns:
    """Bounds how many requests wait for the assistant: the other threads stay free for webhooks and health checks.

    Nobody queues: a turn for which there is no room is refused at once.
    """

    def __init__(self, at_once: int = TURNS_AT_ONCE, per_address: int = TURNS_PER_ADDRESS) -> None:
        self._at_once, self._per_address = at_once, per_address
        self._lock = threading.Lock()
        self._talking: set[str] = set()
        self._addresses: Counter[str] = Counter()

    @contextmanager
    def one(self, conversation_id: str, address: str) -> Iterator[None]:
        """Hold one turn; raises Refused: 429 where conversation or address has its share, 503 where none is free."""
        with self._lock:
            mine = conversation_id in self._talking or self._addresses[address] >= self._per_address
            if mine or len(self._talking) >= self._at_once:
                raise Refused(429 if mine else 503, "chat.busy", what="busy", retry_after_s=BUSY_WAIT_S)
            self._talking.add(conversation_id)
            self._addresses[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._talking.discard(conversation_id)
                self._addresses[address] -= 1
                if not self._addresses[address]:
                    del self._addresses[address]
