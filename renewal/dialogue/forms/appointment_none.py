"""A known holder without an appointment, perhaps barred from one: a place is named, or how one would be called off."""

from collections.abc import Mapping
from typing import Any

from renewal.dialogue.forms.callback_reading import TAKEN as CALL_TAKEN
from renewal.dialogue.forms.commands import Say
from renewal.dialogue.forms.engine import say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import is_question
from renewal.dialogue.forms.slot_search import BARRED, OFFERED
from renewal.dialogue.forms.step import EMPTY, Step, end
from renewal.dialogue.forms.turn import Turn
from renewal.domain import reinstatement_deadline, renewal_window
from renewal.language.appointments.places import is_only_a_place, named_district
from renewal.language.appointments.purposes import asks_to_cancel
from renewal.language.talk import asks


def outside(turn: Turn, known: Known) -> Step | None:
    """Where to go, and that nothing need be called off, to who was told that none can be had; None for other texts."""
    if not was_barred(turn) or turn.slots.get(CALL_TAKEN) or known.case.expires_on is None:
        return None
    if asks_to_cancel(turn.text):
        return end(how_to_cancel(known))
    if not is_only_a_place(turn.text, known.today) or (is_question(turn) and asks(turn.text)):
        return None
    district = named_district(turn.text)
    return end(
        say("appointment.any_place", district=district, reasons=known.case.present_reasons, **_days_of(known))
    )


def was_barred(turn: Turn) -> bool:
    """Whether the holder was told that no appointment can be had."""
    return (turn.slots.get(OFFERED) or EMPTY).get("note") == BARRED


def how_to_cancel(known: Known) -> Say:
    """Nothing is booked; how it would be called off."""
    return say("appointment.how_to_cancel", **_days_of(known))


def none_to_cancel(known: Known) -> Say:
    """No appointment after all: there is none to call off, and by when to go without one."""
    return say("appointment.none_to_cancel", reasons=known.case.present_reasons, **_days_of(known))


def _days_of(known: Known) -> Mapping[str, Any]:
    expires_on = known.case.expires_on
    if expires_on is None:
        return {"expires_on": None}
    return {
        "expires_on": expires_on,
        "opens_on": renewal_window(expires_on, known.rules).opens_on,
        "deadline_on": reinstatement_deadline(expires_on, known.rules),
        "days_left": (expires_on - known.today).days,
    }
