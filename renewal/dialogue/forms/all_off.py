"""Texts that call off whatever is booked, the appointment and the call together ("都取消掉", "cancel both")."""

from renewal.dialogue.forms import callback
from renewal.dialogue.forms.commands import CancelCallback, CancelSlot, Command
from renewal.dialogue.forms.engine import say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.slot_search import EMPTY, TAKEN
from renewal.dialogue.forms.step import Step, end
from renewal.dialogue.forms.turn import Turn
from renewal.language.appointments.purposes import cancels_all


def concerns(turn: Turn) -> bool:
    """Whether a text calls off everything, so that it must be known what stands."""
    return cancels_all(turn.text)


def outside(turn: Turn, known: Known) -> Step | None:
    """Everything that stands is called off; None for any other text, and where it may be meant of something else.

    It may be where two topics are on offer, or where a form is open and nothing stands.
    """
    if not cancels_all(turn.text) or turn.answered or turn.memory().choices:
        return None
    off: list[Command] = []
    if known.outlook.booked is not None:
        off.append(CancelSlot())
    if known.callback is not None:
        off.append(CancelCallback())
    if not off and turn.requested:
        return None
    return end(*(off or [say("nothing_booked")]), slots={**EMPTY, **callback.EMPTY, TAKEN: None})
