"""What Prometheus may read."""

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import func, select

from renewal.store import Store
from renewal.store.models import Delivery, InboundText

log = structlog.get_logger(__name__)

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST"})  # of our routes
OTHER = "other"

REGISTRY = CollectorRegistry()
REQUEST_SECONDS = Histogram(
    "renewal_request_seconds",
    "Time to answer a request",
    ["route", "method", "status"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSED = Counter(
    "renewal_requests_refused_total",
    "Requests refused, by why: a limit, another site, an unknown host, …",
    ["what"],
    registry=REGISTRY,
)
SIGNATURES_REFUSED = Counter(
    "renewal_webhook_signatures_refused_total", "Webhooks with no or a wrong signature", registry=REGISTRY
)
TEXTS_REPEATED = Counter(
    "renewal_inbound_repeated_total", "Texts that the provider sent again", registry=REGISTRY
)
TEXTS_NOT_ANSWERED = Counter(
    "renewal_inbound_not_answered_total",
    "Texts kept for staff and not answered, by why: too many of one phone, of all, or from abroad",
    ["why"],
    registry=REGISTRY,
)
DELIVERIES = Gauge("renewal_deliveries", "Outgoing texts, by state", ["state"], registry=REGISTRY)
UNANSWERED = Gauge("renewal_inbound_unanswered", "Texts that wait for an answer", registry=REGISTRY)


def method_label(method: str) -> str:
    """The method as a label: a caller may invent as many as he likes, and each label is kept for good."""
    return method if method in METHODS else OTHER


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
