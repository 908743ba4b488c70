"""Whether a text wants an appointment that stands at another time or place, though it may not say so."""

from datetime import date

from renewal.dialogue.forms.appointment_purpose import MOVE, is_for, is_taken_for_one
from renewal.dialogue.forms.outlook import Booked
from renewal.dialogue.forms.reading import is_question
from renewal.dialogue.forms.slot_search import TAKEN
from renewal.dialogue.forms.turn import Turn
from renewal.language.appointments.places import named_district
from renewal.language.appointments.purposes import (
    asks_if_open,
    cancels,
    looks_up,
    moves,
    says_cancel,
    says_more,
    speaks_of_it,
)
from renewal.language.appointments.wishes import Wish, read_wish
from renewal.language.reading import read
from renewal.language.words import says


def asks_of_its_own(turn: Turn) -> bool:
    """Whether a text was surely taken for a question about something else."""
    return not is_taken_for_one(turn) and is_question(turn)


def moves_it(turn: Turn, today: date) -> bool:
    """Whether a text wants the appointment, and nothing else, at another time or place."""
    text, taken, wish = turn.text, bool(turn.slots.get(TAKEN)), read_wish(turn.text, today)
    if is_for(turn, MOVE) and not looks_up(text):
        return True
    elsewhere = taken and bool(named_district(text)) and says("rather", text)
    other = taken and _another_time(turn, wish, today)
    if not moves(text) and (not (elsewhere or other) or looks_up(text)):
        return False
    if speaks_of_it(text):
        return True
    sure_of_other = asks_of_its_own(turn) and not (wish.says_when or elsewhere or other)
    says_enough = says("only_then", text) or not says_more(text, today)
    return (taken or wish.says_when) and not sure_of_other and says_enough


def is_the_same(turn: Turn, booked: Booked, today: date) -> bool:
    """Whether a text only names the time once more that the appointment has."""
    wish, slot = read_wish(turn.text, today), booked.slot
    if not wish.says_when or wish.denied or moves(turn.text) or named_district(turn.text):
        return False
    return wish.takes(slot.day, slot.starts, slot.starts) and wish.at in (None, slot.starts)


def _another_time(turn: Turn, wish: Wish, today: date) -> bool:
    """Whether a text denies a time that was just booked, or is nothing but another ("周二我不行", "那下周五吧")."""
    text = turn.text
    if cancels(text) and says_cancel(text):
        return False
    if wish.denied:
        return True
    if wish.others:
        return says("cannot_come", text)
    if not wish.says_when or asks_if_open(text) or _is_of_the_permit(text, today):
        return False
    if says("only_then", text):
        return True
    return not says_more(text, today, most=0 if asks_of_its_own(turn) else 1)


def _is_of_the_permit(text: str, today: date) -> bool:
    """Whether the days of a text are of the permit, the papers or the home."""
    told = read(text, today)
    days = told.days
    return told.speaks_of_expiry or bool(days.handed_in_on or days.endorsed_on or days.moved_on)
