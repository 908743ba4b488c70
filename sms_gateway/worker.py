"""The worker: answers texts, sends, settles, and runs the night. `python -m sms_gateway.worker`."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
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
from renewal.services.app import Services, services_on
from renewal.services.job_data import JobData
from renewal.services.keeping import retention
from renewal.services.night import nightly
from renewal.services.renewals import notices
from renewal.services.talks import answering, chat
from renewal.services.talks.assistant import Assistant
from renewal.services.talks.inbound_rounds import MissedTexts
from renewal.services.texts import settling
from renewal.services.texts.call_counts import CallCounts
from renewal.services.texts.claiming import Limits
from renewal.services.texts.provider import Provider
from renewal.services.texts.recovering import while_store_recovers
from renewal.services.texts.templates import load_templates
from renewal.settings import SHANGHAI, Settings, SettingsError, load_settings
from renewal.store import StoreError, trackers
from sms_gateway.alone import AlreadyRunning, only_one, only_one_on
from sms_gateway.dispatcher import Dispatcher
from sms_gateway.gateway import Gateway, open_assistant
from sms_gateway.job_care import JobCare, worker_name
from sms_gateway.logs import set_up_logs
from sms_gateway.looking import Watched, look_first
from sms_gateway.providers import open_sender
from sms_gateway.providers.watched import WatchedProvider
from sms_gateway.pumping import why_not
from sms_gateway.rounds import Rounds

log = structlog.get_logger(__name__)

READY_FILE = "worker.ready"
REPLIES_AT_ONCE = 8
NOTICE_JOBS_AT_ONCE = 4
WORDED_AT_ONCE = 100  # notices put into words in one transaction
POLL_S = 0.2  # of the queue of answers
NOBODY_WAITS_POLL_S = 1.0
NIGHT_AT = f"0 0 {nightly.STARTS_AT_HOUR} * * *"
STOP_LIMIT_S = 15


class Worker:
    """One process's workflows over one store."""

    def __init__(
        self,
        services: Services,
        provider: Provider,
        assistant: Assistant,
        calls: CallCounts | None = None,
    ) -> None:
        self.services = services
        self.provider = provider
        self.assistant = Watched(assistant)
        self.name = worker_name(os.environ.get("RENEWAL_WORKER_NAME", ""), services.settings.state_dir)
        self._dispatcher = Dispatcher(
            services.store,
            provider,
            name=self.name,
            limits=Limits.of(services.settings),
            calls_at_once=services.settings.sms_calls_at_once,
            clock=services.store.clock,
        )
        parts = Gateway.of(services, assistant)
        missed = MissedTexts(services, provider, partial(why_not, parts))
        self._rounds = Rounds(services, provider, JobCare(self.name), missed, calls or CallCounts())

    def launch(self, *, alone: bool) -> None:
        """Take up what an earlier process left, then start the queues."""
        self.services.jobs.migrate()
        found = settling.recover(self.services.store, self.services.store.clock(), alone=alone)
        if found:
            log.warning("found_in_sending", texts=found)
        DBOS(config=_config(self.services, self.name))
        night = self._register()
        DBOS.launch()
        look_first(self.services.jobs, self.assistant)
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
            polling_interval_sec=NOBODY_WAITS_POLL_S,
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
        self._dispatcher.start()
        self._rounds.start()

    def stop(self) -> None:
        """Let running jobs end, then leave."""
        self._dispatcher.stop()
        self._rounds.stop()
        DBOS.destroy(workflow_completion_timeout_sec=STOP_LIMIT_S)

    def _register(self) -> Callable[[datetime, Any], None]:
        """Name the workflows. Each may be rerun from its beginning: the rows say what is done."""
        services = self.services

        @DBOS.workflow(name=jobs.ANSWER_INBOUND)
        def answer_inbound(inbound_id: str, *_of_earlier_releases: int) -> None:
            while_store_recovers(
                lambda: answering.answer_inbound(services, self.assistant, inbound_id, services.now())
            )
            self._dispatcher.wake()

        @DBOS.workflow(name=jobs.ANSWER_CHAT)
        def answer_chat(conversation_id: str, client_id: str, attempt: int, caller_hash: str = "") -> None:
            chat.answer_kept(
                services,
                self.assistant,
                conversation_id,
                client_id,
                attempt=attempt,
                caller_hash=caller_hash,
            )

        @DBOS.workflow(name=jobs.FORGET_TALK)
        def forget_talk(conversation_id: str) -> None:
            trackers.forget(services.settings, [conversation_id])

        @DBOS.workflow(name=jobs.SEND_NOTICE_BATCH)
        def word_notices(batch_id: int) -> None:
            words: notices.Words = {}
            while while_store_recovers(
                lambda: notices.compose_next(services, batch_id, WORDED_AT_ONCE, words)
            ):
                self._dispatcher.wake()

        for name in jobs.OF_EARLIER_RELEASES:
            DBOS.workflow(name=name)(_leave_to_the_dispatcher)

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

    def _run_nights(self, day: date) -> None:
        report = nightly.run_nights(self.services, day)
        log.info("night", day=day.isoformat(), outcomes=dict(report.outcomes), seconds=report.seconds)


def _leave_to_the_dispatcher(*_: Any) -> None:
    """An earlier release made a job for each text; the dispatcher finds the text by itself."""


def _config(services: Services, name: str) -> DBOSConfig:
    return {
        "name": jobs.APPLICATION,
        "system_database_url": jobs.database_url(services.store.engine),
        "dbos_system_schema": jobs.SCHEMA,
        # Fixed, so that jobs of the process before this one are this one's.
        "application_version": jobs.APPLICATION_VERSION,
        "executor_id": name,
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
        AlreadyRunning: another worker has this state folder, or this SQLite file.
        BadTemplate: an SMS template breaks a rule for texts.
    """
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with (
        only_one(settings.state_dir / "worker.lock"),
        only_one_on(settings.store_url),
        services_on(settings) as services,
    ):
        load_templates(services)  # a text that may not go out is told now, not at night
        calls = CallCounts()
        sender = WatchedProvider(provider, calls) if provider else open_sender(services, calls)
        worker = Worker(services, sender, assistant or open_assistant(settings), calls)
        # A SQLite file is one machine's, and the lock says that we are its only worker.
        worker.launch(alone=services.store.engine.dialect.name == "sqlite")
        with _ready(settings.state_dir):
            log.info("worker_ready", provider=settings.provider)
            if settings.providers[0].only_templates:
                log.warning("free_answers_are_not_sent", provider=settings.provider)
            stop.wait()
        worker.stop()


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
