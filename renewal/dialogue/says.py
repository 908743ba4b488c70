"""What a turn comes to: messages, what is kept in mind, and the form that begins."""

from dataclasses import dataclass


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
