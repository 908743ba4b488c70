"""Twilio's words, translated once (design section 6). What is not in a table is unknown, never guessed."""

from collections.abc import Mapping

from renewal.services.texts.provider import DeliveryState, Receipt, SendFailure

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

TWILIO_ERROR: Mapping[str, SendFailure] = {
    **dict.fromkeys(("21211", "21614", "21635", "30005", "30006"), SendFailure.BAD_NUMBER),
    **dict.fromkeys(("21610", "30004"), SendFailure.OPTED_OUT),
    **dict.fromkeys(("21617", "21612", "21408", "30007"), SendFailure.CONTENT),
    **dict.fromkeys(("20003", "30002"), SendFailure.ACCOUNT),
    **dict.fromkeys(("20429", "429", "21611", "30001"), SendFailure.BUSY),
    **dict.fromkeys(("30003", "30008", "30036"), SendFailure.HANDSET_AWAY),
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
    known = TWILIO_ERROR.get(code) or TWILIO_HTTP_STATUS.get(http_status)
    if known is not None:
        return known
    return SendFailure.CONTENT if 400 <= http_status < 500 else SendFailure.UNCLEAR


def receipt_of(*, ref: str, raw: str, code: object, our_id: str | None) -> Receipt:
    """What Twilio says of a text, in the port's words; a code counts where the text failed."""
    state = state_of(raw)
    word = "" if code in (None, "", 0, "0") else str(code)
    failure = TWILIO_ERROR.get(word) if state is DeliveryState.FAILED else None
    return Receipt(provider_ref=ref, state=state, raw=raw, error_code=word, failure=failure, our_id=our_id)
