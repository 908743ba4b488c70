"""Conversations in a database: a file by default, sealed, not for ever, and never so long that they slow a turn.

A name or a phone decides how a text is understood in the very turn that tells it, so Rasa reads what was said and no
placeholders; in return each event lies sealed under Rasa's own key, and nothing personal rests in clear.

Beside the sealed data stand the columns that Rasa filters by: the sender (the gateway's opaque id, never a phone),
the kind of event, its time, an intent's name, and the name of an action or slot. None of them holds what was said.
"""

import itertools
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.quiet_logs import plain_errors
from bot.sealing import MissingKey, Unreadable, seal_of_environment
from bot.tracker_files import (
    forget_before,
    index_what_is_looked_for,
    make_private,
    scrub,
    seal_what_is_clear,
    tune_sqlite,
)

logger = logging.getLogger(__name__)
URL_VARIABLE = "RENEWAL_TRACKER_URL"
STATE_VARIABLE = "RENEWAL_STATE_DIR"
KEEP_VARIABLE = "RENEWAL_KEEP_TRACKERS_DAYS"
KEEP_DAYS = "30"  # as in renewal/settings_fields.py
DAY_S = 86_400.0
FORGETS_EVERY_S = 3_600.0
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
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return f"sqlite:///{folder.resolve() / 'conversations.db'}"


def kept_seconds() -> float:
    """How long a silent conversation is kept. Raises RasaException where RENEWAL_KEEP_TRACKERS_DAYS is no number."""
    named = os.environ.get(KEEP_VARIABLE) or KEEP_DAYS
    if not named.isascii() or not named.isdigit() or int(named) < 1:
        raise RasaException(f"{KEEP_VARIABLE} must be a whole number of days, 1 or more")
    return int(named) * DAY_S


class SessionTrackerStore(SQLTrackerStore):
    """Rasa's SQL store, but sealed, forgetful, and with a count in memory of what it keeps.

    What another key sealed is not read: that conversation begins anew, and the log says so.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        clock: Callable[[], float] = time.time,
        **kwargs: Any,
    ) -> None:
        """Open the database, and seal or delete there what should not lie in it as it does.

        Raises:
            RasaException: there is no key, or the time to keep conversations is malformed.
        """
        try:
            self._seal = seal_of_environment()
        except MissingKey as missing:
            raise RasaException(str(missing)) from None
        self._kept_s = kept_seconds()
        self._clock = clock
        address = host or tracker_url()
        make_private(address)
        super().__init__(domain=domain, host=address, event_broker=event_broker, **kwargs)
        if self.engine.dialect.name == "sqlite":
            # Rasa opens the file anew for each of a turn's sessions; a pool keeps it open.
            url, shared = self.engine.url, {"check_same_thread": False}
            self.engine.dispose()
            self.engine = sa.create_engine(url, poolclass=sa.pool.QueuePool, connect_args=shared)
            sa.event.listen(self.engine, "connect", tune_sqlite)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self._events = self.SQLEvent.__table__
        index_what_is_looked_for(self.engine, self._events)
        self._forget_silent()
        sealed = seal_what_is_clear(self.engine, self._events, self._seal)
        scrub(self.engine, self._events, rewritten=bool(sealed))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The current session; where it grew too long and no form is open, a new one that knows what was told."""
        with plain_errors():
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
        """Add what is new, sealed; now and then, forget who was silent for long."""
        await self.stream_events(tracker)
        with plain_errors(), self.session_scope() as session:
            session.add_all(
                self._row(tracker.sender_id, event) for event in self._additional_events(session, tracker)
            )
            session.commit()
        setattr(tracker, _KEPT, len(tracker.events))
        if self._clock() >= self._forgot_at + FORGETS_EVERY_S:
            self._forget_silent()

    def _row(self, sender_id: str, event: Any) -> Any:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=data.get("parse_data", {}).get("intent", {}).get("name"),
            action_name=data.get("name"),
            data=self._seal.seal(sender_id, json.dumps(data)),
        )

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        with self.session_scope() as session:
            kept = self._event_query(session, sender_id, fetch_events_from_all_sessions)
            rows = [data for (data,) in kept.with_entities(self.SQLEvent.data)]
        try:
            events = [json.loads(self._seal.open(sender_id, data)) for data in rows]
        except Unreadable:
            logger.warning("conversation %s is not sealed with our key: it begins anew", sender_id)
            return None
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots) if events else None

    def _additional_events(self, session: Any, tracker: DialogueStateTracker) -> Iterator[Any]:
        kept = getattr(tracker, _KEPT, None)
        if kept is None:
            return super()._additional_events(session, tracker)
        return itertools.islice(tracker.events, kept, len(tracker.events))

    def _forget_silent(self) -> None:
        """Delete what was said too long ago. A database that is busy is asked again in an hour: no turn fails by it."""
        self._forgot_at = self._clock()
        try:
            forget_before(self.engine, self._events, self._forgot_at - self._kept_s)
        except sa.exc.SQLAlchemyError as error:
            logger.warning("old conversations were not deleted: %s", type(error).__name__)
