"""Twilio's Messages resource, small and stateful: checks credentials and parameters, keeps what it took."""

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

DESCRIBED = Path(__file__).with_name("twilio_messages.yml")
REQUIRED = {"To", "Body"}
SENDERS = {"From", "MessagingServiceSid"}


@cache
def published(what: str) -> frozenset[str]:
    """Names that Twilio's published description knows: of what is given to `create` and `list`, of what is `shown`."""
    return frozenset(_described()[what].split())


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load(DESCRIBED.read_text("utf-8"))
    return described


@dataclass
class FakeTwilio:
    """`refuse` is answered to the next posts, one each: (status, code). `hang_s` delays an answer already taken."""

    sid: str
    token: str
    taken: list[dict[str, str]] = field(default_factory=list)
    refuse: list[tuple[int, int | None]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    came_in: list[dict[str, str]] = field(default_factory=list)
    take_then_fail: list[int] = field(default_factory=list)
    hang_s: float = 0.0
    url: str = ""

    def start(self) -> None:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {key: values[0] for key, values in parse_qs(body, keep_blank_values=True).items()}
                self.reply(*fake.post(self.path, self.headers.get("Authorization", ""), form))

            def do_GET(self) -> None:
                self.reply(*fake.get(self.path, self.headers.get("Authorization", "")))

            def reply(self, status: int, answer: dict[str, Any]) -> None:
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):  # a client may give up waiting
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def post(self, path: str, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if refused := self._refusal(path, authorization):
            return refused
        if not form.keys() >= REQUIRED or not SENDERS & form.keys() or not _is_as_described(form):
            return _error(400, 21604)
        if self.refuse:
            return _error(*self.refuse.pop(0))
        made_at = format_datetime(datetime.now(UTC))
        message = form | {"sid": f"SM{next(self.numbers):032x}", "status": "queued", "made_at": made_at}
        self.taken.append(message)
        if self.take_then_fail:
            return _error(self.take_then_fail.pop(0), None)
        time.sleep(self.hang_s)
        return 201, _shown(message)

    def get(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        if refused := self._refusal(path, authorization):
            return refused
        place = urlsplit(path).path.removeprefix(f"/2010-04-01/Accounts/{self.sid}").removesuffix(".json")
        if not place:
            return 200, {"sid": self.sid, "status": "active", "friendly_name": "fake"}
        if place != "/Messages":
            one = [message for message in self.taken if message["sid"] == place.rpartition("/")[2]]
            return (200, _shown(one[0])) if one else _error(404, 20404)
        asked = parse_qs(urlsplit(path).query)
        if not asked.keys() <= published("list"):
            return _error(400, 20001)
        found = [*reversed(self.taken), *reversed(self.came_in)]
        found = [m for m in found if asked.get("To", [m["To"]])[0] == m["To"]]
        return 200, {
            "messages": [_shown(message) for message in found],
            "page": 0,
            "page_size": 50,
            "next_page_uri": None,
        }

    def _refusal(self, path: str, authorization: str) -> tuple[int, dict[str, Any]] | None:
        wanted = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return _error(401, 20003)
        if not urlsplit(path).path.startswith(f"/2010-04-01/Accounts/{self.sid}"):
            return _error(404, 20404)
        return None


def _is_as_described(form: dict[str, str]) -> bool:
    patterns: dict[str, str] = _described()["patterns"]
    return form.keys() <= published("create") and all(
        re.fullmatch(pattern, form[name]) for name, pattern in patterns.items() if name in form
    )


def _error(status: int, code: int | None) -> tuple[int, dict[str, Any]]:
    return status, {"status": status, "message": "no"} | ({"code": code} if code else {})


def _shown(message: dict[str, str]) -> dict[str, Any]:
    return {
        "sid": message["sid"],
        "to": message["To"],
        "from": message.get("From"),
        "body": message["Body"],
        "status": message["status"],
        "direction": message.get("direction", "outbound-api"),
        "error_code": message.get("error_code"),
        "num_media": message.get("num_media", "0"),
        "date_created": message["made_at"],
        "date_sent": message["made_at"],
    }
