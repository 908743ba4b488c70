"""The HTTP server in front of an app: bounds that hold without a proxy, and whose word on the caller counts."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.server import BaseWSGIServer, create_server  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from renewal.settings import Settings
from sms_gateway.answers import body_of
from sms_gateway.framing import StrictParser
from sms_gateway.gateway import EXTENSION, Gateway
from sms_gateway.headers import security_headers
from sms_gateway.limits_table import LARGEST_PUSH_BYTES, LONGEST_BODY_BYTES, PUSHES

# Flask refuses what is too large, with a sentence; the server only what is far too large.
LARGEST_BODY_BYTES = 2 * LONGEST_BODY_BYTES
LARGEST_OF_ALL_BYTES = LARGEST_PUSH_BYTES + LONGEST_BODY_BYTES
LARGEST_HEADERS_BYTES = 32 * 1024
MOST_CONNECTIONS = 800  # a process may have 1,024 files open
SILENT_S = 20  # a connection that asks nothing, or a request that is not whole by then, is closed
CLEAN_EVERY_S = 5
# An answer that nobody takes waits in memory, never in a file: it may be somebody's conversation. Beyond so much of it
# a thread waits with it, which ends with the connection.
MOST_UNTAKEN_BYTES = 1024 * 1024
NEVER_IN_A_FILE_BYTES = 1024 * 1024 * 1024
PROXY_HEADERS = ("x-forwarded-for", "x-forwarded-proto")


def open_server(app: Flask, *, host: str, port: int, threads: int, silent_s: int = SILENT_S) -> Any:
    """A server that listens, and serves once it is told to `run()`. Raises OSError where the port is taken."""
    parts: Gateway = app.extensions[EXTENSION]
    settings = parts.services.settings
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=silent_s,
        cleanup_interval=min(CLEAN_EVERY_S, silent_s),
        max_request_header_size=LARGEST_HEADERS_BYTES,
        max_request_body_size=LARGEST_OF_ALL_BYTES,
        inbuf_overflow=NEVER_IN_A_FILE_BYTES,
        outbuf_high_watermark=MOST_UNTAKEN_BYTES,
        outbuf_overflow=NEVER_IN_A_FILE_BYTES,
        asyncore_use_poll=True,  # select() fails on a file number above 1,023
        **_proxy(settings),
    )
    channel = _channel(
        lambda status: json.dumps(body_of(parts.services, status), ensure_ascii=False).encode(),
        security_headers(settings),
        silent_s,
    )
    for listener in sockets.values():
        if isinstance(listener, BaseWSGIServer):
            listener.channel_class = channel
    return server


def _proxy(settings: Settings) -> dict[str, Any]:
    """Only the proxy's word on who calls is taken; from anyone else those headers are dropped."""
    if not settings.trusted_proxy:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "clear_untrusted_proxy_headers": True,
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": settings.trusted_proxy_hops,
        "trusted_proxy_headers": " ".join(PROXY_HEADERS),
    }


class _Narrower:
    """The server's settings, with a smaller body."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        self.max_request_body_size = LARGEST_BODY_BYTES

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


class _Bounded(StrictParser):
    """Takes large bodies from providers alone."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if not self.path.startswith(PUSHES):
            self.adj = _Narrower(self.adj)


def _channel(say: Callable[[int], bytes], headers: Mapping[str, str], silent_s: int) -> type[Any]:
    """A connection that bounds the time of a whole request and answer, and whose own errors look like the app's."""

    class Malformed(ErrorTask):  # type: ignore[misc]
        """What is no request gets an answer that repeats nothing of it."""

        def execute(self) -> None:
            error = self.request.error
            body = say(error.code)
            self.status = f"{error.code} {error.reason}"
            self.response_headers.extend(
                [*headers.items(), ("Cache-Control", "no-store"), ("Content-Type", "application/json")]
            )
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    class Channel(HTTPChannel):  # type: ignore[misc]
        """One connection."""

        error_task_class = Malformed
        parser_class = _Bounded
        began_at = 0.0  # when what is no whole request yet began to come
        untaken_since: float | None = None

        def readable(self) -> bool:
            """Asked at each look around. Who takes no answer is let go: waitress waits until the wire takes it."""
            if not self.total_outbufs_len:
                self.untaken_since = None
            elif self.untaken_since is None:
                self.untaken_since = time.monotonic()
            elif time.monotonic() > self.untaken_since + silent_s:
                self.handle_close()
                return False
            return bool(super().readable())

        def handle_read(self) -> None:
            began_at = self.began_at = self.began_at or time.time()
            super().handle_read()
            unserved = bool(self.began_at) and not self.requests
            if self.request is not None or unserved:
                # A byte now and then is no sign of life: a request that is not whole is as old as its beginning,
                # and as old as the empty lines that may stand before one.
                self.last_activity = began_at

        def service(self) -> None:
            """Answer what was asked, in a thread; what comes then begins anew."""
            super().service()
            self.began_at = 0.0

    return Channel
