"""What a worker looks after in rounds: jobs that nobody runs, texts that wait too long or of which nobody knows.

Two rounds go side by side, as a provider that answers slowly must not keep the store's own from their turn.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import date

import structlog

from renewal.services import jobs
from renewal.services.app import Services
from renewal.services.renewals import delivery_rounds
from renewal.services.talks import inbound_rounds
from renewal.services.talks.inbound_rounds import MissedTexts
from renewal.services.texts import settling
from renewal.services.texts.call_counts import CallCounts
from renewal.services.texts.provider import Provider
from renewal.settings import SHANGHAI
from sms_gateway.job_care import JobCare

log = structlog.get_logger(__name__)

ROUND_EVERY_S = 2.0
TEXTS = 200
BATCHES = 20
UNSETTLED = 50
RECEIPTS = 20  # asked for in one round, each by a call of the provider
STOP_LIMIT_S = 15.0


class Rounds:
    """The rounds of one worker."""

    def __init__(
        self,
        services: Services,
        provider: Provider,
        care: JobCare,
        missed: MissedTexts,
        calls: CallCounts,
    ) -> None:
        """`calls` are those that this worker makes; their counts are handed in round by round."""
        self._services, self._provider, self._calls = services, provider, calls
        self._care, self._missed = care, missed
        self._stopping = threading.Event()
        self._kept_on: date | None = None
        self._threads = [
            threading.Thread(target=self._go_round, args=(steps,), name=name, daemon=True)
            for name, steps in (("rounds", self._own_steps()), ("asking", self._steps_that_ask()))
        ]

    def start(self) -> None:
        """Begin to go round."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the step at hand, and leave."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=STOP_LIMIT_S)

    def _own_steps(self) -> Mapping[str, Callable[[], object]]:
        services, store, clock = self._services, self._services.store, self._services.store.clock
        return {
            "jobs_taken_up": lambda: self._care.take_up_lost(store, clock()),
            "recovered": lambda: settling.recover(store, clock(), alone=False),
            "expired": lambda: delivery_rounds.expire(store, clock()),
            "batches": lambda: delivery_rounds.enqueue_forgotten(services, clock(), BATCHES),
            "unanswered": lambda: inbound_rounds.requeue_forgotten(services, clock(), TEXTS),
            "set_aside": lambda: inbound_rounds.set_aside_old(services, clock()),
            "jobs_removed": lambda: self._care.remove_finished(services.jobs, clock()),
            "calls_counted": lambda: self._calls.hand_in(store),
            "keeping": self._keep_once_a_day,
        }

    def _steps_that_ask(self) -> Mapping[str, Callable[[], object]]:
        store, clock = self._services.store, self._services.store.clock
        return {
            "settled": self._settle,
            "asked_after": lambda: settling.ask_after_lost(store, self._provider, clock(), RECEIPTS),
            "missed": lambda: self._missed.take_in(clock()),
        }

    def _go_round(self, steps: Mapping[str, Callable[[], object]]) -> None:
        while not self._stopping.wait(ROUND_EVERY_S):
            for name, step in steps.items():
                if self._stopping.is_set():
                    return
                try:
                    step()
                except Exception:  # the next step, and the next round, have their turn all the same
                    log.exception("round_failed", step=name)

    def _settle(self) -> None:
        store = self._services.store
        for delivery_id in delivery_rounds.unsettled(store, store.clock(), UNSETTLED):
            if self._stopping.is_set():
                return
            settling.settle(store, self._provider, delivery_id, store.clock())

    def _keep_once_a_day(self) -> None:
        """Let what was kept long enough end; one job a day, however many workers ask for it and however often."""
        today = self._services.store.clock().astimezone(SHANGHAI).date()
        if self._kept_on == today:
            return
        with self._services.store.session() as session:
            self._services.jobs.enqueue(session, jobs.KEEPING, jobs.NOTICES, id=f"keeping-{today}")
        self._kept_on = today
