"""Malformed input is answered 400 or 403 (413 and 431 where it is too much), never 500."""

import json

import pytest
from sqlalchemy.exc import DataError

from renewal.store.models import InboundText
from sms_gateway.blueprints import pages
from tests.gateway.conftest import TWILIO
from tests.security.gateway.conftest import OpenApp
from tests.security.gateway.wire import request, send, signed, status, text_form

OURS = {"X-Requested-With": "fetch"}
NEST = 20_000
BODIES = [
    *(
        b"",
        b"{",
        b"}",
        b"[]",
        b"null",
        b"true",
        b'"x"',
        b"1",
        b"1e999",
        b"-",
        b"NaN",
        b"\xff\xfe",
        b"\x00",
        b"{}",
    ),
    *(b"[" * NEST, b'{"a":' * (NEST // 2), b"[" * NEST + b"]" * NEST, b'{"id":' + b"[" * NEST, b"9" * 5_000),
    *(
        b'{"id": "a", "text": ' + b"9" * 5_000 + b"}",
        b'{"id": "a", "text": null}',
        b'{"id": "a", "text": {}}',
    ),
    *(
        b'{"id": ["a"], "text": "x"}',
        b'{"id": {}, "text": "x"}',
        b'{"id": true, "text": "x"}',
        b'{"text": "x"}',
    ),
    *(b'{"id": "\\ud800", "text": "x"}', b'{"id": "a\\u0000", "text": "x"}', b'{"id": "\\n", "text": "x"}'),
    *(
        b'{"id": "a", "text": "x"',
        b"{'id': 'a'}",
        b'{"id": "a", "text": "\xff"}',
        "id=a&text=x".encode("utf-16"),
    ),
    *(
        b'{"id": "\\u202e", "text": "x"}',
        b'{"id": "", "text": ""}',
        b'{"ID": "a", "TEXT": "x"}',
        b"\xef\xbb\xbf",
    ),
]
AFTER = [
    *(
        "-1",
        "+1",
        "1.0",
        "1e3",
        "0x1",
        " 1",
        "1 ",
        "",
        "٣",
        "１",
        "²",
        "x",
        "\x00",
        "null",
        "1;2",
        "1,2",
        "true",
    ),
    *(
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "1" * 18,
        "9" * 30,
        "9" * 5_000,
    ),
]
NOT_TEXT = [
    b"\xff",
    b"\xff\xfe\xfd",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"\xe4\xb8",
    b"\x80" * 500,
]
NAMES = [
    b"Authorization",
    b"Cookie",
    b"Origin",
    b"Referer",
    b"User-Agent",
    b"Content-Type",
    b"X-Twilio-Signature",
]
PATHS = [
    *(
        "/%",
        "/%zz",
        "/%ff",
        "/%00",
        "/%",
        "/%c0%ae%c0%ae/",
        "/..%2f..%2fetc/passwd",
        "/static/%00",
        "/static/..%2fapp.py",
    ),
    *(
        "/static/%2e%2e/app.py",
        "/static/" + "a" * 5_000,
        "/chat/messages?after=%",
        "/chat/messages?after=%ff",
        "/?%00=%ff",
    ),
    *(
        "/static//etc/passwd",
        "/static/C:%5cwindows",
        "/chat/widget.js%00",
        "/%ed%a0%80",
        "/\x7f",
        "/sms/twilio/status/%00",
    ),
    *(
        "/simulator/phones/%00/texts",
        "/simulator/phones/%ff/texts",
        "/simulator/phones/%ed%a0%80/texts",
        "/;",
        "/?" + "a=1&" * 900,
    ),
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_no_message_is_answered_400(session, assistant, body: bytes) -> None:
    answer = session.post("/chat/messages", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["error"]["message"]
    assert assistant.said == []


@pytest.mark.parametrize("body", BODIES)
def test_what_is_typed_on_no_phone_is_answered_400(client, body: bytes) -> None:
    path = "/simulator/phones/guest/texts"
    answer = client.post(path, data=body, content_type="application/json", headers=OURS)
    assert answer.status_code == 400


@pytest.mark.parametrize("body", BODIES)
def test_a_session_opens_whatever_json_asks_for_it_and_reads_none_of_it(client, body: bytes) -> None:
    answer = client.post("/chat/sessions", data=body, content_type="application/json")
    assert answer.status_code == 201


@pytest.mark.parametrize("after", AFTER)
def test_a_number_that_no_message_has_is_answered_400(session, after: str) -> None:
    assert session.get("/chat/messages", query_string={"after": after}).status_code == 400
    shown = session.get("/simulator/phones/guest/texts", query_string={"after": after})
    assert shown.status_code == 400


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_largest_number_is_one_that_the_database_counts_to(
    services, open_any, database_kind: str
) -> None:
    client = open_any(services)
    client.post("/chat/sessions", json={})
    for after, code in (("2147483647", 200), ("2147483648", 400), (str(2**63), 400)):
        assert client.get(f"/chat/messages?after={after}").status_code == code
        assert client.get(f"/simulator/phones/guest/texts?after={after}").status_code == code


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00", "a\x00b", "\udc00\ud800", "\ufffe", "\uffff"])
def test_half_a_character_is_a_text_like_any_other(services, open_any, database_kind: str, text: str) -> None:
    client = open_any(services)
    client.post("/chat/sessions", json={})
    body = json.dumps({"id": "a", "text": text, "body": text})
    for path, code in (("/chat/messages", 200), ("/simulator/phones/guest/texts", 202)):
        answer = client.post(path, data=body, content_type="application/json", headers=OURS)
        assert answer.status_code == code


@pytest.fixture
def open_any(assistant):
    from sms_gateway.app import create_app

    return lambda services, **changes: create_app(
        services.settings.model_copy(update=changes), services, assistant
    ).test_client()


@pytest.mark.parametrize("value", NOT_TEXT)
@pytest.mark.parametrize("name", NAMES)
def test_a_header_that_is_no_text_is_no_error_of_ours(live: int, name: bytes, value: bytes) -> None:
    for prefix in (b"", b"Bearer ", b"renewal_chat="):
        for path in ("/chat/messages", "/"):
            assert status(send(live, request("GET", path, name + b": " + prefix + value))) < 500


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_is_none_is_no_error_of_ours(live: int, path: str) -> None:
    for method in ("GET", "POST"):
        assert status(send(live, request(method, path))) < 500


@pytest.mark.parametrize("raw", [b"\xff" * 20, b"a\xe4b"])
def test_raw_bytes_in_a_path_are_no_error_of_ours(live: int, raw: bytes) -> None:
    asked = b"GET /" + raw + b"?" + raw + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert 400 <= status(send(live, asked)) < 500


@pytest.fixture(scope="module")
def live(shared, serve_long) -> int:
    from sms_gateway.app import create_app
    from tests.gateway.conftest import ScriptedAssistant

    return serve_long(create_app(shared.settings, shared, ScriptedAssistant()))


QUERIES = [
    *("", "?", "?bodySHA256", "?bodySHA256=", "?bodySHA256=&bodySHA256=", "?bodySHA256=%00", "?bodySHA256=x"),
    *(
        "?BODYSHA256=",
        "?a=bodySHA256=",
        "?bodySHA256=%ff",
        "?bodySHA256=" + "0" * 64,
        "?bodySHA256=&a=b",
        "?=bodySHA256=",
    ),
    *("?bodySHA256==", "?bodySHA256=[", "?bodySHA256=;", "?[", "?%5B%5D", "?bodySHA256=" + "é"),
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("body", ["", "{}", "[" * NEST, "null", "\x00", "é"])
def test_an_unsigned_json_webhook_is_refused_whatever_it_claims(twilio, query: str, body: str) -> None:
    for path in ("/sms/twilio", "/sms/twilio/status/a"):
        answer = twilio.post(path + query, data=body, content_type="application/json")
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "content_type",
    [
        *(
            "",
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=x",
        ),
        *(
            "application/x-www-form-urlencoded; charset=utf-7",
            "application/json; charset=x",
            "a/b/c",
            ";",
            "\xff",
        ),
        "application/x-www-form-urlencoded; charset=\x01",
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"From=%2B86&Body=x", b"--x\r\n\r\n", b"--x--", b"\xff\x00", b"a=" * 900, b"&" * 9_000]
)
def test_an_unsigned_webhook_of_any_type_is_refused(twilio, content_type: str, body: bytes) -> None:
    answer = twilio.post("/sms/twilio", data=body, content_type=content_type)
    assert answer.status_code == 403


SIGNED = [
    {"MessageSid": "SM\x00"},
    {"MessageSid": "SM1\ud7ff"},
    {"MessageSid": "S" * 65},
    {"MessageSid": "SM'; --"},
    {"MessageSid": "短信"},
    {"From": ""},
    {"From": "+"},
    {"From": "x" * 400},
    {"From": "\x00"},
    {"From": "+" + "9" * 60},
    {"From": "sip:a@b"},
]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("changed", SIGNED)
def test_a_signed_text_with_odd_fields_is_answered_400(services, open_any, database_kind, changed) -> None:
    twilio = _twilio(services, open_any)
    form = text_form(**changed)
    assert twilio.post("/sms/twilio", data=form, headers=signed(form)).status_code == 400
    with services.store.read() as session:
        assert session.query(InboundText).count() == 0


def _twilio(services, open_any):
    from dataclasses import replace

    changed = replace(services, settings=services.settings.model_copy(update=TWILIO))
    return open_any(changed)


def test_a_field_that_is_sent_twice_is_signed_twice_and_read_once(twilio) -> None:
    form = [*text_form(MessageSid="SMtwice").items(), ("From", "+15005550001"), ("Body", "退订")]
    assert twilio.post("/sms/twilio", data=dict(form), headers=signed(form)).status_code == 403


def test_what_the_database_cannot_hold_is_the_senders_error(open_app: OpenApp) -> None:
    app = open_app()

    def unstorable() -> str:
        raise DataError("INSERT", {}, ValueError("secret words"))

    app.view_functions[f"{pages.blueprint.name}.index"] = unstorable
    answer = app.test_client().get("/")
    assert answer.status_code == 400
    assert "secret" not in answer.text
