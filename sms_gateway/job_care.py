"""Jobs that nobody runs are put back on their queue, and those that ended long ago go."""

import platform
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import structlog
from dbos import DBOS
from dbos._dbos import _get_dbos_instance
from dbos._utils import INTERNAL_QUEUE_NAME

from renewal.services.jobs import Jobs
from renewal.services.texts import workers
from renewal.store import Store

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=2)  # longer than any job's name must stay taken
REMOVED_AT_ONCE = 500
FOLDER_CHARS = 8


def worker_name(given: str, state_dir: Path) -> str:
    """The worker's name, the same after a restart: the operator's, or one made of the machine and the state folder.

    No two workers that run have the same: a state folder has one worker.
    """
    folder = sha256(str(state_dir.resolve()).encode()).hexdigest()[:FOLDER_CHARS]
    return given or f"{platform.node()}-{folder}"


class JobCare:
    """Looks after one worker's jobs, and after those of workers that are gone."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._idle: frozenset[str] = frozenset()

    def take_up_lost(self, store: Store, now: datetime) -> int:
        """Put back jobs that are marked as running and are run by nobody; returns how many.

        One of ours is lost where no thread has it at two looks in a row: it was marked, and the store went away
        before it was begun. One of another worker is where that worker was not heard of for a while.
        """
        marked = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        running = set(_get_dbos_instance()._active_workflows_set.activeList())  # noqa: SLF001 - no public way
        with store.read() as session:
            at_work = {self._name, *workers.at_work(session, now)}
        ours = {job.workflow_id for job in marked if job.executor_id == self._name}
        idle = frozenset(ours - running)
        lost = [
            (job.workflow_id, str(job.executor_id))
            for job in marked
            if job.workflow_id in idle & self._idle or job.executor_id not in at_work
        ]
        self._idle = idle
        return self._put_back(lost)

    def remove_finished(self, jobs: Jobs, now: datetime) -> None:
        """Let jobs go that ended long ago, some at a time."""
        jobs.remove_finished(now - KEPT_FOR, REMOVED_AT_ONCE)

    def _put_back(self, lost: Sequence[tuple[str, str]]) -> int:
        system = _get_dbos_instance()._sys_db  # noqa: SLF001 - no public way that keeps the queue
        back = sum(system.reenqueue_for_recovery(job, [owner], INTERNAL_QUEUE_NAME) for job, owner in lost)
        if back:
            log.warning("jobs_taken_up", jobs=back)
        return back
