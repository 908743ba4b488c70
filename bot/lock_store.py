"""One turn of a conversation at a time: in this process's memory where one Rasa runs, in Redis where several do.

Rasa's own Redis locks read a lock, change it and write it back in three steps: two Rasas that do so at once both have
it. Ours is one step (`SET … NX`), with a life that a thread lengthens for as long as the turn goes on: whoever is
killed lets go soon, and a slow turn keeps its lock, also while it keeps Rasa's only loop from anything else. No task
of that loop does it: one that is cancelled while it writes to Redis may go on (asyncio.wait_for of Python 3.10).
"""

import logging
import os
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError, LockStore
from redis import asyncio as redis_asyncio
from redis.asyncio.lock import Lock
from redis.exceptions import RedisError

from bot.alone import take_hold
from bot.tracker_store import tracker_url

logger = logging.getLogger(__name__)
REDIS_VARIABLE = "RENEWAL_REDIS_URL"
KEYS = "renewal:turn:"
LIFE_S = 20.0  # of a lock whose holder says nothing more
LENGTHENED_EVERY_S = 4.0
WAIT_S = 6.0  # for a turn that goes on; the gateway waits ten seconds in all
LOOK_S = 0.05
REDIS_LIMIT_S = 4.0  # for a connection, and for an answer; a busy loop notices an answer late
LENGTHEN = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('pexpire', KEYS[1], ARGV[2]) or 0"


class TurnLocks(LockStore):
    """Locks in the Redis that RENEWAL_REDIS_URL names; without one in memory, and then for one Rasa alone.

    That it is alone, `be_alone_or_share` sees to when Rasa starts.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        """Open the locks; nothing connects to Redis yet."""
        address = os.environ.get(REDIS_VARIABLE, "")
        self._redis = redis_asyncio.Redis.from_url(address, **_patience(address)) if address else None
        self._keeper = Keeper(redis.Redis.from_url(address, **_patience(address))) if address else None
        self._own = InMemoryLockStore()
        super().__init__()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[Any, None]:
        """Hold the conversation for one turn; raises LockError where it stays busy, or Redis does not answer."""
        if self._redis is None or self._keeper is None:
            async with self._own.lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ticket:
                yield ticket
            return
        lock = Lock(
            self._redis, KEYS + conversation_id, timeout=LIFE_S, sleep=LOOK_S, blocking_timeout=WAIT_S
        )
        await _take(lock)
        self._keeper.keep(lock.name, lock.local.token, lock_lifetime)
        try:
            yield TicketLock(conversation_id)
        finally:
            self._keeper.leave(lock.name)
            await _let_go(lock)


class Keeper:
    """Lengthens the life of the locks that this process has, in a thread of its own."""

    def __init__(self, client: "redis.Redis[bytes]") -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[bytes, float]] = {}
        threading.Thread(target=self._work, name="locks", daemon=True).start()

    def keep(self, name: str, token: bytes, longest_s: float) -> None:
        """From now on, until it is left; a turn that never ends does not shut its conversation for ever."""
        with self._lock:
            self._kept[name] = token, time.monotonic() + longest_s

    def leave(self, name: str) -> None:
        """No longer."""
        with self._lock:
            self._kept.pop(name, None)

    def _work(self) -> None:
        pause = threading.Event()
        while not pause.wait(LENGTHENED_EVERY_S):
            with self._lock:
                kept = dict(self._kept)
            for name, (token, until) in kept.items():
                if time.monotonic() > until:
                    logger.error("a turn went on for too long: its lock ends")
                    self.leave(name)
                    continue
                try:
                    found = self._client.eval(LENGTHEN, 1, name, token, int(1000 * LIFE_S))
                except RedisError as error:  # the next try may come in time
                    logger.warning("a lock was not lengthened: %s", type(error).__name__)
                    continue
                if not found and name in self._kept:
                    logger.error("a turn lost its lock while it went on")
                    self.leave(name)


def be_alone_or_share() -> None:
    """Have the conversations alone where locks lie in memory, else with all whose locks lie in Redis.

    Raises:
        HeldByAnother: another Rasa has the conversations, and not all of them have a Redis.
    """
    take_hold(tracker_url(), alone=not os.environ.get(REDIS_VARIABLE))


def _patience(address: str) -> dict[str, Any]:
    """Limits on a client's patience. Under TLS the server's name is checked, as its certificate is."""
    sealed = {"ssl_check_hostname": True} if urlsplit(address).scheme == "rediss" else {}
    return {"socket_timeout": REDIS_LIMIT_S, "socket_connect_timeout": REDIS_LIMIT_S, **sealed}


async def _take(lock: Lock) -> None:
    try:
        taken = await lock.acquire()
    except RedisError as error:
        logger.error("no turn without its lock: Redis, %s", type(error).__name__)  # noqa: TRY400 no trace is needed
        raise LockError("Redis does not answer") from error
    if not taken:
        raise LockError("the conversation is busy")


async def _let_go(lock: Lock) -> None:
    """What cannot be let go ends by itself."""
    try:
        await lock.release()
    except RedisError as error:
        logger.warning("a lock was not let go: %s", type(error).__name__)
