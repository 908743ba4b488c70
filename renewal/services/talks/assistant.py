"""The port to the assistant (Rasa behind its private channel), and what it says."""

from typing import Protocol

from renewal.dialogue.says import BotMessage


class AssistantUnavailable(Exception):
    """The assistant did not answer; the text is kept and will be answered when it is back.

    `alive` says that it lives and could not answer this very text: another try will hardly be better.
    """

    def __init__(self, why: str = "", *, alive: bool = False) -> None:
        super().__init__(why)
        self.alive = alive


class Assistant(Protocol):
    """Answers one text of one conversation; the conversation's memory is the assistant's own."""

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        """Answers to `text`; `intent` is set where the user pressed a button, `notice` is the kind of the last notice.

        Raises:
            AssistantUnavailable: it did not.
        """
