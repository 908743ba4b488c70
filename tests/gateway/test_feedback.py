"""A thumb for an answer: kept once, with its reason, as long as the talk, and of one's own answers only."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from renewal.dialogue.says import BotMessage
from renewal.services.keeping import leavings
from renewal.store.models import Feedback, Message


@pytest.fixture
def answer(client) -> int:
    """The number of an answer in this client's conversation."""
    client.post("/chat/sessions", json={})
    return int(client.post("/chat/messages", json={"id": "a", "text": "要带什么"}).json["messages"][0]["n"])


def judge(client, number: object, verdict: object = "up", **more: object):
    return client.post("/chat/feedback", json={"n": number, "verdict": verdict, **more})


def kept(services) -> list[tuple[int, str, str, str | None]]:
    with services.store.read() as session:
        return [
            (row.message_id, row.verdict, row.reason, row.words) for row in session.scalars(select(Feedback))
        ]


def test_a_verdict_is_kept_and_a_newer_one_takes_its_place(client, services, answer) -> None:
    assert judge(client, answer).status_code == 200
    assert judge(client, answer, "down", reason="unclear", words="太长").status_code == 200
    assert kept(services) == [(answer, "down", "unclear", "太长")]
    shown = client.get("/chat/messages?after=0").json["messages"]
    assert [message.get("verdict") for message in shown] == [None, "down"]


def test_the_words_lie_sealed_and_without_an_id_number(client, services, answer) -> None:
    judge(client, answer, "down", words="我的证号31010119900101123X")
    assert "31010119900101123X" not in str(kept(services))
    with services.store.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT words FROM feedback").scalar()
    assert raw
    assert "证号" not in raw


def test_markup_in_the_words_is_kept_as_words(client, services, answer) -> None:
    judge(client, answer, "down", words="<script>alert(1)</script>")
    assert kept(services)[0][3] == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"n": 1},
        {"n": True, "verdict": "up"},
        {"n": "1", "verdict": "up"},
        {"n": 0, "verdict": "up"},
        {"n": 2**63, "verdict": "up"},
        {"n": 1, "verdict": "sideways"},
        {"n": 1, "verdict": ["up"]},
        {"n": 1, "verdict": "up", "reason": "because"},
        {"n": 1, "verdict": "up", "words": 5},
    ],
)
def test_a_malformed_verdict_gets_one_clear_sentence(client, answer, body) -> None:
    told = client.post("/chat/feedback", json=body)
    assert told.status_code == 400
    assert told.json["error"]["message"]


def test_words_that_are_too_long_are_refused(client, services, answer) -> None:
    assert judge(client, answer, "down", words="字" * 501).status_code == 413
    assert kept(services) == []


def test_nobody_judges_anothers_answer_their_own_text_or_one_that_is_not_there(
    app, client, services, answer
) -> None:
    other = app.test_client()
    other.post("/chat/sessions", json={})
    assert judge(other, answer).status_code == 404
    assert judge(client, answer - 1).status_code == 404
    assert judge(client, answer + 99).status_code == 404
    assert judge(app.test_client(), answer).status_code == 401
    assert kept(services) == []


def test_a_flood_of_verdicts_is_slowed(client, answer) -> None:
    codes = [judge(client, answer).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]


def test_a_verdict_goes_with_its_conversation(client, services, answer) -> None:
    judge(client, answer)
    with services.store.session() as session:
        talk = session.get_one(Message, answer).conversation_id
        leavings.delete_talks(session, [talk])
    assert kept(services) == []


def test_an_answer_tells_what_it_rests_on_and_is_counted_by_its_topic(client, services, assistant) -> None:
    clauses = ("renewal.window_days", "overdue.restore_days", "no.such_clause")
    plain = assistant.answer

    def answering(**said: str) -> tuple[BotMessage, ...]:
        first, *rest = plain(**said)
        return (replace(first, sources=clauses, topics=("renewal_window",), claim="asked"), *rest)

    assistant.answer = answering
    client.post("/chat/sessions", json={})
    told = client.post("/chat/messages", json={"id": "a", "text": "什么时候办"}).json["messages"][0]
    assert len(told["sources"]) == 1
    assert len(told["sources"][0]["places"]) == 2
    assert client.get("/chat/messages?after=0").json["messages"][1]["sources"] == told["sources"]
    with services.store.read() as session:
        row = session.get_one(Message, told["n"])
        assert (row.topics, row.claim, row.sources) == ("renewal_window", "asked", ",".join(clauses))


def test_a_visitors_own_text_comes_back_with_the_id_that_it_was_sent_with(client, answer) -> None:
    said = client.get("/chat/messages?after=0").json["messages"][0]
    assert (said["author"], said["id"]) == ("user", "a")
