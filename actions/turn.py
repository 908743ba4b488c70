"""One turn as an action sees it, and what it gives back; Rasa's tracker is read here and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet

from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.services.app import Services

Event: TypeAlias = dict[str, Any]
ANSWERS = frozenset({"action_answer", "action_correct"})  # between a user's text and a form that goes on
MEMORY = "memory"  # the slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the user said last and where the conversation stands.

    `form` is the open form, `requested` the slot that it asked for. `answered`: the text was answered already,
    and the form only has to ask again.
    """

    conversation_id: str
    text: str
    intent: str
    confidence: float
    entities: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, Any]
    ranking: tuple[tuple[str, float], ...] = ()
    parts: tuple[Understood, ...] = ()
    form: str = ""
    requested: str = ""
    answered: bool = False
    explain: bool = False

    @classmethod
    def of(cls, tracker: Any) -> "Turn":
        """From the SDK's tracker."""
        latest = tracker.latest_message or {}
        said = _understood(latest)
        return cls(
            conversation_id=tracker.sender_id,
            text=said.text,
            intent=said.intent,
            confidence=said.confidence,
            entities=said.entities,
            ranking=said.ranking,
            parts=tuple(_understood(part) for part in latest.get("parts") or ()),
            slots=tracker.slots,
            form=(tracker.active_loop or {}).get("name") or "",
            requested=tracker.get_slot("requested_slot") or "",
            answered=_was_answered(tracker.events),
            explain=bool((latest.get("metadata") or {}).get("explain")),
        )

    def slot(self, name: str) -> str | None:
        """A text slot's value, None where it is empty."""
        value = self.slots.get(name)
        return str(value) if value not in (None, "", []) else None

    def day(self, name: str) -> date | None:
        """A slot that holds a day as ISO text; None where it is empty."""
        value = self.slot(name)
        return date.fromisoformat(value) if value else None

    @property
    def misses(self) -> int:
        """Bad answers in a row so far."""
        return int(self.slots.get("form_misses") or 0)

    def understood(self) -> Understood:
        """As the services read it."""
        return Understood(
            intent=self.intent,
            text=self.text,
            confidence=self.confidence,
            entities=self.entities,
            ranking=self.ranking,
            parts=self.parts,
        )

    def memory(self) -> Memory:
        """What the conversation keeps from one text to the next."""
        kept = self.slots.get(MEMORY)
        return Memory.of(kept if isinstance(kept, Mapping) else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an action says, and what it changes; `response` is how it came to that, outside forms."""

    messages: tuple[BotMessage, ...] = ()
    events: tuple[Event, ...] = field(default=())
    response: Response | None = None


Act: TypeAlias = Callable[[Services, Turn], Result]


def fill(**slots: Any) -> tuple[Event, ...]:
    """Set slots; None empties one."""
    return tuple(SlotSet(name, value) for name, value in slots.items())


def then(action: str) -> Event:
    """The action that comes next, whatever the rules say."""
    event: Event = FollowupAction(action)
    return event


def step_aside(form: str) -> Event:
    """The form does not take this text: let the rules answer it, then come back to the form."""
    event: Event = ActionExecutionRejected(form)
    return event


def close_form() -> Event:
    """No form is open any more."""
    event: Event = ActiveLoop(None)
    return event


def listen() -> Event:
    """The turn ends here."""
    return then("action_listen")


def _was_answered(events: list[Event]) -> bool:
    """Whether an answer was given since the user spoke last."""
    for event in reversed(events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") in ANSWERS:
            return True
    return False


def _understood(parsed: Mapping[str, Any]) -> Understood:
    """What Rasa's pipeline found of a text, or of one of its parts."""
    intent = parsed.get("intent") or {}
    entities: dict[str, tuple[str, ...]] = {}
    for found in parsed.get("entities") or ():
        entities[found["entity"]] = (*entities.get(found["entity"], ()), str(found["value"]))
    return Understood(
        intent=intent.get("name") or "",
        text=parsed.get("text") or "",
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
        ranking=tuple(
            (item["name"], float(item["confidence"])) for item in parsed.get("intent_ranking") or ()
        ),
    )
