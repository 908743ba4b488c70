"""A carrier that does as told: the wire's end for tests of sending."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from renewal.services.texts.provider import (
    DeliveryState,
    InboundText,
    NotOffered,
    Receipt,
    SendError,
    SendFailure,
    TextTemplate,
)


@dataclass
class Carrier:
    """Takes texts. `refuse_next` is raised once each; `swallow_next` takes a text and then breaks the line."""

    name: str = "carrier"
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    refuse_next: list[SendError] = field(default_factory=list)
    swallow_next: int = 0
    refs: dict[str, str] = field(default_factory=dict)
    numbers: count = field(default_factory=lambda: count(1))

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        if self.refuse_next:
            raise self.refuse_next.pop(0)
        self.sent.append((to, body, our_id))
        self.refs[our_id] = f"SM{next(self.numbers)}"
        if self.swallow_next:
            self.swallow_next -= 1
            raise SendError(SendFailure.UNCLEAR, detail="read timeout")
        return self.refs[our_id]

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
        ref = self.refs.get(our_id)
        return ref and Receipt(provider_ref=ref, state=DeliveryState.SENT, raw="sent")

    def recent_inbound(self, since: datetime) -> tuple[InboundText, ...]:
        raise NotOffered
