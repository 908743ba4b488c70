"""Alibaba's words, translated once by `codes.yml`; what is not there is unknown, never guessed."""

import structlog

from renewal.providers import refusals
from renewal.services.texts.provider import DeliveryState, Receipt, SendFailure

log = structlog.get_logger(__name__)

NAME = "alibaba"
DELIVERED = "DELIVERED"
# QuerySendDetails: 1 waits for the carrier's receipt, 2 failed, 3 arrived.
SEND_STATUS = {1: DeliveryState.ACCEPTED, 2: DeliveryState.FAILED, 3: DeliveryState.DELIVERED}


def class_of(code: str) -> SendFailure | None:
    """Class of a code; an unknown one is told to the operators."""
    known = refusals(NAME).get(code)
    if known is not None:
        return SendFailure(known.failure)
    if code:
        log.error("alert", action="provider.unknown_code", provider=NAME, code=code)
    return None


def failure_of(code: str, http_status: int) -> SendFailure:
    """Class of a refusal. An unknown answer of the service is held for a person; a 5xx may have gone through."""
    known = class_of(code)
    if known is not None:
        return known
    return SendFailure.UNCLEAR if http_status >= 500 else SendFailure.CONTENT


def receipt_of(*, out_id: str, state: DeliveryState, code: str) -> Receipt:
    """A receipt for the id that we gave (`out_id`), which names our text and the try."""
    failed = state is DeliveryState.FAILED
    return Receipt(
        provider_ref=out_id,
        state=state,
        raw=code or state.value,
        error_code=code if failed else "",
        failure=class_of(code) if failed else None,
        our_id=out_id.partition("-")[0],
    )
