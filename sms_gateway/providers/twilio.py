"""Twilio: sends by REST, reads its webhooks."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit, urlunsplit

from requests import exceptions as wire
from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from renewal.services.texts.provider import DeliveryState, InboundText, Receipt, SendError, SendFailure
from renewal.settings import Settings
from sms_gateway.providers.twilio_codes import TWILIO_ERROR, failure_of, state_of
from sms_gateway.providers.twilio_form import sender

NAME = "twilio"
API_URL = "https://api.twilio.com"
CALL_LIMIT_S = 10.0
LOOKUP_TEXTS = 50
LONGEST_REF_CHARS = 64
BODY_HASH = "bodySHA256"


class RedirectedHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """The official transport, aimed at another scheme and host where one is set (a fake, a regional proxy)."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=CALL_LIMIT_S, max_retries=0)
        self._base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        if self._base is not None:
            url = urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().request(method, url, *args, **kwargs)


class TwilioProvider:
    """The provider port over Twilio's official client."""

    name = NAME

    def __init__(self, settings: Settings) -> None:
        self._from = settings.twilio_from
        self.api_url = settings.twilio_base_url or API_URL
        self._public_url = settings.public_url.rstrip("/")
        self._tokens = tuple(
            token.get_secret_value()
            for token in (settings.twilio_auth_token, settings.twilio_auth_token_previous)
            if token.get_secret_value()
        )
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=RedirectedHttpClient(settings.twilio_base_url),
        )

    def send(self, *, to: str, body: str, our_id: str) -> str:
        """Hand over one text; receipts come to an address that holds `our_id`. Raises SendError."""
        sender = (
            {"messaging_service_sid": self._from} if self._from.startswith("MG") else {"from_": self._from}
        )
        try:
            message = self._client.messages.create(
                to=to, body=body, status_callback=f"{self._public_url}/sms/twilio/status/{our_id}", **sender
            )
        except Exception as error:
            raise _classified(error) from error
        return str(message.sid)

    def lookup(self, *, to: str, body: str, our_id: str) -> Receipt | None:
        """The newest text to that number with those words: Twilio keeps no id of ours. Raises SendError."""
        try:
            messages = self._client.messages.list(to=to, limit=LOOKUP_TEXTS)
        except Exception as error:
            raise _classified(error) from error
        for message in messages:
            if str(message.body) == body and str(message.direction).startswith("outbound"):
                return _receipt(str(message.sid), str(message.status), _code(message.error_code))
        return None

    def parse_inbound(self, form: Mapping[str, str]) -> InboundText:
        """Raises ValueError on a request that is not a text."""
        return InboundText(
            provider=NAME,
            provider_ref=_ref(form),
            phone=sender(form),
            body=form.get("Body", ""),
        )

    def parse_receipt(self, form: Mapping[str, str]) -> Receipt:
        """Raises ValueError on a request that is not a receipt."""
        ref = _ref(form)
        raw = form.get("MessageStatus") or form.get("SmsStatus", "")
        if not ref or not raw:
            raise ValueError("a receipt needs MessageSid and MessageStatus")
        return _receipt(ref, raw, _code(form.get("ErrorCode")))

    def is_signed(self, path: str, form: Mapping[str, str] | str, signature: str) -> bool:
        """Whether Twilio signed this request, with the current token or the one before.

        `path` has the query; the rest of the address is the configured public one, since a proxy may have
        changed what we see. `form` keeps blank and repeated parameters, or is the body of a JSON request.
        """
        if isinstance(form, str) and not parse_qs(urlsplit(path).query).get(BODY_HASH):
            return False  # a JSON body is signed by its hash in the address, or not at all
        url = self._public_url + path
        return any(RequestValidator(token).validate(url, form, signature) for token in self._tokens)


def _ref(form: Mapping[str, str]) -> str:
    """Twilio's id of a text; raises ValueError where it is not letters and digits."""
    ref = form.get("MessageSid") or form.get("SmsSid", "")
    if ref and not (ref.isascii() and ref.isalnum() and len(ref) <= LONGEST_REF_CHARS):
        raise ValueError("MessageSid is no id")
    return ref


def _code(raw: object) -> str:
    return "" if raw in (None, "", 0, "0") else str(raw)


def _receipt(ref: str, raw: str, code: str) -> Receipt:
    state = state_of(raw)
    failure = TWILIO_ERROR.get(code) if state is DeliveryState.FAILED else None
    return Receipt(provider_ref=ref, state=state, raw=raw, error_code=code, failure=failure)


def _classified(error: Exception) -> SendError:
    """The port's error for what Twilio's client or the network raised."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        code = str(error.code or error.status)
        return SendError(failure_of(code, error.status), code)
    if isinstance(error, wire.ReadTimeout):
        return SendError(SendFailure.UNCLEAR, detail="read timeout")
    if isinstance(error, wire.ConnectTimeout) or _was_refused(error):
        return SendError(SendFailure.BUSY, detail="no connection")
    return SendError(SendFailure.UNCLEAR, detail=type(error).__name__)


def _was_refused(error: Exception) -> bool:
    """Whether the request certainly never left: nobody listened, or the name was not found."""
    names = {type(link).__name__ for link in _chain(error)}
    return bool(names & {"NewConnectionError", "ConnectionRefusedError", "NameResolutionError"})


def _chain(error: object) -> list[object]:
    links: list[object] = []
    while error is not None and error not in links and len(links) < 10:
        links.append(error)
        inner = next((arg for arg in getattr(error, "args", ()) if isinstance(arg, BaseException)), None)
        error = getattr(error, "reason", None) or inner or getattr(error, "__cause__", None)
    return links
