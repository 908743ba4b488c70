"""One entry of the wording, or the answer to one topic, in a conversation's channel and language."""

from datetime import date
from typing import Any

from renewal.dialogue import speaking
from renewal.dialogue.answering import answer as pick_answer
from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.computing import whole_day
from renewal.dialogue.memory import Memory
from renewal.dialogue.naming import topic_of
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.services.talks.case import load_case, load_whole_case
from renewal.wording.composer import Depth


def answer(
    services: Services, conversation_id: str, understood: Understood, depth: Depth = "usual"
) -> tuple[BotMessage, ...]:
    """The answer to one text as a question of its intent: sourced, fitted to the channel and to what is known.

    Raises:
        WordingError: the wording lacks an entry that the topic needs.
    """
    with services.store.read() as session:
        case = load_whole_case(services, session, conversation_id)
    memory = Memory(topic=understood.previous)
    ask = Ask(ground=services.ground(), case=case, memory=memory, said=understood)
    pick = pick_answer(ask, topic_of(ask))
    return (render(services, case, pick.key, depth=depth, **pick.values),)


def about_expiry(services: Services, case: Case, expires_on: date) -> BotMessage:
    """What a permit's expiry day means today: from when, until when, how many days left, what happens then."""
    ask = Ask(ground=services.ground(), case=case, memory=Memory(), said=Understood(intent="", text=""))
    day = whole_day(ask, expires_on)
    return render(services, case, day.key, **day.values)


def say(services: Services, conversation_id: str, key: str, **values: Any) -> tuple[BotMessage, ...]:
    """One entry of the wording, in the conversation's channel."""
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    return (render(services, case, key, **values),)


def render(services: Services, case: Case, key: str, *, depth: Depth = "usual", **values: Any) -> BotMessage:
    """One entry as a message in the case's channel, with its offers as buttons on the web."""
    return speaking.render(services.ground(), case, key, depth=depth, **values)
