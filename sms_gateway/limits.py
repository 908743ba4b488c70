"""How often somebody may ask, and how many turns of the assistant go on at once in this process."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from sms_gateway.limits_table import TURNS_AT_ONCE, TURNS_PER_ADDRESS
from sms_gateway.refused import Refused

BUSY_WAIT_S = 2
REDIS_LIMIT_S = 1.0  # for a connection, and for an answer
ASKED_AGAIN_S = 5.0  # a Redis that was away
KEYS = "renewal:limits"

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Limits:
    """Counts what came from whom: in the Redis at `redis_url`, with all who count there; without one, in memory.

    `mask` hides who it was: an address is personal data, and Redis is another program. While Redis is away each
    process counts by itself: a text is not lost for it, and nobody gets more than that share of each process.
    """

    def __init__(self, redis_url: str = "", mask: Callable[[str], str] = str) -> None:
        self._mask = mask
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis_url)) if redis_url else None
        self._away_until = 0.0

    def allows(self, items: tuple[RateLimitItem, ...], what: str, *who: str) -> bool:
        """Count one and tell whether it is still within every limit."""
        masked = [self._mask(part) for part in who]
        # A list: one that is spent must not keep the others from counting.
        return self._ask(lambda window: all([window.hit(item, what, *masked) for item in items]))  # noqa: C419

    def spend(self, items: tuple[RateLimitItem, ...], what: str, *who: str) -> None:
        """Count one; raises Refused (429), with the time to wait, where it is too many."""
        if not self.allows(items, what, *who):
            wait_s = self._wait_s(items, what, *who)
            raise Refused(429, "chat.rate_limited", what="limit", retry_after_s=wait_s)

    def are_shared(self) -> bool:
        """Whether Redis answers now. Without one nothing is shared."""
        return self._shared is not None and self._shared.storage.check()

    def _wait_s(self, items: tuple[RateLimitItem, ...], what: str, *who: str) -> int:
        """Seconds until every limit has room again."""
        masked = [self._mask(part) for part in who]
        spent = self._ask(lambda window: [window.get_window_stats(item, what, *masked) for item in items])
        free_at = max((stats.reset_time for stats in spent if stats.remaining == 0), default=0.0)
        return max(1, math.ceil(free_at - time.time()))

    def _ask(self, question: Callable[[MovingWindowRateLimiter], T]) -> T:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except StorageError as error:
                self._away_until = time.monotonic() + ASKED_AGAIN_S
                log.warning("limits_not_shared", why=type(error.storage_error).__name__)
        return question(self._own)


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url,
        key_prefix=KEYS,
        wrap_exceptions=True,
        socket_timeout=REDIS_LIMIT_S,
        socket_connect_timeout=REDIS_LIMIT_S,
        socket_keepalive=True,
    )


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
