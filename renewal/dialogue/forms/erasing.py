"""A text whose writer wants the number that they left for a call to be deleted."""

from renewal.dialogue.forms.callback_reading import ABOUT, NAME, PHONE, TAKEN
from renewal.dialogue.forms.commands import EraseNumber, ForgetPhone
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.step import Step, end
from renewal.dialogue.forms.turn import Turn
from renewal.language.words import says

LEFT = dict.fromkeys((NAME, PHONE, ABOUT, TAKEN))


def outside(turn: Turn, known: Known) -> Step | None:
    """Name and number go, and the call that waits with them; None for any other text."""
    del known
    if turn.answered or not says("erases_number", turn.text):
        return None
    return end(ForgetPhone(), EraseNumber(), slots=LEFT)
