"""Bytes on a socket: what no client library would send."""

import socket
from contextlib import closing
from typing import Any

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

PATIENCE_S = 20.0
BASE = "https://sms.example.org"
PHONE = "+8619900000001"


def send(port: int, raw: bytes) -> bytes:
    """What comes back for these bytes, until the server closes or has answered."""
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) as wire:
        wire.sendall(raw)
        return read(wire)


def read(wire: socket.socket) -> bytes:
    """One answer, head and body."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = wire.recv(65536)
        if not part:
            return got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    while len(body) < length_of(head):
        part = wire.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body


def length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def request(
    method: str = "GET", path: str = "/", *headers: bytes, host: str = "localhost", body: bytes = b""
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1".encode(), f"Host: {host}".encode(), b"Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}".encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def signed(form: Any, path: str = "/sms/twilio", token: str = "token-of-the-tests") -> dict[str, str]:
    """The header that Twilio would send with this form."""
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(BASE + path, MultiDict(form))}


def text_form(**more: str) -> dict[str, str]:
    return {"MessageSid": "SM" + "1" * 32, "From": PHONE, "Body": "居住证怎么续签"} | more
