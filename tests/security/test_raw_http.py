"""Bytes that two readers could read as two things: one answer at most, nobody else's, and the next caller is served."""

import re
import socket
from contextlib import suppress
from dataclasses import dataclass

import pytest

from tests.security.conftest import Door, Serve, cookie_of, history, say

PATIENCE_S = 10
SECRET = "样例别人的话"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
SMUGGLED = "POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True, kw_only=True)
class Live:
    """A real server on loopback."""

    door: Door
    port: int

    def send(self, raw: bytes) -> bytes:
        """All that comes back on a connection of its own, until the server closes it."""
        got = b""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as wire:
            with suppress(ConnectionError, OSError):  # cut off before the end of what we send
                wire.sendall(raw)
                wire.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                while part := wire.recv(65536):
                    got += part
        return got

    def serves(self) -> bool:
        """Whether the next caller gets the front page."""
        asked = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n"
        return self.send(asked.encode()).startswith(b"HTTP/1.1 200 ")


@pytest.fixture(scope="module")
def live(door: Door, serve_long: Serve) -> Live:
    """The gateway behind its real server, which reads requests strictly."""
    return Live(door=door, port=serve_long(door.app))


@pytest.fixture(scope="module")
def victim(door: Door) -> tuple[str, object]:
    """Somebody else's conversation: its cookie, and the client that holds it."""
    client = door.client()
    cookie = cookie_of(client.post("/chat/sessions", json={}))
    say(client, SECRET)
    return cookie, client


def request(first: str, *headers: str, body: str = "", host: str = "Host: 127.0.0.1") -> bytes:
    return "\r\n".join([first, *([host] if host else []), *headers, "", body]).encode("latin-1")


POST = "POST /chat/sessions HTTP/1.1"
JSON = "Content-Type: application/json"
INNER = "GET /simulator HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked"

