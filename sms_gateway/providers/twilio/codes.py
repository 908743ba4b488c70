"""Twilio's words, translated once (docs/delivery.md). What is not in a table is unknown, never guessed."""

from collections.abc import Mapping

import structlog

from renewal.providers import refusals
from renewal.services.texts.provider import DeliveryState, Receipt, SendFailure

log = structlog.get_logger(__name__)

CODE_DIGITS = 5

TWILIO_STATUS: Mapping[str, DeliveryState] = {
    "accepted": DeliveryState.ACCEPTED,
    "scheduled": DeliveryState.ACCEPTED,
    "queued": DeliveryState.ACCEPTED,
    "sending": DeliveryState.ACCEPTED,
    "sent": DeliveryState.SENT,
    "partially_delivered": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}

TWILIO_HTTP_STATUS: Mapping[int, SendFailure] = {
    401: SendFailure.ACCOUNT,
    403: SendFailure.ACCOUNT,
    429: SendFailure.BUSY,
}


def state_of(raw: str) -> DeliveryState:
    """What Twilio's status word means to us; UNKNOWN for a word that we don't know."""
    return TWILIO_STATUS.get(raw.strip().lower(), DeliveryState.UNKNOWN)


def failure_of(code: str, http_status: int) -> SendFailure:
    """Class of a refusal, by Twilio's code, else by the HTTP status.

    An unknown 4xx is a request that Twilio will not take, so it is held for a person to look at; a 5xx may
    have gone through.
    """
    known = class_of(code) or TWILIO_HTTP_STATUS.get(http_status)
    if known is not None:
        return known
    return SendFailure.CONTENT if 400 <= http_status < 500 else SendFailure.UNCLEAR


def class_of(code: str) -> SendFailure | None:
    """Class of one of Twilio's codes (`codes.yml`); an unknown one is told to the operators, never guessed."""
    known = refusals("twilio").get(code)
    if known is not None:
        return SendFailure(known.failure)
    if len(code) == CODE_DIGITS:
        log.error("alert", action="provider.unknown_code", provider="twilio", code=code)
    return None


def receipt_of(*, ref: str, raw: str, code: object, our_id: str | None) -> Receipt:
    """What Twilio says of a text, in the port's words; a code counts where the text failed."""
    state = state_of(raw)
    word = "" if code in (None, "", 0, "0") else str(code)
    failure = class_of(word) if state is DeliveryState.FAILED else None
    return Receipt(provider_ref=ref, state=state, raw=raw, error_code=word, failure=failure, our_id=our_id)
