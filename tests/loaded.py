"""The rulebook and the wording that come with the package, loaded once for all tests."""

from datetime import date
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.dialogue.memory import Memory
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.rulebook import load_rulebook
from renewal.services.app import Services
from renewal.services.calendar import PublishedCalendar
from renewal.services.talks.case import case_of
from renewal.services.talks.dialogue import respond
from renewal.wording import load_wording

RULES = load_rulebook()
WORDING = load_wording(RULES)


def ground(today: date = date(2026, 11, 23)) -> Ground:
    """What answers stand on, on a day."""
    return Ground(rules=RULES, wording=WORDING, calendar=PublishedCalendar(), today=today)


def ask_of(said: Understood, *, case: Case | None = None, memory: Memory | None = None, **of: Any) -> Ask:
    """One text of an anonymous conversation on the web, unless the test says otherwise."""
    anonymous = Case(conversation_id="", channel=of.pop("channel", "web"))
    return Ask(
        ground=of.pop("ground", ground()), case=case or anonymous, memory=memory or Memory(), said=said
    )


def answered(services: Services, conversation_id: str, said: Understood) -> tuple[BotMessage, ...]:
    """What one text of a conversation is answered with, outside a form."""
    memory = Memory(topic=said.previous)
    return respond(services, case_of(services, conversation_id), said, memory).messages
