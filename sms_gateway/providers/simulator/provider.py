"""The simulator: phones that are rows of the store, so that SMS can be tried with no provider."""

from collections.abc import Callable, Container, Sequence
from datetime import datetime

from renewal.services.samples import simulated
from renewal.services.texts.delivery import apply_receipt
from renewal.services.texts.provider import (
    Acknowledgement,
    DeliveryState,
    InboundText,
    NotOffered,
    Receipt,
    TextTemplate,
    Webhook,
)
from renewal.store import Store

NAME = simulated.PROVIDER
DELIVERED = "delivered"


class SimulatorProvider:
    """The provider port over the simulated phones; every text arrives at once."""

    name = NAME

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        """Show the text on its phone; the receipt comes before this returns."""
        now = self._clock()
        ref = simulated.show(self._store, phone=to, body=body, delivery_id=our_id, now=now)
        apply_receipt(self._store, _delivered(ref, our_id), now, delivery_id=our_id)
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
        """What became of `our_id`: it is on a screen, or it never came."""
        shown = simulated.shown(self._store, our_id)
        if shown is None or shown in owned or (ref is not None and ref != shown):
            return None
        return _delivered(shown, our_id)

    def routes(self) -> Sequence[str]:
        """None: the phones are typed on at a page of their own."""
        return ()

    def verify(self, webhook: Webhook) -> bool:
        """Nobody posts here."""
        return False

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        """Raises ValueError, always: texts come from the page with the phones."""
        raise ValueError("the simulator's texts come from its page")

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        return Acknowledgement()

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Raises NotOffered: a text is kept in the transaction in which it is typed."""
        raise NotOffered

    def health(self) -> None:
        """The phones are rows of the store, so they are there where it is."""


def _delivered(ref: str, our_id: str) -> Receipt:
    return Receipt(provider_ref=ref, state=DeliveryState.DELIVERED, raw=DELIVERED, our_id=our_id)