REFUSED: dict[str, bytes] = {
    "another coding": request(POST, JSON, "Transfer-Encoding: gzip", body="2\r\n{}\r\n0\r\n\r\n"),
    "identity": request(POST, JSON, "Transfer-Encoding: identity", "Content-Length: 2", body="{}"),
    "chunked beside another coding": request(
        POST, JSON, "Transfer-Encoding: gzip, chunked", body="0\r\n\r\n"
    ),
    "chunked before another coding": request(
        POST, JSON, "Transfer-Encoding: chunked, gzip", body="0\r\n\r\n"
    ),
    "chunked, spelt with an x": request(POST, JSON, "Transfer-Encoding: xchunked", body="0\r\n\r\n"),
    "chunked with a tab in it": request(POST, JSON, "Transfer-Encoding: chun\tked", body="0\r\n\r\n"),
    "chunked in quotes": request(POST, JSON, 'Transfer-Encoding: "chunked"', body="0\r\n\r\n"),
    "chunked twice": request(POST, JSON, CHUNKED, CHUNKED, body="0\r\n\r\n"),
    "chunked, then a lie": request(POST, JSON, CHUNKED, "Transfer-Encoding: x", body="0\r\n\r\n"),
    "a blank before the colon": request(POST, JSON, "Transfer-Encoding : chunked", body="0\r\n\r\n"),
    "a tab before the colon": request(POST, JSON, "Transfer-Encoding\t: chunked", body="0\r\n\r\n"),
    "a header folded over two lines": request(POST, JSON, "Transfer-Encoding:", " chunked", body="0\r\n\r\n"),
    "a header that begins with a blank": request("GET / HTTP/1.1", " Content-Length: 2", host=""),
    "two lengths": request(POST, JSON, "Content-Length: 2", "Content-Length: 9", body="{}"),
    "two lengths in one": request(POST, JSON, "Content-Length: 2, 9", body="{}"),
    "the same length twice in one": request(POST, JSON, "Content-Length: 2, 2", body="{}"),
    "a negative length": request(POST, JSON, "Content-Length: -2", body="{}"),
    "a length with a plus": request(POST, JSON, "Content-Length: +2", body="{}"),
    "a length in hex": request(POST, JSON, "Content-Length: 0x2", body="{}"),
    "a length with a point": request(POST, JSON, "Content-Length: 2.0", body="{}"),
    "a length with an exponent": request(POST, JSON, "Content-Length: 2e0", body="{}"),
    "a length with an underscore": request(POST, JSON, "Content-Length: 1_0", body="{}"),
    "a length in other digits": request(POST, JSON, "Content-Length: \xb2", body="{}"),
    "a length of words": request(POST, JSON, "Content-Length: two", body="{}"),
    "a length beyond every number": request(POST, JSON, "Content-Length: " + "9" * 40),
    "a length beyond what we take": request(POST, JSON, "Content-Length: 99999999"),
    "a chunk's size of words": request(POST, JSON, CHUNKED, body="zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk's size below nothing": request(POST, JSON, CHUNKED, body="-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk's size with 0x": request(POST, JSON, CHUNKED, body="0x2\r\n{}\r\n0\r\n\r\n"),
    "a chunk's size with an underscore": request(POST, JSON, CHUNKED, body="1_0\r\n{}\r\n0\r\n\r\n"),
    "a chunk longer than its size": request(POST, JSON, CHUNKED, body="1\r\n{}\r\n0\r\n\r\n"),
    "a chunk that ends in other letters": request(POST, JSON, CHUNKED, body="2\r\n{}XX0\r\n\r\n"),
    "a chunk's size without an end": request(POST, JSON, CHUNKED, body="1" * 70_000),
    "a NUL in a header": request("GET / HTTP/1.1", "X-A: a\x00b"),
    "a NUL in a header's name": request("GET / HTTP/1.1", "X\x00A: b"),
    "a NUL in the address": request("GET /\x00 HTTP/1.1"),
    "a bare return in a header": request("GET / HTTP/1.1", "X-A: a\rX-B: b"),
    "a header without a name": request("GET / HTTP/1.1", ": b"),
    "a header without a colon": request("GET / HTTP/1.1", "X-A"),
    "a header with a bracket in its name": request("GET / HTTP/1.1", "X(A): b"),
    "a header of a million letters": request("GET / HTTP/1.1", "X-A: " + "a" * 1_000_000),
    "ten thousand headers": request("GET / HTTP/1.1", *(f"X-{n}: {'a' * 40}" for n in range(10_000))),
    "an address of a million letters": request("GET /" + "a" * 1_000_000 + " HTTP/1.1"),
    "HTTP/2.0": request("GET / HTTP/2.0"),
    "HTTP/1.10": request("GET / HTTP/1.10"),
    "HTTP/9": request("GET / HTTP/9"),
    "HTTQ": request("GET / HTTQ/1.1"),
    "http in small letters": request("GET / http/1.1"),
    "three blanks": request("GET /  x HTTP/1.1"),
    "a method in small letters": request("get / HTTP/1.1"),
    "a method of odd letters": request("G@T / HTTP/1.1"),
    "a call for a tunnel": request("CONNECT 127.0.0.1:5005 HTTP/1.1"),
    "a call for an echo": request("TRACE / HTTP/1.1", "X-A: b"),
    "a method of WebDAV": request("PROPFIND / HTTP/1.1"),
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a TLS greeting": bytes.fromhex("16030100c8010000c40303") + b"\r\n\r\n",
    "nothing but line ends": b"\r\n" * 10 + b"x\r\n\r\n",
}


def statuses(got: bytes) -> list[int]:
    return [int(code) for code in STATUS.findall(got)]


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_a_malformed_request_is_refused_or_cut_off_and_the_next_caller_is_served(
    live: Live, raw: bytes
) -> None:
    before = live.door.traces()
    got = live.send(raw)
    assert len(statuses(got)) <= 1, got[:600]
    assert not got or statuses(got)[0] >= 400, got[:200]
    assert b"Traceback" not in got
    assert live.door.traces() == before
    assert live.serves()


AMBIGUOUS: dict[str, bytes] = {
    "a length and chunks": request(
        POST, JSON, "Content-Length: 7", CHUNKED, body=f"2\r\n{{}}\r\n0\r\n\r\n{INNER}"
    ),
    "chunks and a length": request(
        POST, JSON, CHUNKED, "Content-Length: 7", body=f"2\r\n{{}}\r\n0\r\n\r\n{INNER}"
    ),
    "a length of nothing and chunks": request(
        POST, JSON, "Content-Length: 0", CHUNKED, body=f"0\r\n\r\n{INNER}"
    ),
    "chunks in an old request": request(
        "POST /chat/sessions HTTP/1.0", JSON, "Connection: keep-alive", CHUNKED, body=f"0\r\n\r\n{INNER}"
    ),
    "two lengths, one of nothing": request(
        POST, JSON, "Content-Length: 0", f"Content-Length: {len(INNER)}", body=INNER
    ),
    "a folded coding beside a length": request(
        POST, JSON, "Content-Length: 7", "X-A: b", f" {CHUNKED}", body=INNER
    ),
    "a length over chunks that end early": request(
        POST, JSON, f"Content-Length: {5 + len(INNER)}", CHUNKED, body=f"0\r\n\r\n{INNER}"
    ),
}


@pytest.mark.parametrize("raw", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_body_whose_end_two_readers_see_at_two_places_is_refused(live: Live, raw: bytes) -> None:
    """A proxy that counts by the one and we by the other would take a stranger's words for the next caller's."""
    got = live.send(raw)
    assert statuses(got) == [400]
    assert live.serves()


HIDDEN: dict[str, bytes] = {
    "in a body": request(POST, JSON, f"Content-Length: {len(INNER)}", body=INNER),
    "in a chunk": request(POST, JSON, CHUNKED, body=f"{len(INNER):x}\r\n{INNER}\r\n0\r\n\r\n"),
    "in a chunk with an extension": request(
        POST, JSON, CHUNKED, body=f"{len(INNER):x};a=b\r\n{INNER}\r\n0\r\n\r\n"
    ),
    "in a trailer": request(POST, JSON, CHUNKED, body=f"2\r\n{{}}\r\n0\r\nX: {INNER}"),
    "in a header": request("GET / HTTP/1.1", "X-A: GET /simulator HTTP/1.1", "Connection: close"),
    "behind a GET with a body": request("GET / HTTP/1.1", f"Content-Length: {len(INNER)}", body=INNER),
    "behind a HEAD with a body": request("HEAD / HTTP/1.1", f"Content-Length: {len(INNER)}", body=INNER),
    "behind Expect": request(POST, JSON, "Expect: 100-continue", f"Content-Length: {len(INNER)}", body=INNER),
    "behind an upgrade": request(
        "GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: h2c", f"Content-Length: {len(INNER)}", body=INNER
    ),
}


@pytest.mark.parametrize("raw", HIDDEN.values(), ids=HIDDEN)
def test_a_request_inside_another_is_never_answered(live: Live, raw: bytes) -> None:
    got = live.send(raw)
    assert b"simulator.js" not in got
    assert len([code for code in statuses(got) if code != 100]) <= 1
    assert live.serves()


FORMS_OF_ADDRESS: dict[str, bytes] = {
    "an absolute address": request("GET http://evil.example/ HTTP/1.1", "Connection: close"),
    "an absolute address of a file": request("GET file:///etc/passwd HTTP/1.1", "Connection: close"),
    "an absolute address of Rasa": request("GET http://127.0.0.1:5005/ HTTP/1.1", "Connection: close"),
    "a user's address": request("GET http://a:b@127.0.0.1/ HTTP/1.1", "Connection: close"),
    "an asterisk": request("OPTIONS * HTTP/1.1", "Connection: close"),
    "another host": request("GET / HTTP/1.1", "Connection: close", host="Host: evil.example"),
    "two hosts": request("GET / HTTP/1.1", "Host: evil.example", "Connection: close"),
    "no host": request("GET / HTTP/1.1", "Connection: close", host=""),
    "a host with a path": request("GET / HTTP/1.1", "Connection: close", host="Host: evil.example/x"),
    "a host with markup": request("GET / HTTP/1.1", "Connection: close", host="Host: <script>"),
    "an old request": b"GET /\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "line ends without a return": b"GET / HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n",
}


@pytest.mark.parametrize("raw", FORMS_OF_ADDRESS.values(), ids=FORMS_OF_ADDRESS)
def test_no_form_of_address_leads_elsewhere_or_comes_back(live: Live, raw: bytes) -> None:
    got = live.send(raw)
    assert len(statuses(got)) <= 1
    assert not [
        mark for mark in (b"evil.example", b"<script>", b"root:", b"passwd", b"rasa") if mark in got.lower()
    ]
    assert live.serves()


@pytest.mark.parametrize(
    "raw", [*AMBIGUOUS.values(), *list(HIDDEN.values())[:4]], ids=[*AMBIGUOUS, *list(HIDDEN)[:4]]
)
def test_a_smuggled_text_lands_in_nobody_elses_conversation(
    live: Live, victim: tuple[str, object], raw: bytes
) -> None:
    """The next caller on the line brings a cookie; the stranger's half request must not swallow it."""
    cookie, client = victim
    half = f"{SMUGGLED}Content-Length: 200\r\n\r\n".encode()
    live.send(raw.replace(INNER.encode(), half))
    asked = f"GET /chat/messages?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    assert SECRET in live.send(asked.encode()).decode()
    assert [m["text"] for m in history(client)] == [SECRET, f"答1：{SECRET}"]


def test_half_a_request_keeps_nobody_waiting(live: Live) -> None:
    halves = [socket.create_connection(("127.0.0.1", live.port), PATIENCE_S) for _ in range(12)]
    for wire in halves:
        wire.sendall(b"POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{")
    assert live.serves()
    for wire in halves:
        wire.close()
    assert live.serves()
