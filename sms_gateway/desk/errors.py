"""What is said at the desk where a request fails: one sentence on a page."""

import structlog
from flask import Flask, Response, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from renewal.domain.errors import RenewalError
from sms_gateway.answers import where
from sms_gateway.desk.access import RoleTooLow, person
from sms_gateway.desk.words import label, say
from sms_gateway.gateway import note_refusal
from sms_gateway.refused import Refused

log = structlog.get_logger(__name__)

WORDED = frozenset({400, 403, 404, 405, 413, 429, 503})


def answer_errors(app: Flask) -> None:
    """Every error is a page with one sentence that says what happened and what to do."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        if error.what:
            note_refusal(error.what)
        answer = _page(error.status)
        if error.retry_after_s:
            answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer

    @app.errorhandler(RoleTooLow)
    def too_low(error: RoleTooLow) -> Response:
        note_refusal("role")
        needed, own = (label(f"accounts.role.{role.value}") for role in (error.needed, person().role))
        return _page(403, say("error.role", needed=needed, own=own))

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Response:
        note_refusal("csrf")
        return _page(error.code or 400, say("error.csrf"))

    @app.errorhandler(RenewalError)
    def told_no(error: RenewalError) -> Response:
        return _page(404, str(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        return _page(error.code or 500)

    @app.errorhandler(OperationalError)
    def store_away(error: OperationalError) -> Response:
        log.error("store_unavailable", why=type(error.orig).__name__)
        return _page(503)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.error("failed", kind=type(error).__name__, where=where(error))
        return _page(500)


def _page(status: int, sentence: str = "") -> Response:
    """Made without asking who is signed in: the store may be what is away."""
    sentence = sentence or say(f"error.{status if status in WORDED else 500}")
    return make_response(render_template("error.html", sentence=sentence), status)
