"""Ready, and what Prometheus reads: for operators, on a port of their own."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

import httpx
from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from renewal.services.texts import workers
from renewal.services.texts.holds import QUEUE, is_held
from renewal.store import StoreError
from sms_gateway import metrics
from sms_gateway.gateway import Gateway

EXTENSION = "renewal_ops"
ASK_LIMIT_S = 2.0
FRESH_S = 5.0
NOT_READY_FRESH_S = 1.0  # whoever waits for a start asks again soon
OK, DOWN, HELD = "ok", "down", "held"
SERVER_ERRORS_FROM = 500

T = TypeVar("T")
blueprint = Blueprint("ops", __name__)


class Kept(Generic[T]):
    """What a look found, kept for a while: however often it is asked, the look is made seldom, and once at a time."""

    def __init__(self, look: Callable[[], T], fresh_s: Callable[[T], float]) -> None:
        self._look, self._fresh_s = look, fresh_s
        self._lock = threading.Lock()
        self._found: tuple[T, float] | None = None

    def __call__(self) -> T:
        with self._lock:
            if self._found is None or time.monotonic() >= self._found[1]:
                found = self._look()
                self._found = found, time.monotonic() + self._fresh_s(found)
            return self._found[0]


class Ops:
    """What the operators' port tells of one gateway."""

    def __init__(self, parts: Gateway) -> None:
        self._parts = parts
        self.readiness = Kept(self._readiness, lambda found: FRESH_S if _ready(found) else NOT_READY_FRESH_S)
        self.metrics = Kept(self._metrics, lambda _: FRESH_S)

    def _readiness(self) -> dict[str, str]:
        settings = self._parts.services.settings
        return {
            "store": self._store(),
            "rasa": _responds(settings.rasa_url),
            "actions": _responds(f"http://{settings.actions_host}:{settings.actions_port}/health"),
            "provider": self._provider(),
            "worker": self._worker(),
            **({"redis": OK if self._parts.limits.are_shared() else DOWN} if settings.redis_url else {}),
        }

    def _metrics(self) -> bytes:
        try:
            metrics.refresh(self._parts.services.store)
        except Exception as error:  # noqa: BLE001 this process's own counters are told all the same
            metrics.log.warning("metrics_incomplete", why=type(error).__name__)
        return generate_latest(metrics.REGISTRY)

    def _store(self) -> str:
        try:
            self._parts.services.store.ping()
        except StoreError:  # away, or written under other keys than ours
            return DOWN
        return OK

    def _provider(self) -> str:
        """Held or not, from the store: the provider itself is never called, whoever asks."""
        try:
            with self._parts.services.store.read() as session:
                return HELD if is_held(session, QUEUE) else OK
        except Exception:  # noqa: BLE001 the store's own entry says it
            return DOWN

    def _worker(self) -> str:
        """Whether anybody sends and answers: a worker says so in the store every few seconds."""
        store = self._parts.services.store
        try:
            with store.read() as session:
                return OK if workers.at_work(session, store.clock()) else DOWN
        except Exception:  # noqa: BLE001 the store's own entry says it
            return DOWN


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether each part that an answer needs is there; 503 names those that are not."""
    state = _ops().readiness()
    return jsonify(state), 200 if _ready(state) else 503


@blueprint.get("/metrics")
def prometheus() -> Response:
    """Counters of this process, and what lies in the store."""
    return Response(_ops().metrics(), content_type=CONTENT_TYPE_LATEST)


def _ops() -> Ops:
    return cast(Ops, current_app.extensions[EXTENSION])


def _ready(state: dict[str, str]) -> bool:
    return set(state.values()) == {OK}


def _responds(url: str) -> str:
    """Whether anything but a server error comes back."""
    try:
        answer = httpx.get(url, timeout=ASK_LIMIT_S, trust_env=False)
    except httpx.HTTPError:
        return DOWN
    return OK if answer.status_code < SERVER_ERRORS_FROM else DOWN
