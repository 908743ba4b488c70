"""A provider that does not exist: what docs/adding_a_provider.md asks for, and nothing more."""

import hmac
import json
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

import httpx

from renewal.providers import refusals
from renewal.services.app import Services
from renewal.services.texts.provider import (
    Acknowledgement,
    DeliveryState,
    InboundText,
    NotOffered,
    Receipt,
    SendError,
    SendFailure,
    TextTemplate,
    Webhook,
)
from renewal.settings import Settings

NAME = "pigeon"
STATES = {"flying": DeliveryState.SENT, "landed": DeliveryState.DELIVERED, "lost": DeliveryState.FAILED}


def open_provider(services: Services) -> "PigeonProvider":
    return PigeonProvider(services.settings)


def class_of(code: str) -> SendFailure | None:
    known = refusals(NAME).get(code)
    return SendFailure(known.failure) if known else None


def receipt_of(told: dict[str, Any]) -> Receipt:
    state = STATES.get(told["state"], DeliveryState.UNKNOWN)
    code = told.get("code", "")
    failure = class_of(code) if state is DeliveryState.FAILED else None
    return Receipt(
        provider_ref=told["ring"],
        state=state,
        raw=told["state"],
        error_code=code,
        failure=failure,
        our_id=told["id"],
    )


class PigeonProvider:
    """One address for all that it tells; keeps our id, so a look-up needs no words."""

    name = NAME

    def __init__(self, settings: Settings) -> None:
        self._key = settings.option("pigeon_key").encode()
        self._loft = httpx.Client(base_url=settings.option("pigeon_loft"), timeout=5, trust_env=False)

    def routes(self) -> Sequence[str]:
        return ("",)

    def verify(self, webhook: Webhook) -> bool:
        signed = hmac.new(self._key, webhook.body, "sha256").hexdigest()
        return hmac.compare_digest(signed, webhook.headers.get("Feather", ""))

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        told = json.loads(webhook.body)
        if not isinstance(told, dict) or not told:
            raise ValueError("a pigeon without a letter")
        texts = [
            InboundText(provider=NAME, provider_ref=t["ring"], phone=t["from"], body=t["words"])
            for t in told.get("letters", ())
        ]
        return [*texts, *(receipt_of(r) for r in told.get("landings", ()))]

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        return Acknowledgement(status=200, body="coo")

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        return self._ask("POST", "/letters", json={"to": to, "words": body, "id": our_id})["ring"]

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
        listed = self._ask("GET", "/letters", params={"id": our_id})["letters"]
        mine = [one for one in listed if one["ring"] not in owned and ref in (None, one["ring"])]
        return receipt_of(mine[0]) if mine else None

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        raise NotOffered

    def health(self) -> None:
        self._ask("GET", "/letters", params={"id": "none"})

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._loft.request(method, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SendError(SendFailure.BUSY, detail="no connection") from error
        except httpx.HTTPError as error:
            raise SendError(SendFailure.UNCLEAR, detail=type(error).__name__) from error
        if answer.status_code >= 500:
            raise SendError(SendFailure.UNCLEAR, str(answer.status_code))
        told: dict[str, Any] = answer.json()
        if code := told.get("code"):
            raise SendError(class_of(code) or SendFailure.CONTENT, code)
        return told
