"""One entry of the wording, in a conversation's channel and language."""

from datetime import date
from typing import Any

from renewal.dialogue import speaking
from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.computing import whole_day
from renewal.dialogue.memory import Memory
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.wording.composer import Depth


def about_expiry(services: Services, case: Case, expires_on: date) -> BotMessage:
    """What a permit's expiry day means today: from when, until when, how many days left, what happens then."""
    ask = Ask(ground=services.ground(), case=case, memory=Memory(), said=Understood(intent="", text=""))
    day = whole_day(ask, expires_on)
    return render(services, case, day.key, **day.values)


def render(services: Services, case: Case, key: str, *, depth: Depth = "usual", **values: Any) -> BotMessage:
    """One entry as a message in the case's channel, with its offers as buttons on the web."""
    return speaking.render(services.ground(), case, key, depth=depth, **values)
