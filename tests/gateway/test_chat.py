"""The chat of the web page: one session sees its own words only, and a text said twice is said once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from renewal.services.talks import chat
from renewal.store.models import Message
from tests.gateway.queue_view import queued


def _say(client: FlaskClient, text: str, client_id: str = "1", **options):
    return client.post("/chat/messages", json={"id": client_id, "text": text}, **options)


@pytest.fixture
def session(client) -> FlaskClient:
    assert client.post("/chat/sessions", json={}).status_code == 201
    return client


def test_a_text_gets_the_assistants_answer(session) -> None:
    answer = _say(session, "居住证怎么续签")
    assert answer.status_code == 200
    assert [(m["author"], m["text"]) for m in answer.json["messages"]] == [("bot", "答1：居住证怎么续签")]


def test_the_cookie_is_http_only_and_of_this_site(client) -> None:
    cookie = client.post("/chat/sessions", json={}).headers.getlist("Set-Cookie")[-1]
    assert "renewal_chat=" in cookie
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_the_same_client_id_twice_has_one_effect(session, assistant, services) -> None:
    first, again = _say(session, "你好", "a"), _say(session, "你好", "a")
    assert first.json == again.json
    assert len(assistant.said) == 1
    with services.store.read() as rows:
        assert rows.scalar(select(func.count()).select_from(Message)) == 2


def test_a_client_id_cannot_meet_the_stores_own(session) -> None:
    first = _say(session, "你好", "a").json["messages"][0]
    assert _say(session, "再问", f"re-{first['n'] - 1}-0").json["messages"][0]["text"] == "答1：再问"


def test_history_is_read_after_a_message(session) -> None:
    _say(session, "一", "1")
    last = session.get("/chat/messages?after=0").json["messages"][-1]["n"]
    _say(session, "二", "2")
    later = session.get(f"/chat/messages?after={last}").json["messages"]
    assert [m["text"] for m in later] == ["二", "答1：二"]


def test_one_session_does_not_see_anothers_words(app) -> None:
    one, other = app.test_client(), app.test_client()
    for client in (one, other):
        client.post("/chat/sessions", json={})
    _say(one, "我的秘密")
    assert other.get("/chat/messages?after=0").json["messages"] == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"id": 1, "text": "x"},
        {"id": "a"},
        {"id": "", "text": "x"},
        {"id": "a" * 101, "text": "x"},
    ],
)
def test_a_malformed_message_gets_one_clear_sentence(session, body) -> None:
    answer = session.post("/chat/messages", json=body)
    assert answer.status_code == 400
    assert answer.json["error"]["message"]


def test_a_text_that_is_too_long_is_refused_with_a_sentence(session, assistant) -> None:
    answer = _say(session, "字" * 2001)
    assert answer.status_code == 413
    assert answer.json["error"]["message"]
    assert assistant.said == []


def test_a_body_that_is_too_large_is_refused(session) -> None:
    assert _say(session, "字" * 70_000).status_code == 413


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "/restart", "<script>alert(1)</script>", "\x00\x01"])
def test_odd_texts_are_texts(session, text) -> None:
    assert _say(session, text).status_code == 200


def test_with_the_assistant_away_the_text_is_kept_and_answered_later(session, assistant, services) -> None:
    assistant.away = True
    answer = _say(session, "在吗", "k")
    assert answer.status_code == 503
    assert answer.json["error"]["message"]
    job = next(job for job in queued(services) if job.name == "answer_chat")
    conversation_id, client_id, attempt, caller_hash = job.input["args"]
    assert caller_hash == services.store.address_hash("127.0.0.1")
    chat.answer_kept(services, assistant, conversation_id, client_id, attempt=attempt)
    assert len([job for job in queued(services) if job.name == "answer_chat"]) == 2
    assistant.away = False
    chat.answer_kept(services, assistant, conversation_id, client_id, attempt=attempt + 1)
    messages = session.get("/chat/messages?after=0").json["messages"]
    assert [(m["author"], m["text"]) for m in messages] == [("user", "在吗"), ("bot", "答1：在吗")]


def test_no_words_of_a_person_lie_in_the_job_queue(session, assistant, services) -> None:
    assistant.away = True
    _say(session, "我叫样例甲", "k")
    assert "样例" not in str([job.input for job in queued(services)])


def test_a_flood_from_one_session_is_slowed(session) -> None:
    codes = [_say(session, "喂", str(number)).status_code for number in range(45)]
    assert codes[:40] == [200] * 40
    assert codes[-1] == 429


def test_an_id_number_is_masked_before_it_is_stored_or_passed_on(session, assistant, services) -> None:
    _say(session, "我的证号是31010119900101123X")
    with services.store.read() as rows:
        bodies = " ".join(rows.scalars(select(Message.body)))
    assert "31010119900101123X" not in bodies + str(assistant.said)
