"""Twilio's webhooks: a signed text, a signed receipt."""

import structlog
from flask import Blueprint, Response, abort, request
from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]

from renewal.services.talks import inbound
from renewal.services.texts.delivery import apply_receipt
from sms_gateway.gateway import gateway, note_refusal
from sms_gateway.metrics import SIGNATURES_REFUSED, TEXTS_NOT_ANSWERED, TEXTS_REPEATED
from sms_gateway.providers.twilio import TwilioProvider
from sms_gateway.pumping import why_not

blueprint = Blueprint("sms", __name__, url_prefix="/sms/twilio")
log = structlog.get_logger(__name__)

SIGNATURE = "X-Twilio-Signature"
JSON_TYPE = "application/json"


def _provider() -> TwilioProvider:
    """Twilio, where it is the provider and signed this request; 404 and 403 otherwise."""
    provider = gateway().provider
    if not isinstance(provider, TwilioProvider):
        abort(404)
    path = request.full_path if request.query_string else request.path
    signed: object = request.get_data(as_text=True) if request.mimetype == JSON_TYPE else request.form
    if not provider.is_signed(path, signed, request.headers.get(SIGNATURE, "")):  # type: ignore[arg-type]
        SIGNATURES_REFUSED.inc()
        note_refusal("signature")
        abort(403)
    return provider


def _empty_twiml() -> Response:
    return Response(str(MessagingResponse()), mimetype="application/xml")


@blueprint.post("")
def receive() -> Response:
    """Store a text and acknowledge; the worker answers it."""
    provider = _provider()
    parts = gateway()
    try:
        text = provider.parse_inbound(request.form)
    except ValueError as error:
        log.warning("not_a_text", why=str(error))
        abort(400)
    silent = why_not(parts, text.phone)
    if silent:
        TEXTS_NOT_ANSWERED.labels(silent).inc()
        log.warning("not_answered", why=silent)
    # What is not answered is kept all the same, and staff see it.
    stored = inbound.receive(parts.services, text, parts.services.now(), silent=silent)
    if not stored:
        TEXTS_REPEATED.inc()
    return _empty_twiml()


@blueprint.post("/status/<delivery_id>")
def status(delivery_id: str) -> Response:
    """Take note of a receipt, whatever its order; a repeated or late one is acknowledged all the same."""
    provider = _provider()
    try:
        receipt = provider.parse_receipt(request.form)
    except ValueError as error:
        log.warning("not_a_receipt", why=str(error))
        abort(400)
    services = gateway().services
    news = apply_receipt(services.store, receipt, services.now(), delivery_id=delivery_id)
    log.info("receipt", delivery=delivery_id, state=receipt.state.value, code=receipt.error_code, news=news)
    return Response(status=204)
