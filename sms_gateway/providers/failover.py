"""Two providers as one: where the first certainly did not take a text, the second is asked to; otherwise never."""

import time
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from renewal.services.texts.provider import (
    Acknowledgement,
    InboundText,
    NotOffered,
    Provider,
    Receipt,
    SendError,
    SendFailure,
    TextTemplate,
    Webhook,
)

log = structlog.get_logger(__name__)

REST_S = 30.0  # so long an account that is refused, or a place where nobody listens, is left alone
CERTAINLY_NOT_TAKEN = frozenset({SendFailure.BUSY, SendFailure.ACCOUNT})


class FailoverProvider:
    """Sends by the first, and by the second while the first is away. It keeps nothing that a kill could lose.

    A text whose fate is unclear stays with whom it was handed to: nobody else is asked to send it. Which of them
    that was is written down only once one took it, so a look-up asks both, and says that nobody got it where both
    say so.
    """

    def __init__(
        self, first: Provider, second: Provider, *, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = first.name
        self._first, self._second = first, second
        self._clock_s = clock_s
        self._rests_until_s: dict[str, float] = {}

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        """Hand over one text; returns the id of whoever took it. Raises SendError."""
        ref, _ = self.relay(to=to, body=body, our_id=our_id, template=template)
        return ref

    def relay(
        self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None
    ) -> tuple[str, str]:
        """Hand over one text; returns the id, and the name of whoever took it. Raises SendError."""
        refused: list[SendError] = []
        for provider in self._in_turn():
            try:
                return provider.send(to=to, body=body, our_id=our_id, template=template), provider.name
            except SendError as error:
                if error.failure not in CERTAINLY_NOT_TAKEN and not self._is_too_choosy(provider, error):
                    raise
                refused.append(error)
                self._let_rest(provider, error)
        # One that is busy will take it later; an account that is refused would hold the whole queue.
        raise min(refused, key=lambda error: error.failure is not SendFailure.BUSY)

    def _in_turn(self) -> list[Provider]:
        now_s = self._clock_s()
        rests = {name for name, until_s in self._rests_until_s.items() if until_s > now_s}
        return sorted((self._first, self._second), key=lambda provider: provider.name in rests)

    def _is_too_choosy(self, provider: Provider, error: SendError) -> bool:
        """The second may lack a template that the first does not need; such a text waits for the first."""
        return provider is self._second and error.failure is SendFailure.CONTENT

    def _let_rest(self, provider: Provider, error: SendError) -> None:
        """Not for one that says itself that it is busy: it takes the next text."""
        away = error.failure is SendFailure.BUSY and not error.code
        if away or error.failure is SendFailure.ACCOUNT:
            self._rests_until_s[provider.name] = self._clock_s() + REST_S
            log.error("alert", action="provider.away", provider=provider.name, why=error.failure.value)

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
        """What either knows of a text. Raises SendError where one did not say and the other never got it."""
        silent: SendError | None = None
        for provider in (self._first, self._second):
            try:
                found = provider.lookup(to=to, body=body, our_id=our_id, ref=ref, since=since, owned=owned)
            except SendError as error:
                silent = error
                continue
            if found is not None:
                return replace(found, provider=provider.name)
        if silent is not None:
            raise silent
        return None

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        """The lists of both, as far as they keep one. Raises NotOffered where neither does, and SendError."""
        lists: list[InboundText] = []
        missing = 0
        for provider in (self._first, self._second):
            try:
                lists += provider.recent_inbound(since)
            except NotOffered:
                missing += 1
        if missing > 1:
            raise NotOffered
        return sorted(lists, key=lambda text: text.sent_at or since)

    def health(self) -> None:
        """Whether the first would take our texts: the second is for the time until it does. Raises SendError."""
        self._first.health()

    def routes(self) -> Sequence[str]:
        """None: each has its own, under its own name."""
        return ()

    def verify(self, webhook: Webhook) -> bool:
        return False

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        raise ValueError("each provider reads its own webhooks")

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        return Acknowledgement()
