"""The simulator: phones that are rows of the store, so that SMS can be tried with no provider."""

from collections.abc import Callable, Mapping
from datetime import datetime

import phonenumbers

from renewal.services.samples import simulated
from renewal.services.texts.delivery import apply_receipt
from renewal.services.texts.provider import DeliveryState, InboundText, Receipt
from renewal.store import Store

NAME = simulated.PROVIDER
DELIVERED = "delivered"


class SimulatorProvider:
    """The provider port over the simulated phones; every text arrives at once."""

    name = NAME

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def send(self, *, to: str, body: str, our_id: str) -> str:
        """Show the text on its phone; the receipt comes before this returns."""
        now = self._clock()
        ref = simulated.show(self._store, phone=to, body=body, delivery_id=our_id, now=now)
        apply_receipt(self._store, _delivered(ref), now, delivery_id=our_id)
        return ref

    def lookup(self, *, to: str, body: str, our_id: str) -> Receipt | None:
        """What became of `our_id`: it is on a screen, or it never came."""
        ref = simulated.shown(self._store, our_id)
        return _delivered(ref) if ref is not None else None

    def parse_inbound(self, form: Mapping[str, str]) -> InboundText:
        """Raises ValueError on a request that is not a text."""
        try:
            number = phonenumbers.parse(form.get("phone", ""))
        except phonenumbers.NumberParseException:
            raise ValueError("phone is not a phone number") from None
        return InboundText(
            provider=NAME,
            provider_ref=form.get("ref", ""),
            phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
            body=form.get("body", ""),
        )

    def parse_receipt(self, form: Mapping[str, str]) -> Receipt:
        """Raises ValueError on a request that is not a receipt."""
        ref, raw = form.get("ref", ""), form.get("status", "")
        if not ref or not raw:
            raise ValueError("a receipt needs ref and status")
        state = DeliveryState.DELIVERED if raw == DELIVERED else DeliveryState.UNKNOWN
        return Receipt(provider_ref=ref, state=state, raw=raw)


def _delivered(ref: str) -> Receipt:
    return Receipt(provider_ref=ref, state=DeliveryState.DELIVERED, raw=DELIVERED)
