"""The client of Rasa's channel, with the wire replaced."""

import json
from collections.abc import Callable

import httpx
import pytest

from renewal.dialogue.says import BotMessage, Button
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.talks.rasa import RasaAssistant
from renewal.settings import Settings

Answer = Callable[[httpx.Request], httpx.Response]


def assistant(answer: Answer) -> RasaAssistant:
    settings = Settings(rasa_secret="s" * 32)
    return RasaAssistant(settings, transport=httpx.MockTransport(answer))


def test_it_sends_the_secret_and_reads_texts_and_buttons() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        button = {"id": "b1", "label": "材料", "intent": "materials"}
        return httpx.Response(
            200, json={"messages": [{"text": "您好", "buttons": [button]}, {"text": "再见"}]}
        )

    said = assistant(answer).answer(conversation_id="c1", text="你好", intent="greet", notice="failure")
    assert said == (
        BotMessage(text="您好", buttons=(Button(id="b1", label="材料", intent="materials"),)),
        BotMessage(text="再见"),
    )
    assert asked[0].headers["X-Renewal-Secret"] == "s" * 32
    assert json.loads(asked[0].content) == {
        "sender": "c1",
        "text": "你好",
        "intent": "greet",
        "notice": "failure",
    }


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(503, json={"error": "the action server does not answer"}),
        httpx.Response(500),
        httpx.Response(403),
        httpx.Response(200, text="not JSON"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"messages": []}),
        httpx.Response(200, json={"messages": [{"text": "  "}]}),
        httpx.Response(200, json={"messages": [{"buttons": []}]}),
    ],
)
def test_anything_but_a_good_answer_is_no_answer(response: httpx.Response) -> None:
    with pytest.raises(AssistantUnavailable):
        assistant(lambda _: response).answer(conversation_id="c1", text="你好")


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def hang(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize("trouble", [refuse, hang])
def test_a_rasa_that_is_away_is_no_answer_and_no_ping(trouble: Answer) -> None:
    away = assistant(trouble)
    assert away.ping() is False
    with pytest.raises(AssistantUnavailable):
        away.answer(conversation_id="c1", text="你好")


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False)])
def test_ping_tells_whether_the_model_is_loaded(status: int, ready: bool) -> None:
    assert assistant(lambda _: httpx.Response(status)).ping() is ready


def test_opened_to_explain_it_asks_why_and_keeps_what_it_is_told() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"messages": [{"text": "您好"}], "why": [{"claim": "greets"}]})

    settings = Settings(rasa_secret="s" * 32)
    explaining = RasaAssistant(settings, transport=httpx.MockTransport(answer), explain=True)
    assert explaining.answer(conversation_id="c1", text="你好") == (BotMessage(text="您好"),)
    assert explaining.why == ({"claim": "greets"},)
    assert json.loads(asked[0].content)["explain"] is True


def _timed_out(request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("/health"):
        return httpx.Response(200, json={"model": True})
    raise httpx.ReadTimeout("too slow")


def _gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody listens")


@pytest.mark.parametrize(
    ("answer", "alive"),
    [
        (lambda _: httpx.Response(500, json={"error": "the turn failed"}), True),
        (lambda _: httpx.Response(200, json={"messages": []}), True),
        (lambda _: httpx.Response(200, text="not JSON"), True),
        (_timed_out, True),
        (lambda _: httpx.Response(503, json={"error": "no model is loaded"}), False),
        (lambda _: httpx.Response(403), False),
        (_gone, False),
    ],
)
def test_it_tells_an_assistant_that_is_away_from_one_that_cannot_answer_this_text(
    answer: Answer, alive: bool
) -> None:
    with pytest.raises(AssistantUnavailable) as caught:
        assistant(answer).answer(conversation_id="c1", text="你好")
    assert caught.value.alive is alive
