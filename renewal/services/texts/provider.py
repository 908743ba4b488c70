"""The port that every SMS provider implements; one file and one line make a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class DeliveryState(StrEnum):
    """States of one outgoing text (design section 6). A receipt never moves one back."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class SendFailure(StrEnum):
    """Classes of refusal (design section 6), each with its own next step."""

    BAD_NUMBER = "bad_number"
    OPTED_OUT = "opted_out"
    CONTENT = "content"
    ACCOUNT = "account"
    BUSY = "busy"
    HANDSET_AWAY = "handset_away"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundText:
    """A text that a phone sent us, as any provider tells it. `phone` is E.164."""

    provider: str
    provider_ref: str
    phone: str
    body: str

    def __post_init__(self) -> None:
        if not self.provider_ref:
            raise ValueError("an inbound text needs the provider's own id")
        if not self.phone.startswith("+"):
            raise ValueError("an inbound text's phone must be E.164")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says became of a text. `raw` is its own word for it."""

    provider_ref: str
    state: DeliveryState
    raw: str
    error_code: str = ""
    failure: SendFailure | None = None


class SendError(Exception):
    """The provider did not take the text; `failure` says what to do next, `code` is the provider's own."""

    def __init__(self, failure: SendFailure, code: str = "", detail: str = "") -> None:
        super().__init__(f"{failure}: {code} {detail}".strip())
        self.failure = failure
        self.code = code


class Provider(Protocol):
    """Sends and reads texts. `our_id` goes along, so that an unclear sending can be looked up by it."""

    name: str

    def send(self, *, to: str, body: str, our_id: str) -> str:
        """Hand over one text; returns the provider's id. Raises SendError."""

    def lookup(self, *, to: str, body: str, our_id: str) -> Receipt | None:
        """What became of `our_id`, or None where the provider never got it."""

    def parse_inbound(self, form: Mapping[str, str]) -> InboundText:
        """Raises ValueError on a request that is not a text."""

    def parse_receipt(self, form: Mapping[str, str]) -> Receipt:
        """Raises ValueError on a request that is not a receipt."""
