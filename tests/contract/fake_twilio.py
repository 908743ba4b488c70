"""Twilio's Messages resource, small and stateful: checks credentials and parameters, keeps what it took."""

import base64
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

SPEC = Path(__file__).parents[3] / "shared/contracts/twilio_api_v2010.yaml"
REQUIRED = {"To", "Body"}
SENDERS = {"From", "MessagingServiceSid"}


@cache
def published_parameters() -> frozenset[str] | None:
    """Names that Twilio's published description of CreateMessage knows; None where the file is not there."""
    if not SPEC.exists():
        return None
    spec = yaml.load(SPEC.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    operation = spec["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
    content = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
    return frozenset(content["schema"]["properties"])


@dataclass
class FakeTwilio:
    """`refuse` is answered to the next posts, one each: (status, code). `hang_s` delays an answer already taken."""

    sid: str
    token: str
    taken: list[dict[str, str]] = field(default_factory=list)
    refuse: list[tuple[int, int | None]] = field(default_factory=list)
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
        known = published_parameters()
        if not form.keys() >= REQUIRED or not SENDERS & form.keys() or (known and not form.keys() <= known):
            return _error(400, 21604)
        if self.refuse:
            return _error(*self.refuse.pop(0))
        message = form | {"sid": f"SM{len(self.taken) + 1:032x}", "status": "queued"}
        self.taken.append(message)
        if self.take_then_fail:
            return _error(self.take_then_fail.pop(0), None)
        time.sleep(self.hang_s)
        return 201, _shown(message)

    def get(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        if refused := self._refusal(path, authorization):
            return refused
        to = parse_qs(urlsplit(path).query).get("To", [""])[0]
        found = [_shown(message) for message in reversed(self.taken) if message["To"] == to]
        return 200, {"messages": found, "page": 0, "page_size": 50, "next_page_uri": None}

    def _refusal(self, path: str, authorization: str) -> tuple[int, dict[str, Any]] | None:
        wanted = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return _error(401, 20003)
        if urlsplit(path).path != f"/2010-04-01/Accounts/{self.sid}/Messages.json":
            return _error(404, 20404)
        return None


def _error(status: int, code: int | None) -> tuple[int, dict[str, Any]]:
    return status, {"status": status, "message": "no"} | ({"code": code} if code else {})


def _shown(message: dict[str, str]) -> dict[str, Any]:
    return {
        "sid": message["sid"],
        "to": message["To"],
        "from": message.get("From"),
        "body": message["Body"],
        "status": message["status"],
        "direction": "outbound-api",
        "error_code": message.get("error_code"),
        "date_created": "Mon, 23 Nov 2026 02:00:00 +0000",
    }
