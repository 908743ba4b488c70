"""The worker: answers texts, sends, settles, and runs the night. `python -m sms_gateway.worker`."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig

from renewal.domain.errors import RenewalError
from renewal.private_files import keep_private, narrow
from renewal.services import jobs
from renewal.services.app import Services, open_services
from renewal.services.job_data import JobData
from renewal.services.keeping import retention
from renewal.services.night import nightly
from renewal.services.renewals import delivery_rounds, notices
from renewal.services.talks import answering, chat, inbound_rounds
from renewal.services.talks.assistant import Assistant
from renewal.services.talks.inbound_rounds import MissedTexts
from renewal.services.texts import delivery, settling
from renewal.services.texts.provider import Provider
from renewal.settings import SHANGHAI, Settings, SettingsError, load_settings
from renewal.store import StoreError
from sms_gateway.alone import AlreadyRunning, only_one
from sms_gateway.gateway import Gateway, open_assistant
from sms_gateway.logs import set_up_logs
from sms_gateway.providers import open_sender
from sms_gateway.pumping import why_not

log = structlog.get_logger(__name__)

READY_FILE = "worker.ready"
REPLIES_AT_ONCE = 8
NOTICE_JOBS_AT_ONCE = 4
SEND_CHUNK = 20  # texts claimed in one transaction: what a kill leaves to be settled
POLL_S = 0.2
ROUND_EVERY_S = 2.0
ROUND_TEXTS = 200
ROUND_BATCHES = 20
ROUND_RECEIPTS = 20  # asked for in one round, each by a call of the provider
NIGHT_AT = f"0 0 {nightly.STARTS_AT_HOUR} * * *"
STOP_LIMIT_S = 15


class Worker:
    """One process's workflows over one store."""

    def __init__(self, services: Services, provider: Provider, assistant: Assistant) -> None:
        self.services = services
        self.provider = provider
        self.assistant = assistant
        parts = Gateway(services=services, assistant=assistant)
        self._missed = MissedTexts(services, provider, partial(why_not, parts))
        self._stopping = threading.Event()
        self._kept_on: date | None = None
        self._rounds = threading.Thread(target=self._go_round, name="rounds", daemon=True)

    def launch(self, *, alone: bool) -> None:
        """Take up what an earlier process left, then start the queues."""
        self.services.jobs.migrate()
        found = settling.recover(self.services.store, self.services.now(), alone=alone)
        if found:
            log.warning("found_in_sending", texts=found)
        DBOS(config=_config(self.services))
        night = self._register()
        DBOS.launch()
        DBOS.register_queue(
            jobs.REPLIES,
            worker_concurrency=REPLIES_AT_ONCE,
            partition_concurrency=1,  # a phone's texts are answered in their order
            polling_interval_sec=POLL_S,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            jobs.NOTICES,
            worker_concurrency=NOTICE_JOBS_AT_ONCE,
            polling_interval_sec=POLL_S,
            on_conflict="always_update",
        )
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": jobs.NIGHTLY,
                    "workflow_fn": night,
                    "schedule": NIGHT_AT,
                    "cron_timezone": str(SHANGHAI),
                    "queue_name": jobs.NOTICES,
                    "automatic_backfill": False,
                    "context": None,
                }
            ]
        )
        self._catch_up()
        self._rounds.start()

    def stop(self) -> None:
        """Let running jobs end, then leave."""
        self._stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=STOP_LIMIT_S)
        if self._rounds.is_alive():
            self._rounds.join(timeout=STOP_LIMIT_S)

    def _register(self) -> Callable[[datetime, Any], None]:
        """Name the workflows. Each may be rerun from its beginning: the rows say what is done."""
        services = self.services

        @DBOS.workflow(name=jobs.ANSWER_INBOUND)
        def answer_inbound(inbound_id: str, *_of_earlier_releases: int) -> None:
            answering.answer_inbound(services, self.assistant, inbound_id, services.now())

        @DBOS.workflow(name=jobs.ANSWER_CHAT)
        def answer_chat(conversation_id: str, client_id: str, attempt: int) -> None:
            chat.answer_kept(services, self.assistant, conversation_id, client_id, attempt=attempt)

        @DBOS.workflow(name=jobs.SEND_DELIVERY)
        def send_delivery(delivery_id: str) -> None:
            now = services.now()
            line = delivery_rounds.in_line(services.store, delivery_id, now)
            delivery.send(services.store, self.provider, line, now)

        @DBOS.workflow(name=jobs.SEND_NOTICES)
        def send_notices(delivery_ids: list[str]) -> None:
            self._send(delivery_ids)

        @DBOS.workflow(name=jobs.SEND_NOTICE_BATCH)
        def send_notice_batch(batch_id: int) -> None:
            while notices.compose_next(services, batch_id, SEND_CHUNK):
                self._send(notices.left_of(services, batch_id))

        @DBOS.workflow(name=jobs.OWED_NIGHTS)
        def owed_nights() -> None:
            self._run_nights(services.today())

        @DBOS.workflow(name=jobs.KEEPING)
        def keeping() -> None:
            retention.keep(services, services.now())

        @DBOS.workflow(name=jobs.NIGHTLY)
        def night(scheduled_at: datetime, _context: Any) -> None:
            self._run_nights(services.settings.today or scheduled_at.astimezone(SHANGHAI).date())

        return night

    def _catch_up(self) -> None:
        """Do what nights were missed while no worker ran."""
        if nightly.is_owed(self.services, self.services.now()):
            with self.services.store.session() as session:
                today = self.services.today()
                self.services.jobs.enqueue(session, jobs.OWED_NIGHTS, jobs.NOTICES, id=f"owed-nights-{today}")

    def _send(self, delivery_ids: Sequence[str]) -> None:
        for start in range(0, len(delivery_ids), SEND_CHUNK):
            chunk = delivery_ids[start : start + SEND_CHUNK]
            delivery.send(self.services.store, self.provider, chunk, self.services.now())

    def _run_nights(self, day: date) -> None:
        report = nightly.run_nights(self.services, day)
        log.info("night", day=day.isoformat(), outcomes=dict(report.outcomes), seconds=report.seconds)

    def _go_round(self) -> None:
        """Look after what no job looks after: texts whose wait is over, uncertain ones, forgotten ones."""
        while not self._stopping.wait(ROUND_EVERY_S):
            try:
                self.go_round()
            except Exception:
                log.exception("round_failed")

    def go_round(self) -> None:
        """One look at everything that waits."""
        services, now = self.services, self.services.now()
        settling.recover(services.store, now, alone=False)
        for delivery_id in delivery_rounds.unsettled(services.store, now, ROUND_TEXTS):
            if self._stopping.is_set():
                return
            settling.settle(services.store, self.provider, delivery_id, services.now())
        delivery_rounds.expire(services.store, now)
        delivery_rounds.enqueue_due(services.store, services.jobs, now, ROUND_TEXTS)
        delivery_rounds.enqueue_forgotten(services, now, ROUND_BATCHES)
        inbound_rounds.requeue_forgotten(services, now, ROUND_TEXTS)
        inbound_rounds.set_aside_old(services, now)
        settling.ask_after_lost(services.store, self.provider, now, ROUND_RECEIPTS)
        self._missed.take_in(now)
        self._keep_once_a_day(now.astimezone(SHANGHAI).date())

    def _keep_once_a_day(self, today: date) -> None:
        """Let what was kept long enough end; one job a day, however many workers ask for it and however often."""
        if self._kept_on == today:
            return
        with self.services.store.session() as session:
            self.services.jobs.enqueue(session, jobs.KEEPING, jobs.NOTICES, id=f"keeping-{today}")
        self._kept_on = today


