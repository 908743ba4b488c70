"""Conversations in a database: a file by default, and never so long that they slow a turn."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

URL_VARIABLE = "RENEWAL_TRACKER_URL"
STATE_VARIABLE = "RENEWAL_STATE_DIR"
LONGEST_EVENTS = (
    90  # some thirteen turns; then, outside a form, a new session begins: each event is read at each turn
)
MEMORY = (
    "memory"  # the slot of what a person told: a new session keeps it, for the person does not know of it
)
_KEPT = "renewal_kept_events"


def tracker_url() -> str:
    """SQLAlchemy's address of the conversations: RENEWAL_TRACKER_URL, else a file in the state folder."""
    chosen = os.environ.get(URL_VARIABLE)
    if chosen:
        return chosen
    folder = Path(os.environ.get(STATE_VARIABLE) or ".state")
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder.resolve() / 'conversations.db'}"


class SessionTrackerStore(SQLTrackerStore):
    """Rasa's SQL store, but it counts what it keeps in memory and starts long conversations anew."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain=domain, host=host or tracker_url(), event_broker=event_broker, **kwargs)
        if self.engine.dialect.name == "sqlite":
            # Rasa opens the file anew for each of a turn's sessions; a pool keeps it open.
            address, shared = self.engine.url, {"check_same_thread": False}
            self.engine.dispose()
            self.engine = sa.create_engine(address, poolclass=sa.pool.QueuePool, connect_args=shared)
            sa.event.listen(self.engine, "connect", _tune_sqlite)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The current session; where it grew too long and no form is open, a new one that knows what was told."""
        tracker = await super().retrieve(sender_id)
        if tracker is None:
            return None
        if len(tracker.events) > LONGEST_EVENTS and not tracker.active_loop_name:
            return self._begun_anew(tracker)
        setattr(tracker, _KEPT, len(tracker.events))
        return tracker

    def _begun_anew(self, long: DialogueStateTracker) -> DialogueStateTracker | None:
        """A session with nothing in it but what was told; None where nothing was, so that Rasa begins one."""
        told = next(
            (event for event in reversed(long.events) if isinstance(event, SlotSet) and event.key == MEMORY),
            None,
        )
        if told is None:
            return None
        tracker = self.init_tracker(long.sender_id)
        for event in (
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            SlotSet(MEMORY, told.value),
            ActionExecuted(ACTION_LISTEN_NAME),
        ):
            tracker.update(event)
        setattr(tracker, _KEPT, 0)
        return tracker

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A tracker of which nothing is kept yet, whatever an earlier session holds."""
        tracker = self.init_tracker(sender_id)
        setattr(tracker, _KEPT, 0)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add what is new."""
        await super().save(tracker)
        setattr(tracker, _KEPT, len(tracker.events))

    def _additional_events(self, session: Any, tracker: DialogueStateTracker) -> Iterator[Any]:
        kept = getattr(tracker, _KEPT, None)
        if kept is None:
            return super()._additional_events(session, tracker)
        return itertools.islice(tracker.events, kept, len(tracker.events))


def _tune_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
