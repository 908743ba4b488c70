"""Durable jobs: put on a queue in the transaction that writes our own rows (docs/architecture.md)."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Engine, TableClause, column, literal, select, table
from sqlalchemy.orm import Session

from renewal.store.engine import READ_ONLY

if TYPE_CHECKING:
    from dbos import DBOSClient

# One name for every process and release: jobs left by an older one are taken up by the next.
APPLICATION = "renewal"
APPLICATION_VERSION = "1"
SCHEMA = "dbos"

REPLIES = "replies"
NOTICES = "notices"

ANSWER_INBOUND = "answer_inbound"
ANSWER_CHAT = "answer_chat"
FORGET_TALK = "forget_talk"
SEND_NOTICE_BATCH = "send_notice_batch"
NIGHTLY = "nightly"
OWED_NIGHTS = "owed_nights"
KEEPING = "keeping"
# Names that a job may still have which was queued before texts were found in their own table.
OF_EARLIER_RELEASES = ("send_delivery", "send_notices")

ENQUEUED = "ENQUEUED"
LIVE = (ENQUEUED, "DELAYED", "PENDING")
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
WAITING = (ENQUEUED, "DELAYED")
DELETED_AT_ONCE = 500


class HasEngine(Protocol):
    """What `Jobs` needs of the store: the engine whose transactions it joins."""

    @property
    def engine(self) -> Engine: ...


class Jobs:
    """Enqueues DBOS workflows by name; the worker has their code."""

    def __init__(self, store: HasEngine) -> None:
        self._engine = store.engine

    def migrate(self) -> None:
        """Make or upgrade DBOS's own tables, in the store's database. Safe to repeat."""
        from dbos import DBOS

        DBOS.migrate(database_url(self._engine), schema=SCHEMA)

    def enqueue(
        self,
        session: Session,
        workflow: str,
        queue: str,
        *args: Any,
        id: str,
        partition: str | None = None,
        delay_s: float = 0.0,
    ) -> None:
        """Put `workflow(*args)` on `queue` when `session` commits, and not if it rolls back.

        The arguments lie in DBOS's table in clear: ids and numbers only.
        `id` makes it idempotent: the same id again changes nothing, whatever became of the first.
        `partition` (needed on `replies`) keeps the jobs of one phone in one line.
        """
        options: dict[str, Any] = {
            "workflow_name": workflow,
            "queue_name": queue,
            "workflow_id": id,
            "app_version": APPLICATION_VERSION,
        }
        if partition is not None:
            options["queue_partition_key"] = partition
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(session, options, *args)  # type: ignore[arg-type]

    def any_waits(self, queue: str) -> bool:
        """Whether a job of this queue may be taken now; a look at an index that keeps nobody from writing."""
        of = self._table.c
        waits = select(literal(1)).where(of.queue_name == queue, of.status == ENQUEUED).limit(1)
        with self._engine.execution_options(**{READ_ONLY: True}).connect() as connection:
            return connection.scalar(waits) is not None

    def live(self, session: Session, workflow: str) -> frozenset[str]:
        """Names of the jobs of one kind that wait or run: a second one for the same would be in vain."""
        of = self._table.c
        return frozenset(
            session.scalars(select(of.workflow_uuid).where(of.name == workflow, of.status.in_(LIVE)))
        )

    def remove_finished(self, before: datetime, limit: int) -> int:
        """Forget up to `limit` jobs that ended before `before`; returns how many. The rows say what was done."""
        ended = self._client.list_workflows(
            status=list(ENDED),
            completed_before=before.isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        if ended:
            self._client.delete_workflows([job.workflow_id for job in ended])
        return len(ended)

    def forget(self, partitions: Iterable[str], *, waiting: bool) -> int:
        """Delete the jobs of these lines that ended, and those that wait as well where told so; returns how many.

        A job names its line, a phone's hash or a conversation, and when it ran. Not within a transaction of the
        caller's: SQLite has one writer.
        """
        of, gone = self._table.c, 0
        states = ENDED + WAITING if waiting else ENDED
        for line in partitions:
            ids = select(of.workflow_uuid).where(of.queue_partition_key == line, of.status.in_(states))
            with self._engine.connect() as connection:
                found = list(connection.scalars(ids))
            for start in range(0, len(found), DELETED_AT_ONCE):
                self._client.delete_workflows(found[start : start + DELETED_AT_ONCE])
            gone += len(found)
        return gone

    @property
    def _table(self) -> TableClause:
        """DBOS's table of jobs, as far as we look at it."""
        schema = SCHEMA if self._engine.dialect.name == "postgresql" else None
        names = ("workflow_uuid", "name", "status", "queue_name", "queue_partition_key")
        return table("workflow_status", *(column(name) for name in names), schema=schema)

    @cached_property
    def _client(self) -> "DBOSClient":
        # Imported at first use: the action server opens the services too and never enqueues.
        from dbos import DBOSClient

        from renewal.services.job_data import JobData

        return DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            application_name=APPLICATION,
            serializer=JobData(),
            lazy=True,
        )

    def warm(self) -> None:
        """Load the client now, so that the first text doesn't pay for it."""
        self._client  # noqa: B018


def database_url(engine: Engine) -> str:
    """The engine's URL with its password, as DBOS wants it."""
    return engine.url.render_as_string(hide_password=False)
