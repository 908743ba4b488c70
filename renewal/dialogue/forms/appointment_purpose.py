"""What a turn about an appointment is for. Its words say it first; where they do not, the topic it was taken for does.

The model tells apart who asks when it is, who calls it off, who wants it moved, and who asks which times are free.
"""

from dataclasses import replace

from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import is_sure
from renewal.dialogue.forms.slot_search import TAKEN
from renewal.dialogue.forms.step import Follow
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.thresholds import SURE
from renewal.dialogue.topics import OUT_OF_SCOPE, form_of
from renewal.dialogue.understood import Understood
from renewal.language.appointments import purposes
from renewal.language.appointments.purposes import (
    books_something_else,
    gives_back,
    says_cancel,
    speaks_of_call,
    speaks_of_it,
)
from renewal.language.talk import asks

TOPIC = "appointment"
LOOKUP, CANCEL, MOVE, TIMES = (f"{TOPIC}_{name}" for name in ("lookup", "cancel", "move", "times"))


def is_taken_for_one(turn: Turn) -> bool:
    """Whether the text was taken for one about an appointment, whatever for."""
    return form_of(turn.intent) == Follow.APPOINTMENT


def calls_off(turn: Turn) -> bool:
    """Whether the text calls an appointment off. A question about calling it off gives nobody's seat away."""
    if purposes.cancels(turn.text):
        return True
    return is_for(turn, CANCEL) and not asks(turn.text) and not purposes.asks_to_cancel(turn.text)


def asks_of_it(turn: Turn) -> bool:
    """Whether the text asks when or where the appointment is, whether there is one, or about calling it off."""
    if purposes.looks_up(turn.text) or purposes.asks_to_cancel(turn.text):
        return True
    return is_for(turn, LOOKUP) or (is_for(turn, CANCEL) and not calls_off(turn))


def moves(turn: Turn) -> bool:
    """Whether the text wants an appointment at another time or place."""
    return purposes.moves(turn.text) or is_for(turn, MOVE)


def is_of_the_model(turn: Turn) -> bool:
    """Whether it is the topic that tells what the text is for, and surely so."""
    return any(is_for(turn, intent) for intent in (LOOKUP, CANCEL, MOVE))


def is_for(turn: Turn, intent: str) -> bool:
    """Whether the text was surely taken for that, and speaks of nothing else: a call, another booking, a refund."""
    other = speaks_of_call(turn.text) or books_something_else(turn.text) or gives_back(turn.text)
    return turn.intent == intent and is_sure(turn) and not other


def tried_as(turn: Turn, known: Known) -> Understood | None:
    """What else a text is first answered as; None where it is surely about an appointment.

    A guess of the model may be about something else, and so may one that an appointment is called off where none
    stands and no word speaks of one.
    """
    text, said = turn.text, turn.said
    if books_something_else(text):
        return replace(said, intent=OUT_OF_SCOPE, confidence=1.0, ranking=(), parts=())
    if _moves_a_plan(turn, known):
        return said.without(TOPIC, LOOKUP, CANCEL, MOVE, TIMES)
    asks_how = says_cancel(text) and purposes.asks_to_cancel(text)
    worded = speaks_of_it(text) or moves(turn) or purposes.looks_up(text) or asks_how
    if goes_on_of_one(turn) and says_cancel(text):
        return None
    guessed_off = turn.intent == CANCEL and known.outlook.booked is None and not purposes.cancels(text)
    if gives_back(text) or (guessed_off and not worded):
        return said.without(TOPIC, LOOKUP, CANCEL, MOVE, TIMES, "cancel")
    guessed = is_taken_for_one(turn) and said.confidence < SURE and not turn.slots.get(TAKEN)
    return said if guessed and not worded else None


def _moves_a_plan(turn: Turn, known: Known) -> bool:
    """Whether it is a day to go that is moved, which was told where no appointment was spoken of."""
    planned = "visit_on" in turn.memory().facts and turn.memory().key != TOPIC
    return planned and moves(turn) and known.outlook.booked is None and not speaks_of_it(turn.text)


def goes_on_of_one(turn: Turn) -> bool:
    """Whether the last answer was about an appointment that somebody not known looks up, moves or calls off."""
    last = turn.memory().last
    of_one = last.intent in (LOOKUP, CANCEL, MOVE) or purposes.names_cancel(last.text)
    return turn.memory().key == TOPIC and of_one
