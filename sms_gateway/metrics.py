"""What Prometheus may read."""

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import func, select

from renewal.store import Store
from renewal.store.models import Delivery, InboundText

log = structlog.get_logger(__name__)

REGISTRY = CollectorRegistry()
REQUEST_SECONDS = Histogram(
    "renewal_request_seconds",
    "Time to answer a request",
    ["route", "method", "status"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SIGNATURES_REFUSED = Counter(
    "renewal_webhook_signatures_refused_total", "Webhooks with no or a wrong signature", registry=REGISTRY
)
TEXTS_REPEATED = Counter(
    "renewal_inbound_repeated_total", "Texts that the provider sent again", registry=REGISTRY
)
DELIVERIES = Gauge("renewal_deliveries", "Outgoing texts, by state", ["state"], registry=REGISTRY)
UNANSWERED = Gauge("renewal_inbound_unanswered", "Texts that wait for an answer", registry=REGISTRY)


def refresh(store: Store) -> None:
    """Count anew what lies in the store."""
    with store.read() as session:
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        waiting = session.scalar(
            select(func.count()).select_from(InboundText).where(InboundText.answered_at.is_(None))
        )
    DELIVERIES.clear()
    for state, number in states:
        DELIVERIES.labels(state).set(number)
    UNANSWERED.set(waiting or 0)
