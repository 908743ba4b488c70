"""What strangers send to the doors of the widget: too much, too deep, another kind, another's."""

import json

import pytest

DOORS = ("/chat/messages", "/chat/feedback", "/chat/callbacks", "/chat/callbacks/code")
BOMBS = {
    "brackets": "[" * 60_000,
    "braces": '{"a":' * 10_000,
    "a number": '{"n": 1' + "0" * 60_000 + "}",
    "keys": json.dumps({str(number): number for number in range(5_000)}),
    "half": '{"id": "a", "text": "',
    "surrogates": '{"id": "\\ud800", "name": "\\ud800", "text": "\\ud800", "phone": "\\udfff"}',
    "nothing": "",
}


@pytest.mark.parametrize("door", DOORS)
def test_two_megabytes_are_refused_with_a_sentence(session, door: str) -> None:
    answer = session.post(door, json={"id": "a", "text": "x" * 2_000_000, "about": "x" * 2_000_000})
    assert answer.status_code == 413
    assert answer.json["error"]["message"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_of_json_is_a_bad_request(session, door: str, bomb: str) -> None:
    answer = session.post(door, data=bomb, content_type="application/json")
    assert answer.status_code in (400, 413, 422)
    assert answer.json["wrong"] if answer.status_code == 422 else answer.json["error"]["message"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_is_refused(session, door: str, kind: str) -> None:
    assert session.post(door, data='{"id": "a"}', content_type=kind).status_code == 400


@pytest.mark.parametrize("door", DOORS)
def test_without_a_session_nothing_is_taken(client, door: str) -> None:
    assert client.post(door, json={"id": "a", "text": "x", "n": 1, "verdict": "up"}).status_code == 401


@pytest.mark.parametrize("path", ["/chat/words/zh-CN", "/chat/hints/en", "/chat/widget.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_is_only_read_takes_nothing(client, path: str, method: str) -> None:
    assert client.open(path, method=method).status_code == 405
