"""Alive, ready, and what Prometheus reads."""

import httpx
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from renewal.services.texts.holds import QUEUE, is_held
from renewal.store import StoreUnavailable
from sms_gateway import metrics
from sms_gateway.gateway import gateway
from sms_gateway.providers.twilio import TwilioProvider

blueprint = Blueprint("health", __name__)

ASK_LIMIT_S = 2.0
OK, DOWN, HELD = "ok", "down", "held"
SERVER_ERRORS_FROM = 500


@blueprint.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return jsonify(ok=True)


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether each part that an answer needs is there; 503 names those that are not."""
    settings = gateway().services.settings
    actions = f"http://{settings.actions_host}:{settings.actions_port}/health"
    state = {
        "store": _store(),
        "rasa": _responds(settings.rasa_url),
        "actions": _responds(actions),
        "provider": _provider(),
    }
    return jsonify(state), 200 if set(state.values()) == {OK} else 503


@blueprint.get("/metrics")
def prometheus() -> Response:
    """Counters of this process, and what lies in the store."""
    try:
        metrics.refresh(gateway().services.store)
    except Exception as error:  # noqa: BLE001 this process's own counters are told all the same
        metrics.log.warning("metrics_incomplete", why=type(error).__name__)
    return Response(generate_latest(metrics.REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _store() -> str:
    try:
        gateway().services.store.ping()
    except StoreUnavailable:
        return DOWN
    return OK


def _responds(url: str) -> str:
    """Whether anything but a server error comes back."""
    try:
        answer = httpx.get(url, timeout=ASK_LIMIT_S, trust_env=False)
    except httpx.HTTPError:
        return DOWN
    return OK if answer.status_code < SERVER_ERRORS_FROM else DOWN


def _provider() -> str:
    parts = gateway()
    try:
        with parts.services.store.read() as session:
            if is_held(session, QUEUE):
                return HELD
    except Exception:  # noqa: BLE001 the store's own entry says it
        return DOWN
    if isinstance(parts.provider, TwilioProvider):
        return _responds(parts.provider.api_url)
    return OK
