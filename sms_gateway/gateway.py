"""What a request handler reaches: services, assistant, provider and limits of this process."""

from dataclasses import dataclass
from typing import cast

from flask import current_app
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from renewal.services.app import Services
from renewal.services.talks.assistant import Assistant
from renewal.services.texts.provider import Provider
from renewal.settings import Settings

EXTENSION = "renewal"


class Refused(Exception):
    """A request is not carried out; `key` names the sentence for whoever sent it."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


class Limits:
    """Counts what came from whom, in this process's memory."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def allows(self, items: tuple[RateLimitItem, ...], *who: str) -> bool:
        """Count one and tell whether it is still within every limit."""
        # A list: one that is spent must not keep the others from counting.
        return all([self._window.hit(item, *who) for item in items])  # noqa: C419

    def spend(self, items: tuple[RateLimitItem, ...], *who: str) -> None:
        """Count one; raises Refused (429) where it is too many."""
        if not self.allows(items, *who):
            raise Refused(429, "chat.rate_limited")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One process's parts."""

    services: Services
    assistant: Assistant
    provider: Provider
    limits: Limits


def gateway() -> Gateway:
    """The parts of the app that handles this request."""
    return cast(Gateway, current_app.extensions[EXTENSION])


def open_assistant(settings: Settings) -> Assistant:
    """Rasa, behind its private channel."""
    from renewal.services.talks.rasa import RasaAssistant

    return RasaAssistant(settings)
