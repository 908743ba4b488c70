"""Hands texts to the provider, many calls at once: claims what may go just before its call, records what came of it."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from renewal.services.texts import claiming, delivery, workers
from renewal.services.texts.claiming import Claimed, Lane, Limits
from renewal.services.texts.delivery import Handed
from renewal.services.texts.provider import Provider
from renewal.store import Store

log = structlog.get_logger(__name__)

FOR_ANSWERS_ONLY = 8  # calls that notices leave free
LOOK_EVERY_S = 0.2
TURN_S = 0.02  # results and claims of one turn share their transactions
STORE_AWAY_S = 0.5
BEAT_EVERY_S = 5.0
UNDER_WAY_S = 15.0  # a stop waits so long for calls to end


class Dispatcher:
    """One worker's sending: a thread that claims and records, and a pool of threads that call."""

    def __init__(
        self,
        store: Store,
        provider: Provider,
        *,
        name: str,
        limits: Limits,
        calls_at_once: int,
        clock: Callable[[], datetime],
    ) -> None:
        """`clock` gives the store's own time; `name` is the worker's."""
        self._store, self._provider, self._limits, self._clock = store, provider, limits, clock
        self._name, self._at_once = name, calls_at_once
        self._calls = ThreadPoolExecutor(max_workers=calls_at_once, thread_name_prefix="call")
        self._done: SimpleQueue[Handed | None] = SimpleQueue()
        self._unwritten: list[Handed] = []
        self._in_flight = 0
        self._failed = False
        self._beat_s = -BEAT_EVERY_S
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Look now: a text was just made."""
        self._done.put(None)

    def stop(self) -> None:
        """Claim nothing more, let the calls under way end, and write down what they came to."""
        self._stopping.set()
        self.wake()
        self._thread.join(timeout=2 * UNDER_WAY_S)
        self._calls.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            began_s = time.monotonic()
            try:
                found = self.turn()
                wait_s = self._rest_s(time.monotonic() - began_s) if found else LOOK_EVERY_S
            except Exception:  # the store is away, or gave up a transaction; nothing is lost by trying again
                log.exception("dispatching_failed")
                wait_s, self._failed = STORE_AWAY_S, True
            self._gather(wait_s)
        self._finish()

    def turn(self) -> bool:
        """Write down what ended and claim what may go, in one transaction; whether there was anything to do."""
        self._beat()
        if self._failed:  # whatever it was that failed, it must not keep results from being written down
            self._write_down()
            self._failed = False
        free = self._at_once - self._in_flight
        if not self._unwritten and not (free > 0 and self._is_anything_due()):
            return False
        room: dict[Lane, int] = {"replies": free, "notices": free - FOR_ANSWERS_ONLY}
        wrote, now = bool(self._unwritten), self._clock()
        with self._store.session() as session:
            if wrote:
                delivery.record(session, self._unwritten, now)
            claims = claiming.claim(
                session, sender=self._provider.name, room=room, limits=self._limits, now=now
            )
        self._unwritten = []
        claimed_s = time.monotonic()
        for text in claims.texts:
            self._in_flight += 1
            self._calls.submit(self._call, text, claimed_s, (text.go_at - now).total_seconds())
        return wrote or bool(claims.looked_at)

    def _is_anything_due(self) -> bool:
        """Looked at by itself, as a transaction that may write keeps all others from SQLite."""
        with self._store.read() as session:
            return claiming.is_anything_due(session, self._clock())

    def _call(self, text: Claimed, claimed_s: float, wait_s: float) -> None:
        if wait_s > 0:
            time.sleep(max(0.0, claimed_s + wait_s - time.monotonic()))
        self._done.put(delivery.hand_over(self._provider, text, claimed_s=claimed_s))

    def _rest_s(self, took_s: float) -> float:
        """How long to leave the store to others: it has one writer where it is a file."""
        return max(TURN_S, took_s) if self._store.engine.dialect.name == "sqlite" else TURN_S

    def _gather(self, wait_s: float) -> None:
        """Take in results; the first that comes, or a call to look, ends a long wait."""
        wait_until_s = time.monotonic() + wait_s
        while (left_s := wait_until_s - time.monotonic()) > 0:
            try:
                self._take_in(self._done.get(timeout=left_s))
            except Empty:
                return
            wait_until_s = min(wait_until_s, time.monotonic() + TURN_S)
        while not self._done.empty():
            self._take_in(self._done.get())

    def _take_in(self, result: Handed | None) -> None:
        if result is not None:
            self._in_flight -= 1
            self._unwritten.append(result)

    def _write_down(self) -> bool:
        """Results stay in memory until they are committed, however long the store is away."""
        if not self._unwritten:
            return False
        with self._store.session() as session:
            delivery.record(session, self._unwritten, self._clock())
        self._unwritten = []
        return True

    def _beat(self) -> None:
        if time.monotonic() - self._beat_s >= BEAT_EVERY_S:
            with self._store.session() as session:
                workers.beat(session, self._name, self._clock())
            self._beat_s = time.monotonic()

    def _finish(self) -> None:
        """What is still under way afterwards becomes uncertain when its lease ends."""
        give_up_s = time.monotonic() + UNDER_WAY_S
        while (self._in_flight or self._unwritten) and time.monotonic() < give_up_s:
            self._gather(LOOK_EVERY_S)
            try:
                self._write_down()
            except Exception:
                log.exception("dispatching_failed")
