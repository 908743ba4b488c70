"""Alibaba Cloud's SMS service, small and stateful: checks every signature (ACS3-HMAC-SHA256), keeps what it took."""

import hashlib
import hmac
import json
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

SHANGHAI = timedelta(hours=8)
LATE = timedelta(minutes=15)


@dataclass
class FakeAlibaba:
    """`refuse` is answered to the next sendings, one each: (status, code); `take_then_fail` takes one, then fails."""

    key_id: str
    key_secret: str
    sign_name: str
    templates: dict[str, str]
    listed: list[dict[str, Any]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    refuse: list[tuple[int, str]] = field(default_factory=list)
    take_then_fail: list[int] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=lambda: count(1))
    url: str = ""

    def start(self) -> None:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answer = fake.answer(self.path, headers, body)
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        query = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
        if code := self._unsigned(query, headers, body):
            return 400 if code == "SignatureDoesNotMatch" else 404, _said(code)
        action = headers["x-acs-action"]
        return {"SendSms": self._send, "QuerySendDetails": self._details}.get(action, self._lists)(query)

    def _unsigned(self, query: dict[str, str], headers: dict[str, str], body: bytes) -> str:
        """The code of what is wrong with a signature, by the published rule; empty where it is good."""
        written = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if written is None or headers.get("x-acs-version") != "2017-05-25":
            return "IncompleteSignature"
        key_id, signed, signature = written.groups()
        if key_id != self.key_id:
            return "InvalidAccessKeyId.NotFound"
        payload = hashlib.sha256(body).hexdigest()
        lines = [
            "POST",
            "/",
            "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query.items())),
            *(f"{name}:{headers[name].strip()}" for name in signed.split(";")),
            "",
            signed,
            payload,
        ]
        hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        wanted = hmac.new(
            self.key_secret.encode(), f"ACS3-HMAC-SHA256\n{hashed}".encode(), hashlib.sha256
        ).hexdigest()
        required = {
            "host",
            "x-acs-action",
            "x-acs-content-sha256",
            "x-acs-date",
            "x-acs-signature-nonce",
            "x-acs-version",
        }
        if (
            signature != wanted
            or headers["x-acs-content-sha256"] != payload
            or not required <= set(signed.split(";"))
        ):
            return "SignatureDoesNotMatch"
        at = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - at) > LATE:
            return "InvalidTimeStamp.Expired"
        if headers["x-acs-signature-nonce"] in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(headers["x-acs-signature-nonce"])
        return ""

    def _send(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.refuse:
            status, code = self.refuse.pop(0)
            return status, _said(code)
        if query.get("SignName") != self.sign_name:
            return 200, _said("isv.SMS_SIGNATURE_ILLEGAL")
        words = self.templates.get(query.get("TemplateCode", ""))
        if words is None:
            return 200, _said("isv.SMS_TEMPLATE_ILLEGAL")
        values = json.loads(query.get("TemplateParam", "{}"))
        if set(re.findall(r"\$\{(\w+)\}", words)) != set(values):
            return 200, _said("isv.TEMPLATE_MISSING_PARAMETERS")
        for name, value in values.items():
            words = words.replace(f"${{{name}}}", value)
        self.taken.append(
            {
                "PhoneNum": query["PhoneNumbers"],
                "Content": f"【{self.sign_name}】{words}",
                "OutId": query.get("OutId", ""),
                "TemplateCode": query["TemplateCode"],
                "SendStatus": 1,
                "SendDate": f"{datetime.now(UTC) + SHANGHAI:%Y-%m-%d %H:%M:%S}",
            }
        )
        if self.take_then_fail:
            return self.take_then_fail.pop(0), _said("InternalError")
        return 200, _said("OK") | {"BizId": f"{next(self.numbers):018d}^0"}

    def _details(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        day = date.fromisoformat(query["SendDate"]).isoformat()
        rows = [
            r for r in self.taken if r["PhoneNum"] == query["PhoneNumber"] and r["SendDate"].startswith(day)
        ]
        size, page = int(query["PageSize"]), int(query["CurrentPage"])
        shown = list(reversed(rows))[size * (page - 1) : size * page]
        return 200, _said("OK") | {"TotalCount": len(rows), "SmsSendDetailDTOs": {"SmsSendDetailDTO": shown}}

    def _lists(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        size, page = int(query["PageSize"]), int(query["PageIndex"])
        sign = {"SignName": self.sign_name, "AuditStatus": "AUDIT_STATE_PASS"}
        shown = self.listed[size * (page - 1) : size * page]
        return 200, _said("OK") | {"SmsSignList": [sign], "SmsTemplateList": shown}


def _said(code: str) -> dict[str, Any]:
    return {"Code": code, "Message": code, "RequestId": "0"}
