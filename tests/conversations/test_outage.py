"""What happens to a text while a process is away."""

import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from renewal.cli.stack import PrivateStack
from sms_gateway.blueprints.ops import FRESH_S
from tests.conversations.conftest import Chat, Phone, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

BACK_LIMIT_S = 90.0  # the retry's longest wait, over the time that Rasa takes to start


@pytest.fixture(params=["rasa", "actions"])
def away(request: pytest.FixtureRequest, stack: PrivateStack) -> Iterator[str]:
    """One of the two processes behind an answer, ended; it is back after the test."""
    name: str = request.param
    process = stack.fleet[name]
    process.signal(signal.SIGTERM)
    assert process.wait(20)
    yield name
    if process.exit_code is not None:
        stack.fleet.restart(name)
    stack.fleet.wait_until_ready()


def test_a_text_is_kept_while_a_process_is_away_and_answered_when_it_is_back(
    away: str, stack: PrivateStack, phone: Phone
):
    def asked() -> httpx.Response:
        return httpx.get(f"{stack.ops}/readyz", trust_env=False, timeout=30)

    wait_for(lambda: asked().status_code == 503, FRESH_S * 2, "still ready")
    ready = asked()
    assert ready.json()[away] == "down"
    assert {state for name, state in ready.json().items() if name != away} == {"ok"}
    taken = phone.text("居住证有效期多久")
    assert taken.status_code == 202
    time.sleep(3)
    assert phone.replies() == []
    stack.fleet.restart(away)
    stack.fleet.wait_until_ready()
    assert "年" in phone.reply(BACK_LIMIT_S)
    assert wait_for(lambda: asked().status_code == 200, FRESH_S * 2, "not ready")


def test_the_web_says_that_the_question_is_kept_and_answers_it_later(
    away: str, stack: PrivateStack, chat: Chat
):
    answer = chat.post("居住证有效期多久", client_id="kept-1")
    assert answer.status_code == 503
    assert answer.json()["error"]["message"]
    stack.fleet.restart(away)
    stack.fleet.wait_until_ready()
    found = wait_for(
        lambda: [said for said in chat.since(0) if said["author"] == "bot"], BACK_LIMIT_S, "no late answer"
    )
    assert "年" in found[-1]["text"]


def test_a_web_message_sent_twice_is_one_message_with_one_answer(chat: Chat):
    first = chat.post("居住证有效期多久", client_id="twice")
    second = chat.post("居住证有效期多久", client_id="twice")
    assert first.json() == second.json()
    assert [said["author"] for said in chat.since(0)].count("user") == 1
