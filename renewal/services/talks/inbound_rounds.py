"""What the worker looks after in rounds: texts whose answer was forgotten, that are too old, or that never came in."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select

from renewal.services.jobs import ANSWER_INBOUND
from renewal.services.talks import answering, inbound
from renewal.services.talks.answering import GIVE_UP_AFTER
from renewal.services.texts.provider import InboundText, NotOffered, Provider, SendError
from renewal.services.work import WORKER, Work
from renewal.store.models import InboundText as InboundRow

if TYPE_CHECKING:
    from renewal.services.app import Services

log = structlog.get_logger(__name__)

FORGOTTEN_AFTER = timedelta(minutes=1)  # past the moment for which its job was queued
LOOK_EVERY = timedelta(minutes=5)
LOOK_BACK = timedelta(hours=1)  # a webhook that the provider still tries again may be listed before it comes
SET_ASIDE_AT_ONCE = 10  # a round; a clock that leaps is noticed before it costs much
_TRIED_AT = func.coalesce(InboundRow.next_try_at, InboundRow.received_at)


def requeue_forgotten(services: "Services", now: datetime, limit: int) -> int:
    """Put texts back on the queue whose job ended without an answer; returns how many.

    One whose job waits or runs needs no second. Each that was found is looked at again only after a while, so those
    at the head never keep others from their turn.
    """
    queued = 0
    with Work.begin(services, actor=WORKER, now=now) as work:
        rows = work.session.scalars(
            select(InboundRow)
            .where(InboundRow.answered_at.is_(None), now - FORGOTTEN_AFTER > _TRIED_AT)
            .where(InboundRow.received_at > now - GIVE_UP_AFTER)
            .order_by(_TRIED_AT)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        live = services.jobs.live(work.session, ANSWER_INBOUND) if rows else frozenset()
        for row in rows:
            if answering.job_name(row) in live:
                row.next_try_at = now
            else:
                answering.enqueue_answer(work, row)
                queued += 1
    return queued


def set_aside_old(services: "Services", now: datetime) -> int:
    """Give texts to staff that nobody could answer for days; returns how many. `now` is the store's own time."""
    with Work.begin(services, actor=WORKER, now=now) as work:
        rows = work.session.scalars(
            select(InboundRow)
            .where(InboundRow.answered_at.is_(None), InboundRow.received_at <= now - GIVE_UP_AFTER)
            .order_by(InboundRow.received_at)
            .limit(SET_ASIDE_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            answering.set_aside(work, row, why="too old")
    return len(rows)


class MissedTexts:
    """Takes in what the provider got for us and could not tell: the gateway was away, or its store was locked."""

    def __init__(self, services: "Services", provider: Provider, why_not: Callable[[str], str]) -> None:
        """`why_not` says of a phone why its text is not answered, empty where it is."""
        self._services, self._provider, self._why_not = services, provider, why_not
        self._known_until: datetime | None = None
        self._next_look_at: datetime | None = None

    def take_in(self, now: datetime) -> int:
        """Look at the provider's list, at most every few minutes; returns how many texts were missing.

        The first look goes back as far as a text is answered at all, a later one to the last that succeeded.
        """
        if self._next_look_at is not None and now < self._next_look_at:
            return 0
        self._next_look_at = now + LOOK_EVERY
        since = self._known_until - LOOK_BACK if self._known_until else now - GIVE_UP_AFTER
        try:
            listed = self._provider.recent_inbound(since)
        except NotOffered:
            return 0
        except SendError as error:
            log.warning("list_failed", failure=error.failure.value, code=error.code)
            return 0
        missing = self._missing(listed)
        for text in missing:
            inbound.receive(self._services, text, now, silent=self._why_not(text.phone))
        self._known_until = now
        if missing:
            log.warning("missed_texts_taken_in", texts=len(missing))
        return len(missing)

    def _missing(self, listed: Sequence[InboundText]) -> list[InboundText]:
        with self._services.store.read() as session:
            return [
                text
                for text in listed
                if session.scalar(
                    select(InboundRow.id).where(
                        InboundRow.provider == text.provider, InboundRow.provider_ref == text.provider_ref
                    )
                )
                is None
            ]
