"""Rasa's tracker as a turn, and what a turn comes to as Rasa's events; it is read and written here and nowhere else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet

from renewal.dialogue.forms.turn import REQUESTED, Turn
from renewal.dialogue.understood import Understood
from renewal.services.turns.taking import Outcome

Event: TypeAlias = dict[str, Any]
ANSWERS = frozenset({"action_answer", "action_correct"})  # between a user's text and a form that goes on


def turn_of(tracker: Any) -> Turn:
    """What the user said last and where the conversation stands."""
    latest = tracker.latest_message or {}
    parts = tuple(_understood(part) for part in latest.get("parts") or ())
    instead = latest.get("instead")
    said = replace(_understood(latest, parts), instead=_understood(instead) if instead else None)
    return Turn(
        conversation_id=tracker.sender_id,
        said=said,
        slots=tracker.slots,
        form=(tracker.active_loop or {}).get("name") or "",
        requested=tracker.get_slot(REQUESTED) or "",
        answered=_was_answered(tracker.events),
    )


def wants_why(tracker: Any) -> bool:
    """Whether a developer asked why the text is answered as it is."""
    return bool(((tracker.latest_message or {}).get("metadata") or {}).get("explain"))


def events_of(outcome: Outcome, form: str) -> list[Event]:
    """What changes in the conversation; `form` is the one that acted, if any."""
    events: list[Event] = [SlotSet(name, value) for name, value in outcome.slots.items()]
    if outcome.aside:
        events.append(ActionExecutionRejected(form))
    if outcome.closes:
        events.append(ActiveLoop(None))
    if outcome.follow:
        events.append(FollowupAction(str(outcome.follow)))
    return events


def _was_answered(events: list[Event]) -> bool:
    """Whether an answer was given since the user spoke last."""
    for event in reversed(events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") in ANSWERS:
            return True
    return False


def _understood(parsed: Mapping[str, Any], parts: tuple[Understood, ...] = ()) -> Understood:
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
        parts=parts,
        asked=tuple((item["name"], float(item["confidence"])) for item in parsed.get("asked") or ()),
    )
