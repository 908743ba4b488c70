"""What the worker looks after in rounds: texts that nobody can settle, and batches whose job was lost."""

import random
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, exists, or_, select

from renewal.services.app import Services
from renewal.services.jobs import SEND_NOTICE_BATCH
from renewal.services.renewals import notices
from renewal.services.texts.delivery_states import advance
from renewal.services.texts.holds import not_held
from renewal.services.texts.provider import DeliveryState
from renewal.services.work import WORKER, Work
from renewal.store import Store
from renewal.store.models import Delivery, DeliveryEvent

log = structlog.get_logger(__name__)

SETTLE_AFTER = timedelta(minutes=1)  # a provider lists what it took within this
FORGOTTEN_AFTER = timedelta(minutes=15)  # a batch that is not put into words: its job failed
GIVE_UP_AFTER = timedelta(days=7)
STILL_TRIED = timedelta(days=1)
GIVEN_UP_AT_ONCE = 10  # a round; a clock that leaps is noticed before it costs much
GIVEN_UP = "given up"


def unsettled(store: Store, now: datetime, limit: int) -> list[str]:
    """Uncertain texts that the provider must have listed by now, if it has them."""
    with store.read() as session:
        query = (
            select(Delivery.id)
            .where(Delivery.state == DeliveryState.UNCERTAIN.value, Delivery.updated_at <= now - SETTLE_AFTER)
            .order_by(Delivery.updated_at)
            .limit(limit)
        )
        return list(session.scalars(query))


def expire(store: Store, now: datetime) -> int:
    """Give up a few of those that were tried, or asked about, for so long that they would only confuse; how many.

    A text that never went to the provider is not given up here, nor is any while it is held: it waits for us, and
    not the other way round. So the week begins with the first try, and anew when a hold is lifted. `now` is the
    store's own time. `texts.dead_letters` gives them another try.
    """
    a_week_ago = now - GIVE_UP_AFTER
    was_tried = exists().where(
        DeliveryEvent.delivery_id == Delivery.id,
        DeliveryEvent.state_to == DeliveryState.SENDING.value,
        DeliveryEvent.at < a_week_ago,
    )
    tried_in_vain = and_(
        Delivery.state == DeliveryState.PENDING.value,
        Delivery.created_at < a_week_ago,
        Delivery.called_at > now - STILL_TRIED,
        was_tried,
    )
    never_settled = and_(Delivery.state == DeliveryState.UNCERTAIN.value, Delivery.updated_at < a_week_ago)
    with store.session() as session:
        given_up = session.scalars(
            select(Delivery)
            .where(or_(tried_in_vain, never_settled), not_held(since=a_week_ago))
            .order_by(Delivery.updated_at)
            .limit(GIVEN_UP_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for row in given_up:
            advance(session, row, DeliveryState.EXPIRED, raw=GIVEN_UP, now=now)
        if given_up:
            log.error("texts_given_up", texts=len(given_up))
        return len(given_up)


def enqueue_forgotten(services: Services, now: datetime, limit: int) -> int:
    """Put notice batches whose job was lost on their queue again; returns how many. A job that lives is left alone."""
    slot = int(now.timestamp() // FORGOTTEN_AFTER.total_seconds())
    with services.store.read() as session:
        old = notices.forgotten(session, now - FORGOTTEN_AFTER)
        live = services.jobs.live(session, SEND_NOTICE_BATCH) if old else frozenset()
    at_work_on = {name.split("-")[2] for name in live}
    lost = [batch_id for batch_id in old if str(batch_id) not in at_work_on]
    # Any of them, so that some whose job fails each time never keep the others from their turn.
    chosen = random.sample(lost, min(limit, len(lost)))
    for batch_id in chosen:
        with Work.begin(services, actor=WORKER, now=now) as work:
            notices.enqueue_batch(work, batch_id, again=str(slot))
    return len(chosen)
