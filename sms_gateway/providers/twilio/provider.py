"""Twilio: sends by REST, reads its webhooks."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]

from renewal.services.texts.provider import (
    Acknowledgement,
    InboundText,
    Receipt,
    TextTemplate,
    Webhook,
)
from renewal.settings import Settings
from sms_gateway.providers.twilio.client import ThreadsHttpClient, classified
from sms_gateway.providers.twilio.codes import receipt_of
from sms_gateway.providers.twilio.form import inbound_of, report_of

NAME = "twilio"
TEXTS, STATUS = "", "/status/<our_id>"
RETRIES = (
    "#rc=5&rp=all"  # Twilio keeps this to itself: five tries more, whatever went wrong with the one before
)
SIGNATURE = "X-Twilio-Signature"
JSON_TYPE = "application/json"
BODY_HASH = "bodySHA256"
ACCOUNT = "AccountSid"
LOOKUP_TEXTS = 50
INBOUND_TEXTS = 1000
CLOCKS_APART = timedelta(seconds=60)  # ours and Twilio's
NOT_FOUND = 404


class TwilioProvider:
    """The provider port over Twilio's official client."""

    name = NAME

    def __init__(self, settings: Settings) -> None:
        self._from = settings.option("twilio_from")
        self._public_url = settings.public_url.rstrip("/")
        self._account_sid = settings.option("twilio_account_sid")
        tokens = [settings.option(name) for name in ("twilio_auth_token", "twilio_auth_token_previous")]
        self._tokens = tuple(token for token in tokens if token)
        self._client = Client(
            self._account_sid, tokens[0], http_client=ThreadsHttpClient(settings.option("twilio_base_url"))
        )

    def routes(self) -> Sequence[str]:
        """One place for texts, one for each receipt."""
        return (TEXTS, STATUS)

    def verify(self, webhook: Webhook) -> bool:
        """Whether Twilio signed this request, with the current token or the one before.

        The path has the query; the rest of the address is the configured public one, since a proxy may have
        changed what we see. The form keeps blank and repeated parameters; a JSON body is signed by its hash in
        the address, or not at all. What it signs for another account than ours is no word to us.
        """
        if webhook.form.get(ACCOUNT, self._account_sid) != self._account_sid:
            return False
        signed: Mapping[str, str] | str = webhook.form
        if webhook.media_type == JSON_TYPE:
            if not parse_qs(urlsplit(webhook.path).query).get(BODY_HASH):
                return False
            signed = webhook.body.decode("utf-8", errors="replace")
        url, signature = self._public_url + webhook.path, webhook.headers.get(SIGNATURE, "")
        return any(RequestValidator(token).validate(url, signed, signature) for token in self._tokens)

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        """One text, or one receipt. Raises ValueError on a request that is neither."""
        if webhook.rule == TEXTS:
            return (inbound_of(webhook.form, provider=NAME),)
        return (report_of(webhook.form, our_id=webhook.our_id),)

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        """Empty TwiML for a text: the answer goes out by REST, later."""
        if webhook.rule == TEXTS:
            return Acknowledgement(status=200, body=str(MessagingResponse()), media_type="application/xml")
        return Acknowledgement()

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        """Hand over one text; receipts come to an address that holds `our_id`. Raises SendError."""
        callback = f"{self._public_url}/sms/{NAME}/status/{our_id}{RETRIES}"
        sender = "messaging_service_sid" if self._from.startswith("MG") else "from_"
        try:
            message = self._client.messages.create(
                to=to, body=body, status_callback=callback, **{sender: self._from}
            )
        except Exception as error:
            raise classified(error) from error
        return str(message.sid)

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
        """By Twilio's id, else by number, time and words: Twilio keeps no id of ours. Raises SendError."""
        try:
            if ref is not None:
                return _receipt(self._client.messages(ref).fetch(), our_id)
            messages = self._client.messages.list(to=to, limit=LOOKUP_TEXTS)
        except Exception as error:
            refused = classified(error)
            if ref is not None and getattr(error, "status", None) == NOT_FOUND:
                return None
            raise refused from error
        mine = [m for m in reversed(messages) if _may_be_ours(m, since) and str(m.sid) not in owned]
        same = [m for m in mine if str(m.body) == body] or [m for m in mine if _words(body) in _words(m.body)]
        return _receipt(same[0], our_id) if same else None

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Texts to our number or service since then, oldest first. Raises SendError."""
        ours = {} if self._from.startswith("MG") else {"to": self._from}
        try:
            messages = self._client.messages.list(date_sent_after=since, limit=INBOUND_TEXTS, **ours)
        except Exception as error:
            raise classified(error) from error
        return tuple(
            InboundText(
                provider=NAME,
                provider_ref=str(message.sid),
                phone=str(message.from_),
                body=str(message.body or ""),
                pictures=int(message.num_media or 0),
                sent_at=message.date_sent,
            )
            for message in reversed(messages)
            if str(message.direction) == "inbound" and message.from_
        )

    def health(self) -> None:
        """Whether account and token are good. Raises SendError."""
        try:
            self._client.api.v2010.accounts(self._account_sid).fetch()
        except Exception as error:
            raise classified(error) from error


def _may_be_ours(message: Any, since: datetime | None) -> bool:
    if not str(message.direction).startswith("outbound"):
        return False
    made_at = message.date_created
    return since is None or made_at is None or bool(made_at >= since - CLOCKS_APART)


def _words(body: object) -> str:
    """Letters and digits alone: Twilio writes a preface before a trial account's texts, and plainer marks."""
    return "".join(char for char in str(body) if char.isalnum())


def _receipt(message: Any, our_id: str) -> Receipt:
    return receipt_of(ref=str(message.sid), raw=str(message.status), code=message.error_code, our_id=our_id)
