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
    """One bubble or one SMS of the assistant.

    `sources` names the clauses that it rests on. `topics` and `claim` tell what it answers, and why so: they are
    counted, and shown to no holder.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    claim: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a message to a holder has words in it")
