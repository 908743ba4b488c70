"""Who reads a text outside forms first: one ordered list. The first that makes something of it is followed."""

from renewal.dialogue.forms import (
    all_off,
    appointment_barred,
    appointment_none,
    appointment_outside,
    appointment_unknown,
    callback,
    erasing,
    points,
    signing_out,
)
from renewal.dialogue.forms.callback_reading import declines, says_no_call
from renewal.dialogue.forms.commands import Answer
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import is_sure
from renewal.dialogue.forms.step import Follow, Step
from renewal.dialogue.forms.turn import Turn
from renewal.language.appointments.purposes import gives_back
from renewal.language.calling import asks_for_call
from renewal.language.stopping import says_stop
from renewal.language.talk import asks, names_topic
from renewal.language.words import says


def _asks_for_call(turn: Turn, known: Known) -> Step | None:
    """A number and "打给我", whatever it is about."""
    del known
    return Step(follow=Follow.CALLBACK) if asks_for_call(turn.text) else None


READERS = (
    signing_out.outside,
    erasing.outside,
    all_off.outside,
    appointment_unknown.outside,
    appointment_outside.outside,
    appointment_barred.outside,
    appointment_none.outside,
    callback.outside,
    _asks_for_call,
)


def answer(turn: Turn, known: Known) -> Step:
    """What a text outside forms comes to: what a form makes of it, else the answer to what was understood.

    While a form is open the text was left to the answers, and the form comes back after it.
    """
    step = None if turn.form else first_of(turn, known)
    return step or Step(does=(Answer(said=turn.said),))


def cancel(turn: Turn, known: Known) -> Step:
    """A text that only cancels: an appointment where it means that, else whatever form is open, or the callback."""
    step = None
    if not turn.form:
        readers = (
            signing_out.outside,
            erasing.outside,
            all_off.outside,
            appointment_unknown.outside,
            appointment_outside.outside,
            points.outside,
            _asks_rather,
        )
        step = next((found for read in readers if (found := read(turn, known)) is not None), None)
    return step or callback.cancel(turn, known)


def _asks_rather(turn: Turn, known: Known) -> Step | None:
    """A question that was only guessed to cancel ("来不及了吧"): it is answered as what else it may be."""
    del known
    cancels = says_stop(turn.text) or says_no_call(turn) or declines(turn)
    asks_something = bool(names_topic(turn.text)) or (asks(turn.text) and not is_sure(turn))
    asks_something = asks_something or says("must_still_go", turn.text)
    if cancels or not (asks_something or gives_back(turn.text)):
        return None
    return Step(does=(Answer(said=turn.said.without("cancel")),))


def first_of(turn: Turn, known: Known) -> Step | None:
    """What the first reader makes of it that makes anything of it."""
    return next((step for read in READERS if (step := read(turn, known)) is not None), None)