def _config(services: Services) -> DBOSConfig:
    return {
        "name": jobs.APPLICATION,
        "system_database_url": jobs.database_url(services.store.engine),
        "dbos_system_schema": jobs.SCHEMA,
        # Fixed, so that jobs of the process before this one are this one's.
        "application_version": jobs.APPLICATION_VERSION,
        "executor_id": os.environ.get("RENEWAL_WORKER_NAME", "worker"),
        "log_level": "WARNING",
        "serializer": JobData(),
        "run_migrations": False,
        "use_listen_notify": False,
    }


@contextmanager
def _ready(state_dir: Path) -> Iterator[None]:
    """A file with our process id, as long as the worker takes jobs."""
    file = state_dir / READY_FILE
    file.write_text(f"{os.getpid()}\n", encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def run(settings: Settings, *, provider: Provider | None = None, assistant: Assistant | None = None) -> None:
    """Work until SIGTERM or SIGINT; provider and assistant are opened from the settings unless given.

    Raises:
        AlreadyRunning: another worker has this state folder.
    """
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with only_one(settings.state_dir / "worker.lock"):
        services = open_services(settings)
        worker = Worker(services, provider or open_sender(services), assistant or open_assistant(settings))
        # A SQLite file is one machine's, and the lock says that we are its only worker.
        worker.launch(alone=services.store.engine.dialect.name == "sqlite")
        with _ready(settings.state_dir):
            log.info("worker_ready", provider=settings.provider)
            stop.wait()
        worker.stop()
        services.store.close()


def main() -> int:
    """Work until stopped; 2 where a setting is wrong or a worker runs already."""
    keep_private()
    set_up_logs()
    try:
        settings = load_settings(program="worker")
        narrow(settings.state_dir)
        run(settings)
    except (SettingsError, RenewalError, StoreError, AlreadyRunning) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
