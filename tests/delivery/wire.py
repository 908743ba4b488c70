"""A small HTTP server for what is played on the wire: keeps connections open, and may cut one without an answer."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and what is said in JSON."""

    status: int
    said: dict[str, Any]


# Method, target, the Authorization header, body; None cuts the connection.
Treat = Callable[[str, str, str, bytes], Answer | None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class Listener:
    """Serves one function on a port of loopback."""

    def __init__(self, treat: Treat, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _handler(treat))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve in threads of this process."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Let go of the port."""
        self._server.shutdown()
        self._server.server_close()


def _handler(treat: Treat) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def _treat(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # who wrote it was killed
                self.close_connection = True
                return
            answer = treat(self.command, self.path, self.headers.get("Authorization", ""), body)
            if answer is None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            payload = json.dumps(answer.said, ensure_ascii=False).encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = _treat  # noqa: N815 the names are the library's

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError, ValueError):  # a client may be killed, or give up waiting
                super().handle()

    return Handler
