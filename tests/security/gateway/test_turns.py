"""Chat cannot take what webhooks and health checks need: turns are bounded, and nobody queues for one."""

from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from itertools import islice

import httpx
import pytest

from sms_gateway.limits import Turns
from sms_gateway.limits_table import THREADS, TURNS_AT_ONCE, TURNS_PER_ADDRESS
from sms_gateway.refused import Refused
from tests.gateway.conftest import TWILIO
from tests.security.conftest import Serve, cookie_of
from tests.security.gateway.conftest import OpenApp, SlowAssistant
from tests.security.gateway.wire import PATIENCE_S, signed, text_form

LONG = "居住证怎么续签" * 140
CROWD = 16


def test_half_the_threads_are_never_with_the_assistant() -> None:
    assert TURNS_AT_ONCE * 2 <= THREADS
    assert TURNS_PER_ADDRESS < TURNS_AT_ONCE


def _crowd(url: str, pool: ThreadPoolExecutor, address: str, size: int) -> list[Future[httpx.Response]]:
    """So many visitors of one address, each with a session, who all say something long at once."""

    def say(number: int) -> httpx.Response:
        headers = {"X-Forwarded-For": address}
        with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False, headers=headers) as visitor:
            opened = visitor.post("/chat/sessions", json={})
            cookie = opened.headers.get_list("Set-Cookie")[-1].partition(";")[
                0
            ]  # for TLS only: it is not kept
            words = {"id": str(number), "text": LONG}
            return visitor.post("/chat/messages", json=words, headers={"Cookie": cookie})

    return [pool.submit(say, number) for number in range(size)]


def test_long_texts_of_many_sessions_keep_neither_health_checks_nor_webhooks_waiting(
    open_app: OpenApp, serve: Serve
) -> None:
    slow = SlowAssistant()
    port = serve(open_app(slow, **TWILIO, trusted_proxy="127.0.0.1"))
    url = f"http://127.0.0.1:{port}"
    with ThreadPoolExecutor(CROWD) as pool:
        said = _crowd(url, pool, "198.51.100.1", CROWD // 2) + _crowd(url, pool, "198.51.100.2", CROWD // 2)
        slow.wait_for(TURNS_AT_ONCE)
        form = text_form(MessageSid="SMcrowd")
        assert httpx.get(f"{url}/healthz", timeout=PATIENCE_S, trust_env=False).status_code == 200
        webhook = httpx.post(
            f"{url}/sms/twilio", data=form, headers=signed(form), timeout=PATIENCE_S, trust_env=False
        )
        assert webhook.status_code == 200
        # The others are refused at once, while nobody of the crowd has been answered yet.
        assert (
            len(list(islice(as_completed(said, PATIENCE_S), CROWD - TURNS_AT_ONCE))) == CROWD - TURNS_AT_ONCE
        )
        assert not slow.go.is_set()
        slow.go.set()
        answers = [one.result(PATIENCE_S) for one in said]
    assert [answer.status_code for answer in answers].count(200) == TURNS_AT_ONCE
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in refused} <= {429, 503}
    for answer in refused:
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["error"]["code"] == "chat.busy"
        assert answer.json()["error"]["message"]


def test_one_address_cannot_take_every_turn(open_app: OpenApp, serve: Serve) -> None:
    slow = SlowAssistant()
    port = serve(open_app(slow))
    url = f"http://127.0.0.1:{port}"
    with ThreadPoolExecutor(CROWD) as pool:
        said = _crowd(url, pool, "", TURNS_AT_ONCE)
        slow.wait_for(TURNS_PER_ADDRESS)
        refused = islice(as_completed(said, PATIENCE_S), TURNS_AT_ONCE - TURNS_PER_ADDRESS)
        assert [one.result().status_code for one in refused] == [429] * (TURNS_AT_ONCE - TURNS_PER_ADDRESS)
        slow.go.set()
        answers = [one.result(PATIENCE_S) for one in said]
    assert [answer.status_code for answer in answers].count(200) == TURNS_PER_ADDRESS


def test_a_session_has_one_turn_at_a_time_and_the_second_is_answered_at_once(open_app: OpenApp) -> None:
    slow = SlowAssistant()
    app = open_app(slow)
    visitor = app.test_client()
    cookie = cookie_of(visitor.post("/chat/sessions", json={}))

    def say(number: int) -> int:
        words = {"id": str(number), "text": "喂"}
        client = app.test_client(use_cookies=False)
        return client.post("/chat/messages", json=words, headers={"Cookie": cookie}).status_code

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(say, 1)
        slow.wait_for(1)
        assert say(2) == 429
        slow.go.set()
        assert first.result(PATIENCE_S) == 200
    assert say(2) == 200


def test_a_turn_that_failed_gives_its_room_back() -> None:
    turns = Turns(at_once=1, per_address=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.one("a", "b"):
            raise ZeroDivisionError
    with turns.one("a", "b"):
        with pytest.raises(Refused) as refused, turns.one("c", "d"):
            pass
        assert refused.value.status == 503
    with turns.one("c", "d"):
        pass


@pytest.mark.parametrize("chars", [1_001, 1_500, 2_000])
def test_the_assistant_never_gets_more_than_a_thousand_characters(session, assistant, chars: int) -> None:
    assert session.post("/chat/messages", json={"id": "a", "text": "字" * chars}).status_code == 200
    assert [len(text) for _, text in assistant.said] == [1_000]
