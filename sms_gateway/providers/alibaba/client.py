"""Alibaba's official SDK, aimed where the settings say, and what its errors mean."""

from typing import Any
from urllib.parse import urlsplit

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from darabonba.runtime import RuntimeOptions

from renewal.services.texts.provider import SendError, SendFailure
from sms_gateway.providers.alibaba.codes import failure_of
from sms_gateway.providers.connections import timed_out_connecting, was_refused

ENDPOINT = "dysmsapi.aliyuncs.com"
CALL_LIMIT_MS = 10_000
CALLS_AT_ONCE = 64
OK = "OK"


def open_client(*, access_key_id: str, access_key_secret: str, base_url: str) -> Client:
    """The SDK's client; it connects at the first call. It never tries again by itself: that would send twice."""
    place = urlsplit(base_url or f"https://{ENDPOINT}")
    return Client(
        Config(
            access_key_id=access_key_id,
            access_key_secret=access_key_secret,
            endpoint=place.netloc,
            protocol=place.scheme.upper(),
        )
    )


def options() -> RuntimeOptions:
    """How long a call may take."""
    return RuntimeOptions(
        autoretry=False,
        connect_timeout=CALL_LIMIT_MS,
        read_timeout=CALL_LIMIT_MS,
        max_idle_conns=CALLS_AT_ONCE,
    )


def refuse_unless_ok(body: Any) -> None:
    """The service answers 200 with a code of its own. Raises SendError unless that is OK."""
    if body.code != OK:
        raise SendError(failure_of(str(body.code or ""), 200), str(body.code or ""))


def classified(error: Exception) -> SendError:
    """The port's error for what the SDK or the network raised."""
    if isinstance(error, SendError):
        return error
    if isinstance(error, AlibabaCloudException):
        status = int(error.status_code or 0)
        return SendError(failure_of(str(error.code or ""), status), str(error.code or status))
    if was_refused(error) or timed_out_connecting(error):
        return SendError(SendFailure.BUSY, detail="no connection")
    return SendError(SendFailure.UNCLEAR, detail=type(error).__name__)
