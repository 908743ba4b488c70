"""Every question that the widget offers while one types is answered about its own topic by the real assistant."""

from typing import Any

import httpx
import pytest

from renewal.cli.stack import PrivateStack
from renewal.dialogue.topics import topics
from renewal.services.app import Services
from renewal.services.samples import door
from renewal.services.talks.asked import question_key
from renewal.services.talks.rasa import RasaAssistant
from renewal.store.models import Message
from sms_gateway.widget_words import EDITIONS
from tests.loaded import WORDING

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

TOPICS = sorted(key.removeprefix(question_key("")) for key in WORDING if key.startswith(question_key("")))


def is_about(answered: str, topic: str) -> bool:
    """The topic itself, or a finer answer that stands over it, as the papers of one's own case over "which papers"."""
    return topic in (answered, *(topics()[answered].over if answered in topics() else ()))


@pytest.mark.parametrize("language", EDITIONS)
def test_each_hint_is_answered_about_its_own_topic(
    stack: PrivateStack, services: Services, assistant: RasaAssistant, language: str
) -> None:
    told: Any = httpx.get(f"{stack.gateway}/chat/hints/{language}", trust_env=False).json()
    edition = services.wording.edition(EDITIONS[language])
    missed = {}
    for topic in TOPICS:
        question = edition.render(
            question_key(topic), channel="web", traditional=EDITIONS[language] == EDITIONS["zh-TW"]
        )
        assert question in told["hints"]
        talk = door.enter(services, "web")
        said = door.say(services, assistant, talk, question)
        with services.store.read() as session:
            rows = session.query(Message.topics).where(
                Message.conversation_id == talk, Message.author == "bot"
            )
            answered = [each for (named,) in rows for each in (named or "").split(",")]
        if not any(is_about(each, topic) for each in answered):
            missed[question] = (answered, said.text[:120])
    assert missed == {}
    assert len(told["hints"]) == len(TOPICS)
