"""The gateway: the one process that faces the network, and what it tells its operators."""

import time
from collections.abc import Callable

import structlog
from flask import Blueprint, Flask, Response, g, request

from renewal.services.app import Services, open_services
from renewal.services.talks.assistant import Assistant
from renewal.settings import Settings
from sms_gateway import checks, desk
from sms_gateway.answers import answer_errors
from sms_gateway.blueprints import chat, health, ops, pages, reference, requests, sms, widget
from sms_gateway.desk.app import below, furnish
from sms_gateway.gateway import EXTENSION, Gateway, gateway, open_assistant
from sms_gateway.headers import add_headers
from sms_gateway.limits_table import LONGEST_BODY_BYTES
from sms_gateway.metrics import REQUEST_SECONDS, method_label
from sms_gateway.providers import open_providers
from sms_gateway.providers import pages as pages_of_providers
from sms_gateway.widget_words import WidgetWords

log = structlog.get_logger(__name__)


def create_app(
    settings: Settings, services: Services | None = None, assistant: Assistant | None = None
) -> Flask:
    """The app over these settings; services and assistant are opened from them unless given."""
    services = services or open_services(settings)
    services.jobs.warm()
    parts = Gateway.of(services, assistant or open_assistant(settings))
    webhooks = [sms.webhooks(provider) for provider in open_providers(services)]
    ours = [chat, requests, widget, health, pages, reference]
    routes = [*webhooks, *pages_of_providers(settings), *(each.blueprint for each in ours)]
    check_host = checks.refuse_other_hosts(checks.public_hosts(settings))
    public = _app(parts, routes, check_host)
    public.extensions[widget.EXTENSION] = WidgetWords(services)
    if settings.desk_is_open:
        below(public, _desk(parts, check_host))
    return public


def _desk(parts: Gateway, check_host: Callable[[], None]) -> Flask:
    app = Flask(desk.__name__)  # its templates and files lie there
    _house(app, parts, check_host)
    furnish(app, parts.services.settings)
    return app


def create_ops_app(public: Flask) -> Flask:
    """What operators ask of the same process, for a port that the public does not reach."""
    parts: Gateway = public.extensions[EXTENSION]
    hosts = checks.ops_hosts(parts.services.settings)
    app = _app(parts, [health.blueprint, ops.blueprint], checks.refuse_other_hosts(hosts), static_folder=None)
    app.extensions[ops.EXTENSION] = ops.Ops(parts)
    return app


def _app(
    parts: Gateway,
    routes: list[Blueprint],
    check_host: Callable[[], None],
    static_folder: str | None = "static",
) -> Flask:
    app = Flask(__name__, static_folder=static_folder)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    for blueprint in routes:
        app.register_blueprint(blueprint)
    _house(app, parts, check_host)
    answer_errors(app, parts.services)
    return app


def _house(app: Flask, parts: Gateway, check_host: Callable[[], None]) -> None:
    """What every app of ours does before a request and after it."""
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY_BYTES, MAX_FORM_PARTS=200)
    app.extensions[EXTENSION] = parts
    app.before_request(_start_clock)
    app.before_request(checks.refuse_odd_methods)
    app.before_request(check_host)
    app.after_request(_finish)


def _start_clock() -> None:
    g.started_s = time.perf_counter()


def _finish(answer: Response) -> Response:
    add_headers(answer, gateway().services.settings)
    seconds = time.perf_counter() - g.get("started_s", time.perf_counter())
    route = request.script_root + request.url_rule.rule if request.url_rule else "unknown"
    method = method_label(request.method)
    REQUEST_SECONDS.labels(route, method, answer.status_code).observe(seconds)
    log.info("request", route=route, method=method, status=answer.status_code, ms=round(seconds * 1000, 1))
    return answer
