"""The assistant behind Rasa's private channel."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from renewal.dialogue.says import BotMessage, Button
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.settings import Settings

SECRET_HEADER = "X-Renewal-Secret"  # noqa: S105 a header's name
TIMEOUT_S = 10.0
PING_TIMEOUT_S = 2.0


class RasaAssistant:
    """Asks Rasa over one pool of connections. Close it when its process ends.

    `why` is what the actions told of the last answer, where it was opened to `explain`.
    """

    def __init__(
        self, settings: Settings, transport: httpx.BaseTransport | None = None, *, explain: bool = False
    ) -> None:
        """`transport` replaces the network in a test."""
        self.why: tuple[Mapping[str, Any], ...] = ()
        self._explain = explain
        self._client = httpx.Client(
            base_url=settings.rasa_url,
            headers={SECRET_HEADER: settings.rasa_secret.get_secret_value()},
            timeout=TIMEOUT_S,
            trust_env=False,  # a proxy of the machine has no business with the loopback address
            transport=transport,
        )

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        """Answers to `text`; `intent` is set where the user pressed a button, `notice` is the kind of the last notice.

        Raises:
            AssistantUnavailable: no connection, no answer in time, any status but 200, or an answer that is none.
        """
        said: dict[str, Any] = {"sender": conversation_id, "text": text, "intent": intent, "notice": notice}
        if self._explain:
            said["explain"] = True
        try:
            response = self._client.post("/webhooks/gateway/webhook", json=said)
            response.raise_for_status()
            told = response.json()
            messages = _messages(told)
            self.why = tuple(told.get("why", ()))
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            why = f"the assistant did not answer: {type(error).__name__}"
            raise AssistantUnavailable(why, alive=self._lives_after(error)) from error
        if not messages:
            raise AssistantUnavailable("the assistant said nothing", alive=True)
        return messages

    def _lives_after(self, error: Exception) -> bool:
        """Whether it is this text that it cannot answer. Of its own, 503 says that a part of it is missing."""
        if isinstance(error, httpx.HTTPStatusError):
            return error.response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        if isinstance(error, httpx.HTTPError):
            return isinstance(error, httpx.ReadTimeout) and self.ping()
        return True

    def ping(self) -> bool:
        """Whether Rasa runs and has loaded its model."""
        try:
            found = self._client.get("/webhooks/gateway/health", timeout=PING_TIMEOUT_S)
        except httpx.HTTPError:
            return False
        return found.status_code == httpx.codes.OK

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def _messages(told: Any) -> tuple[BotMessage, ...]:
    """What was said; the first message holds what the turn was about."""
    messages = tuple(_message(item) for item in told["messages"])
    if not messages:
        return ()
    first = replace(messages[0], topics=tuple(told.get("topics", ())), claim=told.get("claim", ""))
    return (first, *messages[1:])


def _message(item: Any) -> BotMessage:
    buttons = tuple(
        Button(id=button.get("id", ""), label=button["label"], intent=button.get("intent", ""))
        for button in item.get("buttons") or ()
    )
    return BotMessage(text=item["text"], buttons=buttons, sources=tuple(item.get("sources", ())))
