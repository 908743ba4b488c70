"""The port that every SMS provider implements; one folder and one line make a new one."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class DeliveryState(StrEnum):
    """States of one outgoing text (docs/delivery.md). A receipt never moves one back."""

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
    """Classes of refusal (docs/delivery.md), each with its own next step."""

    BAD_NUMBER = "bad_number"
    OPTED_OUT = "opted_out"
    CONTENT = "content"
    ACCOUNT = "account"
    BUSY = "busy"
    HANDSET_AWAY = "handset_away"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundText:
    """A text that came in, as any provider tells it.

    `phone` is E.164; of a sender that has no number (a short code, a name) it is what the provider calls it.
    `answered_by_provider` says that the provider itself has confirmed this opt-out or opt-in to the phone.
    """

    provider: str
    provider_ref: str
    phone: str
    body: str
    pictures: int = 0
    answered_by_provider: bool = False
    sent_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.provider_ref:
            raise ValueError("an inbound text needs the provider's own id")
        if not self.phone or self.phone != self.phone.strip():
            raise ValueError("an inbound text needs a sender")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says became of a text. `raw` is its own word for it, `our_id` ours where it gives it back.

    `provider` names who says so, where several are asked as one.
    """

    provider_ref: str
    state: DeliveryState
    raw: str
    error_code: str = ""
    failure: SendFailure | None = None
    our_id: str | None = None
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTemplate:
    """Which sentence of ours a text is, with what was put into it: for providers that send no free text."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A request to one of a provider's addresses, as it came. `form` keeps blank and repeated parameters.

    `rule` is the one of `Provider.routes` by which it came, `path` has the query, `headers` ignore case.
    """

    rule: str
    path: str
    headers: Mapping[str, str]
    media_type: str
    body: bytes
    form: Mapping[str, str]
    our_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What a provider wants to hear, so that it does not tell us again."""

    status: int = 204
    body: str = ""
    media_type: str = "text/plain"


class SendError(Exception):
    """The provider did not take the text; `failure` says what to do next, `code` is the provider's own."""

    def __init__(self, failure: SendFailure, code: str = "", detail: str = "") -> None:
        super().__init__(f"{failure}: {code} {detail}".strip())
        self.failure = failure
        self.code = code


class NotOffered(Exception):
    """This provider has no such thing; nothing is wrong."""


class Sender(Protocol):
    """Sends texts and knows what became of them. Many threads may call at once; a long call is cut.

    `our_id` goes along, so that an unclear sending can be looked up by it.
    """

    name: str

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        """Hand over one text; returns the provider's id.

        `body` is the whole text, `template` says which it is where it is one.

        Raises:
            SendError: it was not taken, or nobody knows; `failure` says which.
        """

    def lookup(
        self,
        *,
        to: str,
        body: str,
        our_id: str,
        ref: str | None = None,
        since: datetime | None = None,
        owned: Container[str] = (),
    ) -> Receipt | None:
        """What became of a text, or None where the provider never got it.

        By the provider's id (`ref`) where we have it. Otherwise by our id, and where the provider keeps none, by
        number, time and words: the oldest text to that number that is not older than `since` (when we called) and
        that no other row of ours has (`owned`: the ids of those).

        Raises:
            SendError: the provider did not say.
        """


class Provider(Sender, Protocol):
    """An SMS provider: a sender, and what it tells us at the addresses that the gateway mounts for it."""

    def routes(self) -> Sequence[str]:
        """Rules under `/sms/<name>` to which it posts: "" is the place itself, `<our_id>` the id of a text of ours."""

    def verify(self, webhook: Webhook) -> bool:
        """Whether the provider itself sent this."""

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        """All that a request tells, in its order; what is unreadable among several is left out and logged.

        Raises:
            ValueError: it tells nothing that can be read.
        """

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        """The answer that says it is kept."""

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Texts that the provider got for us since then, oldest first, whether it told us or not.

        Raises:
            NotOffered: the provider keeps no such list.
            SendError: the provider did not say.
        """

    def health(self) -> None:
        """Ask, by a call that costs nothing, whether it would take our texts now.

        Raises:
            SendError: it would not; `failure` and `code` say why.
        """


@runtime_checkable
class PushesBatches(Protocol):
    """A provider that tells many things in one request, which may be larger than the gateway takes of others."""

    largest_push_bytes: int


@runtime_checkable
class Relay(Protocol):
    """Several providers as one, which tells who of them took a text."""

    def relay(
        self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None
    ) -> tuple[str, str]:
        """As `Sender.send`; returns the id, and the name of the provider whose it is."""


class ApprovalState(StrEnum):
    """How far a provider is with a template for one of our texts."""

    READY = "ready"  # approved, and says the text as its sample stands
    OTHER_WORDS = "other_words"  # approved under this name, for other words of it
    WAITING = "waiting"
    REFUSED = "refused"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One template at a provider for one of our texts (`name`); `why` is the provider's reason for a refusal."""

    name: str
    state: ApprovalState
    code: str = ""
    words: str = ""
    why: str = ""


@runtime_checkable
class SendsByTemplate(Protocol):
    """A provider that sends only what it approved before."""

    name: str

    def approvals(self, texts: Sequence[tuple[str, str]]) -> Sequence[Approval]:
        """How far it is with each of our texts (name and sample, signature included), at least one for each.

        Raises:
            SendError: the provider did not say.
        """
