"""The port to the assistant (Rasa behind its private channel), and what it says."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice offered on the web. `id` is opaque to the client; `intent` never leaves the server."""

    id: str
    label: str
    intent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotMessage:
    """One bubble or one SMS of the assistant."""

    text: str
    buttons: tuple[Button, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a message to a holder has words in it")


class AssistantUnavailable(Exception):
    """The assistant did not answer; the text is kept and will be answered when it is back."""


class Assistant(Protocol):
    """Answers one text of one conversation; the conversation's memory is the assistant's own."""

    def answer(self, *, conversation_id: str, text: str, intent: str = "") -> tuple[BotMessage, ...]:
        """Answers to `text`; `intent` is set where the user pressed a button. Raises AssistantUnavailable."""
