"""Rasa's own executor over the real actions, services and a store."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.server import make_executor
from renewal.services.app import Services
from renewal.services.talks.conversations import open_anonymous

FORM_OF = {"permit_expires_on": "status_form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an action said and did."""

    texts: list[str]
    slots: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def next(self) -> str | None:
        """The action that it asked for."""
        return next((event["name"] for event in self.events if event["event"] == "followup"), None)

    @property
    def stepped_aside(self) -> bool:
        return any(event["event"] == "action_execution_rejected" for event in self.events)

    @property
    def closed(self) -> bool:
        return any(event["event"] == "active_loop" and event["name"] is None for event in self.events)


Call = Callable[..., Reply]


@pytest.fixture
def conversation(services: Services) -> str:
    return open_anonymous(services, "web")


@pytest.fixture
def call(services: Services, conversation: str) -> Call:
    """`call(action, text, intent, requested=…, slots=…)`: one action on one text, through the SDK."""
    executor = make_executor(services)

    def run(action: str, text: str, intent: str, **given: Any) -> Reply:
        body = _action_call(action, given.pop("conversation", conversation), text, intent, **given)
        result = asyncio.run(executor.run(body)).model_dump()
        slots = {event["name"]: event["value"] for event in result["events"] if event["event"] == "slot"}
        return Reply(
            texts=[item["text"] for item in result["responses"] if item["text"]],
            slots=slots,
            events=result["events"],
        )

    return run


def _action_call(
    action: str,
    conversation: str,
    text: str,
    intent: str,
    *,
    confidence: float = 0.9,
    requested: str | None = None,
    slots: dict[str, Any] | None = None,
    entities: dict[str, str] | None = None,
    since: tuple[str, ...] = (),
    form: str | None = None,
) -> dict[str, Any]:
    """The body that Rasa 3.6.21 posts, without a domain; `since`: actions run after the text."""
    open_form = form or (FORM_OF.get(requested, "callback_form") if requested else None)
    latest = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": [{"entity": kind, "value": value} for kind, value in (entities or {}).items()],
    }
    events = [{"event": "user", "text": text}, *({"event": "action", "name": name} for name in since)]
    return {
        "next_action": action,
        "sender_id": conversation,
        "version": "3.6.21",
        "tracker": {
            "sender_id": conversation,
            "slots": {"requested_slot": requested, **(slots or {})},
            "latest_message": latest,
            "events": events,
            "active_loop": {"name": open_form} if open_form else {},
            "paused": False,
            "latest_action_name": None,
            "followup_action": None,
        },
    }
