"""The gateway: the one process that faces the network."""

import time

import structlog
from flask import Flask, Response, g, jsonify, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from renewal.services.app import Services, open_services
from renewal.services.talks.assistant import Assistant
from renewal.settings import Settings
from sms_gateway.blueprints import chat, health, pages, simulator, sms
from sms_gateway.gateway import EXTENSION, Gateway, Limits, Refused, open_assistant
from sms_gateway.limits_table import LONGEST_BODY_BYTES
from sms_gateway.metrics import REQUEST_SECONDS
from sms_gateway.providers import open_provider
from sms_gateway.providers.simulator import NAME as SIMULATOR

log = structlog.get_logger(__name__)

HEADERS = {
    # The widget lives in a shadow root whose style sheet is a file of ours; nothing else may load.
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SENTENCE_OF_STATUS = {
    400: "chat.bad_request",
    404: "gateway.not_found",
    405: "chat.bad_request",
    413: "chat.too_long",
}


def create_app(
    settings: Settings, services: Services | None = None, assistant: Assistant | None = None
) -> Flask:
    """The app over these settings; services and assistant are opened from them unless given."""
    services = services or open_services(settings)
    services.jobs.warm()
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY_BYTES, MAX_FORM_PARTS=200)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    app.extensions[EXTENSION] = Gateway(
        services=services,
        assistant=assistant or open_assistant(settings),
        provider=open_provider(services),
        limits=Limits(),
    )
    for blueprint in (sms.blueprint, chat.blueprint, health.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    if settings.provider == SIMULATOR:
        app.register_blueprint(simulator.blueprint)
    app.before_request(_start_clock)
    app.after_request(_finish)
    _answer_errors(app, services)
    return app


def _start_clock() -> None:
    g.started_s = time.perf_counter()


def _finish(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint is None or not request.endpoint.endswith(("static", "widget")):
        answer.headers.setdefault("Cache-Control", "no-store")
    seconds = time.perf_counter() - g.get("started_s", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "unknown"
    REQUEST_SECONDS.labels(route, request.method, answer.status_code).observe(seconds)
    log.info(
        "request",
        route=route,
        method=request.method,
        status=answer.status_code,
        ms=round(seconds * 1000, 1),
    )
    return answer


def _answer_errors(app: Flask, services: Services) -> None:
    """Every error is JSON with one sentence for whoever reads it."""

    def say(status: int, key: str) -> tuple[Response, int]:
        return jsonify(error={"code": key, "message": services.wording.render(key, channel="web")}), status

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[Response, int]:
        return say(error.status, error.key)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[Response, int]:
        status = error.code or 500
        return say(status, SENTENCE_OF_STATUS.get(status, "gateway.failed"))

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_: RequestEntityTooLarge) -> tuple[Response, int]:
        return say(413, SENTENCE_OF_STATUS[413])

    @app.errorhandler(OperationalError)
    def store_away(error: OperationalError) -> tuple[Response, int]:
        log.error("store_unavailable", why=type(error.orig).__name__)
        return say(503, "gateway.failed")

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[Response, int]:
        # The message of an error may quote what someone wrote; its kind and place do not.
        log.error("failed", kind=type(error).__name__, where=_where(error))
        return say(500, "gateway.failed")


def _where(error: BaseException) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else ""
