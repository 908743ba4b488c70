"""Who is not known and wants an appointment is asked who it is, and told what the days that were told come to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from renewal.dialogue.days import STATES, visit_of
from renewal.dialogue.facts import Facts
from renewal.dialogue.forms.appointment_purpose import (
    MOVE,
    TOPIC,
    asks_of_it,
    calls_off,
    goes_on_of_one,
    is_for,
)
from renewal.dialogue.forms.callback_reading import TAKEN as CALL_TAKEN
from renewal.dialogue.forms.commands import AskPhone, Command
from renewal.dialogue.forms.engine import say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import is_question
from renewal.dialogue.forms.slot_search import EMPTY
from renewal.dialogue.forms.step import Step, end
from renewal.dialogue.forms.turn import MEMORY, Turn
from renewal.dialogue.memory import kept
from renewal.dialogue.telling import facts_of, remembered
from renewal.domain import permit_state, reinstatement_deadline, renewal_window
from renewal.language.appointments.places import is_only_a_place, named_district
from renewal.language.appointments.purposes import (
    books_something_else,
    lost_the_number,
    names_cancel,
    says_more,
    speaks_of_call,
    speaks_of_it,
)
from renewal.language.appointments.wishes import read_wish
from renewal.language.dates.around import find_mentions
from renewal.language.reading import read
from renewal.language.references import is_reference
from renewal.language.talk import asks


def ask_who(turn: Turn, known: Known) -> Step:
    """Who it is is asked, in words for what is wanted; what the text told is kept in mind."""
    memory = turn.memory()
    facts = facts_of(memory, read(turn.text, known.today), known.rules, topic=turn.intent)
    held = replace(remembered(memory, facts).with_facts(facts), asked=kept(turn.said), topic=TOPIC, key=TOPIC)
    return end(_question(turn, known, facts), slots={**EMPTY, MEMORY: held.as_dict()})


def outside(turn: Turn, known: Known) -> Step | None:
    """What a text outside forms gets that is a booking's number, or goes on with a booking by who is not known."""
    if is_reference(turn.text):
        key = "number_known" if known.case.known else "number"
        told = say(f"appointment.{key}") if known.case.known else AskPhone(key=f"appointment.{key}")
        return end(told)
    if known.case.known or speaks_of_call(turn.text):
        return None
    if turn.memory().key != TOPIC:
        return ask_who(turn, known) if _calls_one_off(turn, known) else None
    if lost_the_number(turn.text):
        return end(AskPhone(key="appointment.number_lost"))
    return _goes_on(turn, known)


def _goes_on(turn: Turn, known: Known) -> Step | None:
    """What goes on with an appointment after the question who it is."""
    off = calls_off(turn)
    if goes_on_of_one(turn):
        off = off or (names_cancel(turn.text) and known.callback is None)
    elif off:
        return end(say("appointment.left"))  # what was not booked yet
    goes_on = _is_only_a_place(turn, known.today) or _is_only_a_time(turn, known)
    return ask_who(turn, known) if goes_on or off or asks_of_it(turn) else None


def _calls_one_off(turn: Turn, known: Known) -> bool:
    """Whether an appointment is called off in so many words, by who is not known and has no call booked."""
    called = turn.slots.get(CALL_TAKEN) or known.callback is not None
    worded = names_cancel(turn.text) and speaks_of_it(turn.text)
    return worded and not called and not books_something_else(turn.text)


def _question(turn: Turn, known: Known, facts: Facts) -> Command:
    if is_reference(turn.text):
        return AskPhone(key="appointment.number")
    if names_cancel(turn.text) or calls_off(turn) or asks_of_it(turn) or is_for(turn, MOVE):
        return AskPhone(key="appointment.who_standing")
    expires_on = facts.day("expires_on")
    if expires_on is not None:
        values = _of_the_days(known, expires_on, _wished_on(turn, known, facts))
        early = values["state"] == "early"
        return (
            say("appointment.dated_early", **values)
            if early
            else AskPhone(key="appointment.who_dated", values=values)
        )
    if turn.memory().key == TOPIC:
        return AskPhone(key="appointment.who_again", values={"district": named_district(turn.text)})
    return AskPhone(key=TOPIC)


def _wished_on(turn: Turn, known: Known, facts: Facts) -> date | None:
    """The one day that the text wishes or means to go on; None where it is rough, or the expiry's own."""
    visit = facts.fact("visit_on")
    if visit is not None and "visit_on" in facts.from_now():
        return facts.day("visit_on") if visit.exact else None
    named = [mention.coming(known.today) for mention in find_mentions(turn.text, known.today)]
    others = {day.on for day in named if day is not None and day.exact} - {facts.day("expires_on")}
    return others.pop() if len(others) == 1 else None


def _of_the_days(known: Known, expires_on: date, visit_on: date | None) -> Mapping[str, Any]:
    today, rules = known.today, known.rules
    return {
        "state": "last_day" if expires_on == today else STATES[permit_state(expires_on, today, rules)],
        "expires_on": expires_on,
        "opens_on": renewal_window(expires_on, rules).opens_on,
        "deadline_on": reinstatement_deadline(expires_on, rules),
        "visit_on": visit_on,
        "visit": visit_of(rules, expires_on, visit_on) if visit_on else "",
    }


def _is_only_a_place(turn: Turn, today: date) -> bool:
    return is_only_a_place(turn.text, today) and not (is_question(turn) and asks(turn.text))


def _is_only_a_time(turn: Turn, known: Known) -> bool:
    """Whether a text is nothing but a time, where no day of expiry is known by which it could be judged."""
    told = read(turn.text, known.today)
    if turn.memory().told.day("expires_on") is not None or told.speaks_of_expiry or is_question(turn):
        return False
    if told.days.expires_on is not None and not told.days.bare:
        return False
    wish = read_wish(turn.text, known.today)
    return wish.says_when and not says_more(turn.text, known.today)
