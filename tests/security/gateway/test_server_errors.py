"""What never reaches the app is answered as the app would: the same headers, and nothing of the request."""

import pytest

from sms_gateway.headers import HEADERS
from sms_gateway.serving import LARGEST_BODY_BYTES, LARGEST_HEADERS_BYTES
from tests.gateway.conftest import TWILIO
from tests.security.conftest import Serve
from tests.security.gateway.conftest import OpenApp
from tests.security.gateway.wire import send, status

ECHO = b"echo-me"
HOST = b"Host: localhost\r\n"
BAD = {
    "no request line": (b"echo-me\r\n\r\n", 400),
    "no version that is one": (b"GET / HTTP/x echo-me\r\n\r\n", 400),
    "small letters": (b"get /echo-me HTTP/1.1\r\n\r\n", 400),
    "a header without a colon": (b"GET / HTTP/1.1\r\necho-me\r\n\r\n", 400),
    "a space before the colon": (b"GET / HTTP/1.1\r\necho-me : a\r\n\r\n", 400),
    "a bare line feed": (b"GET / HTTP/1.1\r\nA: echo-me\nB: c\r\n\r\n", 400),
    "a folded first header": (b"GET / HTTP/1.1\r\n echo-me\r\n\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\nA: echo-me\x00\r\n\r\n", 400),
    "a length that is none": (b"POST / HTTP/1.1\r\nContent-Length: echo-me\r\n\r\n", 400),
    "a length below nothing": (b"POST /echo-me HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    "two lengths": (b"POST /echo-me HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "a length with a sign": (b"POST /echo-me HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
    "a body far too large": (
        b"POST /echo-me HTTP/1.1\r\nContent-Length: " + str(LARGEST_BODY_BYTES).encode() + b"\r\n\r\n",
        413,
    ),
    "an absurd length": (b"POST /echo-me HTTP/1.1\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n", 413),
    "headers far too large": (
        b"GET / HTTP/1.1\r\nA: " + b"echo-me" * (LARGEST_HEADERS_BYTES // 7) + b"\r\n\r\n",
        431,
    ),
    "headers far too many": (
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * (LARGEST_HEADERS_BYTES // 6 + 1) + b"\r\n",
        431,
    ),
    "a path far too long": (b"GET /" + b"a" * LARGEST_HEADERS_BYTES + b" HTTP/1.1\r\n\r\n", 431),
    "a malformed chunk": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\necho-me\r\n", 400),
    "a chunk below nothing": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
    "a chunk that does not end": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabecho-me",
        400,
    ),
    "another coding": (b"POST / HTTP/1.1\r\nTransfer-Encoding: echo-me\r\n\r\n", 501),
    "a coding after chunked": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 501),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_request_is_answered_like_any_and_nothing_of_it_comes_back(
    open_app: OpenApp, serve: Serve, name: str
) -> None:
    raw, code = BAD[name]
    answer = send(serve(open_app(**TWILIO)), raw)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == code
    assert ECHO not in answer
    assert b'"message"' in body
    for header in (*HEADERS, "Strict-Transport-Security", "Cache-Control"):
        assert header.lower().encode() + b":" in head.lower()
    assert b"server:" not in head.lower()
    assert b"waitress" not in answer.lower()


def test_a_request_smuggled_behind_another_is_no_part_of_it(open_app: OpenApp, serve: Serve) -> None:
    raw = (
        b"POST /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /simulator HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    )
    assert b"200 OK" not in send(serve(open_app()), raw)
