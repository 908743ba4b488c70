"""What is said where a request fails: one sentence, in JSON."""

import structlog
from flask import Flask, Response, jsonify
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from renewal.services.app import Services
from sms_gateway.gateway import note_refusal
from sms_gateway.refused import Refused

log = structlog.get_logger(__name__)

FAILED = "gateway.failed"
SENTENCE_OF_STATUS = {
    400: "chat.bad_request",
    404: "gateway.not_found",
    405: "chat.bad_request",
    413: "chat.too_long",
    431: "chat.bad_request",
}


def body_of(services: Services, status: int, key: str = "") -> dict[str, dict[str, str]]:
    """The JSON of an error: the key, and its sentence for whoever reads it."""
    key = key or SENTENCE_OF_STATUS.get(status, FAILED)
    return {"error": {"code": key, "message": services.wording.render(key, channel="web")}}


def answer_errors(app: Flask, services: Services) -> None:
    """Every error is JSON with one sentence for whoever reads it."""

    def say(status: int, key: str = "") -> Response:
        answer = jsonify(body_of(services, status, key))
        answer.status_code = status
        return answer

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        if error.what:
            note_refusal(error.what)
        answer = say(error.status, error.key)
        if error.retry_after_s:
            answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        answer = say(error.code or 500)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer

    @app.errorhandler(DataError)
    def not_storable(error: DataError) -> Response:
        log.warning("not_storable", why=type(error.orig).__name__)
        return say(400)

    @app.errorhandler(OperationalError)
    def store_away(error: OperationalError) -> Response:
        log.error("store_unavailable", why=type(error.orig).__name__)
        return say(503)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        # The message of an error may quote what someone wrote; its kind and place do not.
        log.error("failed", kind=type(error).__name__, where=where(error))
        return say(500)


def where(error: BaseException) -> str:
    """Where an error arose: a function and a line, no values."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else ""
