"""The providers' webhooks: whatever a provider posts is verified, read, kept and acknowledged in one way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import structlog
from flask import Blueprint, Response, abort, request

from renewal.services.app import Services
from renewal.services.talks import inbound
from renewal.services.texts.provider import InboundText, Provider, PushesBatches, Receipt, Webhook
from renewal.services.texts.receipts import apply_receipt
from sms_gateway.gateway import gateway, note_refusal
from sms_gateway.metrics import SIGNATURES_REFUSED, TEXTS_NOT_ANSWERED, TEXTS_REPEATED
from sms_gateway.pumping import why_not

log = structlog.get_logger(__name__)

PATIENCE_MS = 3_000  # a provider waits 5 to 15 seconds for an answer; with 503 it comes again


def webhooks(provider: Provider) -> Blueprint:
    """The routes of one provider, under its name."""
    blueprint = Blueprint(f"sms_{provider.name}", __name__, url_prefix=f"/sms/{provider.name}")
    for rule in provider.routes():

        def take(our_id: str | None = None, *, rule: str = rule) -> Response:
            if isinstance(provider, PushesBatches):
                request.max_content_length = provider.largest_push_bytes
            return _take(provider, _webhook(rule, our_id))

        blueprint.add_url_rule(rule, f"take{rule}".replace(".", "_"), take, methods=["POST"])
    return blueprint


def _webhook(rule: str, our_id: str | None) -> Webhook:
    return Webhook(
        rule=rule,
        path=request.full_path if request.query_string else request.path,
        headers=cast(Mapping[str, str], request.headers),
        media_type=request.mimetype,
        body=request.get_data(),
        form=request.form,
        our_id=our_id,
    )


def _take(provider: Provider, webhook: Webhook) -> Response:
    if not provider.verify(webhook):
        SIGNATURES_REFUSED.inc()
        note_refusal("signature")
        abort(403)
    try:
        told = provider.read(webhook)
    except ValueError as error:
        log.warning("unreadable", provider=provider.name, why=str(error))
        abort(400)
    for item in told:
        if isinstance(item, InboundText):
            _keep_text(item)
        else:
            _keep_receipt(item)
    answer = provider.acknowledge(webhook)
    return Response(answer.body, status=answer.status, mimetype=answer.media_type)


def _keep_text(text: InboundText) -> None:
    """Store a text; the worker answers it. What is not answered is kept all the same, and staff see it."""
    parts = gateway()
    silent = why_not(parts, text.phone)
    if silent:
        TEXTS_NOT_ANSWERED.labels(silent).inc()
        log.warning("not_answered", why=silent)
    if not inbound.receive(_soon(parts.services), text, parts.services.now(), silent=silent):
        TEXTS_REPEATED.inc()


def _keep_receipt(receipt: Receipt) -> None:
    """Take note of a receipt, whatever its order; a repeated or late one changes nothing."""
    services = _soon(gateway().services)
    news = apply_receipt(services.store, receipt, services.now(), delivery_id=receipt.our_id)
    log.info(
        "receipt",
        delivery=receipt.our_id,
        state=receipt.state.value,
        code=receipt.error_code,
        news=news,
    )


def _soon(services: Services) -> Services:
    """Who tells us again has limited patience: where the store is locked, they hear 503 within it."""
    return replace(services, store=services.store.with_patience(PATIENCE_MS))
