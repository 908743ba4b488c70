"""Who was told that no appointment can be had, and names a day or an hour all the same, is told when to go without one.

"周五之前都没空", "那下周二呢", said after the refusal, is of the way to the window: it needs no appointment.
"""

from datetime import date

from renewal.dialogue.days import visit_of
from renewal.dialogue.forms.appointment_purpose import TIMES, is_for, is_taken_for_one
from renewal.dialogue.forms.callback_reading import TAKEN as CALL_TAKEN
from renewal.dialogue.forms.commands import Say
from renewal.dialogue.forms.engine import say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import is_question
from renewal.dialogue.forms.slot_search import BARRED, OFFERED
from renewal.dialogue.forms.step import EMPTY, Step, end
from renewal.dialogue.forms.turn import Turn
from renewal.domain import reinstatement_deadline, renewal_window
from renewal.language.appointments.purposes import (
    MOST_REST_CHARS,
    asks_if_open,
    says_more,
    speaks_of_call,
)
from renewal.language.appointments.wishes import Wish, read_wish
from renewal.language.reading import read

LONGEST_REASON_CHARS = 8  # why a time does not suit: "上班走不开"


def outside(turn: Turn, known: Known) -> Step | None:
    """When to go, to who names a time after the refusal; None for any other text."""
    offered = turn.slots.get(OFFERED) or EMPTY
    if offered.get("note") != BARRED or turn.slots.get(CALL_TAKEN) or known.case.expires_on is None:
        return None
    wish = read_wish(turn.text, known.today, (), known.case.expires_on)
    if not (_is_only_a_time(turn, wish, known.today) or is_for(turn, TIMES)):
        return None
    told = _when_to_go(known, known.case.expires_on, wish)
    return end(told)


def _is_only_a_time(turn: Turn, wish: Wish, today: date) -> bool:
    """Whether a text says nothing but a time, or that none suits, and in a few words why."""
    text = turn.text
    if not (wish.says_when or wish.others) or speaks_of_call(text) or asks_if_open(text):
        return False
    told = read(text, today)
    if told.speaks_of_expiry or told.days.handed_in_on or told.days.endorsed_on or told.days.moved_on:
        return False
    asks_apart = is_question(turn) and not is_taken_for_one(turn)
    most = LONGEST_REASON_CHARS if wish.denied or wish.others else 0 if asks_apart else MOST_REST_CHARS
    return not says_more(text, today, most=most)


def _when_to_go(known: Known, expires_on: date, wish: Wish) -> Say:
    rules = known.rules
    visit_on = None if wish.denied else wish.day
    return say(
        "appointment.any_day",
        expires_on=expires_on,
        opens_on=renewal_window(expires_on, rules).opens_on,
        deadline_on=reinstatement_deadline(expires_on, rules),
        days_left=(expires_on - known.today).days,
        reasons=known.case.present_reasons,
        visit_on=visit_on,
        visit=visit_of(rules, expires_on, visit_on) if visit_on else "",
    )
