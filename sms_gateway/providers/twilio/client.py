"""Twilio's official client, aimed where the settings say, and what its errors mean."""

import logging
import threading
from urllib.parse import urlsplit, urlunsplit

from requests import exceptions as wire
from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from renewal.services.texts.provider import SendError, SendFailure
from sms_gateway.providers.connections import was_refused
from sms_gateway.providers.twilio.codes import failure_of

CALL_LIMIT_S = 10.0


class ThreadsHttpClient(HttpClient):  # type: ignore[misc]
    """The official transport, one for each thread, aimed at another scheme and host where one is set.

    The official one keeps the last answer on itself and returns it from there, so of two threads that share it one
    may be told the other's.
    """

    def __init__(self, base_url: str) -> None:
        logger = logging.getLogger("twilio.http_client")
        logger.setLevel(logging.WARNING)  # below that it tells phones and words
        super().__init__(logger, False, CALL_LIMIT_S)
        self._base = urlsplit(base_url) if base_url else None
        self._own = threading.local()

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        if self._base is not None:
            url = urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        if not hasattr(self._own, "client"):
            self._own.client = TwilioHttpClient(timeout=self.timeout, max_retries=0)
        return self._own.client.request(method, url, *args, **kwargs)


def classified(error: Exception) -> SendError:
    """The port's error for what Twilio's client or the network raised."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        code = str(error.code or error.status)
        return SendError(failure_of(code, error.status), code)
    if isinstance(error, wire.ReadTimeout):
        return SendError(SendFailure.UNCLEAR, detail="read timeout")
    if isinstance(error, wire.ConnectTimeout) or was_refused(error):
        return SendError(SendFailure.BUSY, detail="no connection")
    return SendError(SendFailure.UNCLEAR, detail=type(error).__name__)
