"""A provider under watch: no call outlasts its limit, and how long each took and what came of it is counted."""

import time
from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import TypeVar

from renewal.services.texts.call_counts import TAKEN, CallCounts
from renewal.services.texts.provider import (
    Acknowledgement,
    InboundText,
    Provider,
    Receipt,
    SendError,
    SendFailure,
    TextTemplate,
    Webhook,
)
from sms_gateway.providers.whole_call import TooLong, WholeCalls

# Two in turn, as at a failover, and the ten seconds before a call must begin end within the lease of a minute.
CALL_LIMIT_S = 20.0

T = TypeVar("T")


class WatchedProvider:
    """Does what the provider does, in time. A sending that is cut may have gone through: it is unclear."""

    def __init__(self, provider: Provider, counts: CallCounts, *, limit_s: float = CALL_LIMIT_S) -> None:
        self.name = provider.name
        self._provider, self._counts = provider, counts
        self._in_time = WholeCalls(limit_s)

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        """Hand over one text. Raises SendError."""
        began_s, outcome = time.monotonic(), SendFailure.UNCLEAR.value
        try:
            ref = self._limited(
                lambda: self._provider.send(to=to, body=body, our_id=our_id, template=template)
            )
            outcome = TAKEN
        except SendError as error:
            outcome = error.failure.value
            raise
        finally:
            self._counts.note(self.name, outcome, time.monotonic() - began_s)
        return ref

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
        """What the provider knows of a text. Raises SendError."""
        return self._limited(
            lambda: self._provider.lookup(to=to, body=body, our_id=our_id, ref=ref, since=since, owned=owned)
        )

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Raises NotOffered and SendError."""
        return self._limited(lambda: self._provider.recent_inbound(since))

    def health(self) -> None:
        """Raises SendError."""
        self._limited(self._provider.health)

    def routes(self) -> Sequence[str]:
        return self._provider.routes()

    def verify(self, webhook: Webhook) -> bool:
        return self._provider.verify(webhook)

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        return self._provider.read(webhook)

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        return self._provider.acknowledge(webhook)

    def _limited(self, call: Callable[[], T]) -> T:
        try:
            return self._in_time(call)
        except TooLong:
            raise SendError(SendFailure.UNCLEAR, detail="call limit") from None
