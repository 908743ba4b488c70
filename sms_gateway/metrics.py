"""What Prometheus may read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from renewal.services.texts.call_counts import BOUNDS_S, ENDLESS_S, Calls, counted
from renewal.services.texts.delivery_states import FINAL_RANK, RANK
from renewal.services.texts.provider import DeliveryState
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
DELIVERIES = Gauge(
    "renewal_deliveries", "Outgoing texts, by lane and state", ["lane", "state"], registry=REGISTRY
)
OLDEST = Gauge(
    "renewal_deliveries_oldest_seconds",
    "Age of the oldest outgoing text that is not at its end, by lane and state; of a pending one since it was due",
    ["lane", "state"],
    registry=REGISTRY,
)
TEXTS = Gauge(
    "renewal_texts", "Outgoing texts, by what they say and state", ["template", "state"], registry=REGISTRY
)
TEXTS_OLDEST = Gauge(
    "renewal_texts_oldest_seconds",
    "How long the oldest text that is not at its end has been in its state, by what it says",
    ["template", "state"],
    registry=REGISTRY,
)
UNANSWERED = Gauge("renewal_inbound_unanswered", "Texts that wait for an answer", registry=REGISTRY)
UNANSWERED_OLDEST = Gauge(
    "renewal_inbound_unanswered_oldest_seconds",
    "How long the text that waits longest for an answer has waited",
    registry=REGISTRY,
)
PENDING = DeliveryState.PENDING.value
UNENDED = tuple(state.value for state, rank in RANK.items() if 0 <= rank < FINAL_RANK)


class ProviderSeconds(Collector):
    """How long the calls of all workers took, as the store has them; empty until it was looked at."""

    def __init__(self) -> None:
        self.calls: Sequence[Calls] = ()

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """One histogram a provider and outcome."""
        told = HistogramMetricFamily(
            "renewal_provider_call_seconds",
            "Time of a provider's call that hands over a text, by outcome: taken, or the class of the refusal",
            labels=["provider", "outcome"],
        )
        of: dict[tuple[str, str], dict[float, Calls]] = defaultdict(dict)
        for each in self.calls:
            of[each.provider, each.outcome][each.up_to_s] = each
        for labels, found in of.items():
            so_far, buckets = 0, []
            for bound in (*BOUNDS_S, ENDLESS_S):
                so_far += found[bound].calls if bound in found else 0
                buckets.append(("+Inf" if bound == ENDLESS_S else str(bound), so_far))
            told.add_metric(labels, buckets, sum_value=sum(each.seconds for each in found.values()))
        yield told


PROVIDER_SECONDS = ProviderSeconds()
REGISTRY.register(PROVIDER_SECONDS)


def method_label(method: str) -> str:
    """The method as a label: a caller may invent as many as he likes, and each label is kept for good."""
    return method if method in METHODS else OTHER


def refresh(store: Store) -> None:
    """Count anew what lies in the store."""
    now = store.clock()
    with store.read() as session:
        _count_lanes(session, now)
        _count_templates(session, now)
        unanswered = InboundText.answered_at.is_(None)
        waiting = session.scalar(select(func.count()).where(unanswered)) or 0
        waits_since = session.scalar(select(func.min(InboundText.received_at)).where(unanswered))
    UNANSWERED.set(waiting)
    UNANSWERED_OLDEST.set(_age_s(waits_since, now) if waits_since else 0.0)
    PROVIDER_SECONDS.calls = counted(store)


def _count_lanes(session: Session, now: datetime) -> None:
    kinds = (Delivery.lane, Delivery.state)
    since = func.coalesce(Delivery.not_before_at, Delivery.updated_at)
    states = session.execute(select(*kinds, func.count()).group_by(*kinds)).all()
    oldest = session.execute(
        select(*kinds, func.min(case((Delivery.state == PENDING, since), else_=Delivery.updated_at)))
        .where(Delivery.state.in_(UNENDED))
        .group_by(*kinds)
    ).all()
    DELIVERIES.clear()
    OLDEST.clear()
    for lane, state, number in states:
        DELIVERIES.labels(lane, state).set(number)
    for lane, state, since_at in oldest:
        OLDEST.labels(lane, state).set(_age_s(since_at, now))


def _count_templates(session: Session, now: datetime) -> None:
    """Apart from the lanes: one walk along an index, where both together would sort all texts at each look."""
    kinds = (Delivery.template, Delivery.state)
    rows = session.execute(select(*kinds, func.count(), func.min(Delivery.updated_at)).group_by(*kinds)).all()
    TEXTS.clear()
    TEXTS_OLDEST.clear()
    for template, state, number, since_at in rows:
        TEXTS.labels(template, state).set(number)
        if state in UNENDED:
            TEXTS_OLDEST.labels(template, state).set(_age_s(since_at, now))


def _age_s(since_at: datetime, now: datetime) -> float:
    return max(0.0, (now - since_at).total_seconds())
