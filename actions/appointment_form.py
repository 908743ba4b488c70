"""The appointment form: a centre, then a time; what is wished in one text needs no question."""

from dataclasses import replace
from datetime import date

from actions.appointment_step import CENTRE, EMPTY, TAKEN, Step, finish
from actions.leaving import FORMS, answer_besides
from actions.reading import SURE, asks_again, is_question, wants_to_stop
from actions.turn import MEMORY, Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.dialogue.forms.outlook import Booked, CentreChoice, named_centre
from renewal.dialogue.memory import kept
from renewal.dialogue.thresholds import SURE as SURE_OF_TOPIC
from renewal.dialogue.topics import OUT_OF_SCOPE
from renewal.language.appointments.places import named_district, without_centre
from renewal.language.appointments.purposes import (
    asks_to_cancel,
    books_something_else,
    cancels,
    looks_up,
    moves,
    says_more,
    speaks_of_it,
)
from renewal.language.appointments.wishes import Wish, read_place
from renewal.language.calling import wants_call
from renewal.language.stopping import says_stop
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.asking import ask_centre, ask_slot
from renewal.services.talks import identity
from renewal.services.talks.dialogue import respond

FORM, INTENT = "appointment_form", "appointment"
MISSES_BEFORE_LETTING_GO = 3


def validate(services: Services, turn: Turn) -> Result:
    """Take what the text gives: book, or choose the next question; or step aside for one of the user's own."""
    if not turn.requested and (_unsure(turn) or books_something_else(turn.text)):
        other = _another_topic(services, turn)
        if other is not None:
            return other
    outlook = appointments.look(services, turn.conversation_id)
    if not outlook.known:
        asked = replace(turn.memory(), asked=kept(turn.understood()), topic=INTENT, key=INTENT)
        return finish(
            identity.ask(services, turn.conversation_id, key=INTENT), *fill(**{MEMORY: asked.as_dict()})
        )
    step = Step(services, turn, outlook)
    if not turn.requested:
        return _begin(step)
    if turn.answered:
        return Result(events=_ask_again(turn, misses=0))
    return _follow_centre(step) if turn.requested == CENTRE else _follow_slot(step)


def ask(slot: str, services: Services, turn: Turn) -> Result:
    """Ask for the centre or the time, the more helpfully the more often the answer could not be read."""
    talk, misses = turn.conversation_id, turn.misses
    step = Step(services, turn, appointments.look(services, talk))
    note = step.offered.get("note", "")
    if slot == CENTRE or step.centre is None:
        full = step.offered.get("full", "")
        centres = step.centres or step.outlook.centres
        return Result(messages=ask_centre(services, talk, centres, misses=misses, note=note, full=full))
    asked = step.offered.get("asked")
    messages = ask_slot(
        services,
        talk,
        step.outlook,
        step.centre,
        step.slots,
        misses=misses,
        note=note,
        asked_on=date.fromisoformat(asked) if asked else None,
    )
    return Result(messages=messages)


def _another_topic(services: Services, turn: Turn) -> Result | None:
    """The answer to what a text may be about instead; None where an appointment is the likeliest all the same."""
    said = turn.understood()
    if books_something_else(turn.text):
        said = replace(said, intent=OUT_OF_SCOPE, confidence=1.0, ranking=(), parts=())
    response = respond(services, turn.conversation_id, said, turn.memory())
    if response.begins == INTENT:
        return None
    following = then(FORMS[response.begins]) if response.begins else listen()
    emptied = fill(**EMPTY, **{MEMORY: response.memory.as_dict()})
    return Result(messages=response.messages, events=(*emptied, following))


def _begin(step: Step) -> Result:
    """The form opens: on an appointment that stands, to tell, move or cancel it; else to ask for one."""
    text, talk = step.turn.text, step.turn.conversation_id
    if step.outlook.booked is not None:
        return _again(step, step.outlook.booked)
    if cancels(text) or looks_up(text) or asks_to_cancel(text):
        return finish(appointments.tell_open(step.services, talk))
    barred = appointments.compare_first(step.services, talk)
    if barred is not None:
        return finish(barred.messages)
    named = named_centre(text, step.outlook, ())
    if named is not None:
        return step.find(named, step.wish())
    return step.choose_centre(district=named_district(text))


def _again(step: Step, booked: Booked) -> Result:
    """An appointment stands: another time or place moves it, all else is told of it."""
    text, wish = step.turn.text, step.wish()
    if cancels(text) and not moves(text):
        return _cancelled(step)
    here = (centre for centre in step.outlook.all_centres if centre.id == booked.slot.centre_id)
    named, district = named_centre(text, step.outlook, ()), named_district(text)
    told = looks_up(text) or asks_to_cancel(text)
    if not (moves(text) or wish.says_when or ((named or district) and not told)):
        return finish(appointments.tell_open(step.services, step.turn.conversation_id))
    if wish.is_empty and (named or district):
        slot = booked.slot  # another centre at the same time
        wish = Wish(first_on=slot.day, last_on=slot.day, at=slot.starts)
    centre = named or next(here, None)
    if named is None and district and (centre is None or centre.district != district):
        return step.choose_centre(district=district, wish=wish)
    return step.choose_centre() if centre is None else step.find(centre, wish)


def _follow_centre(step: Step) -> Result:
    """An answer to the question which centre."""
    text = step.turn.text
    named = named_centre(text, step.outlook, step.centres)
    if named is not None and (read_place(text) is not None or _names_only(step, named)):
        return step.find(named, step.first_wish())
    left = _left(step)
    if left is not None:
        return left
    if asks_of_its_own(step.turn) and says_more(text, step.today):
        return Result(events=(step_aside(FORM),))
    district = named_district(text)
    if district:
        return step.choose_centre(district=district)
    return step.keep_wish() if step.wish().says_when else _aside(step)


def _follow_slot(step: Step) -> Result:
    """An answer to the question which time: one of the offers, another time, or another centre."""
    text, wish = step.turn.text, step.wish()
    if wish.choice is not None and step.centre is not None:
        return _chosen(step, step.centre, wish.choice)
    left = None if wish.others and not cancels(text) else _left(step)
    if left is not None:
        return left
    return _another_time(step, wish)


def _chosen(step: Step, centre: CentreChoice, place: int) -> Result:
    """The offer at a place of the list is booked; there may be none at it."""
    if place > len(step.slots):
        return _missed(step)
    return step.book(centre, step.slots[place - 1 if place > 0 else -1])


def _another_time(step: Step, wish: Wish) -> Result:
    """A time that was not offered, another centre, or what is neither."""
    text = step.turn.text
    named, district = named_centre(text, step.outlook, ()), named_district(text)
    only_named = named is not None and _names_only(step, named)
    if not only_named and asks_of_its_own(step.turn) and says_more(text, step.today):
        return Result(events=(step_aside(FORM),))
    if named is None and district and (step.centre is None or step.centre.district != district):
        return step.choose_centre(district=district)
    centre = named or step.centre
    if centre is not None and (named or not wish.is_empty):
        return step.find(centre, step.first_wish() if wish.is_empty else wish)
    return _aside(step)


def _names_only(step: Step, named: CentreChoice) -> bool:
    """Whether a text that names a centre says no more, or nothing that would be asked of it."""
    rest = without_centre(step.turn.text, named.name, named.district)
    return not asks_of_its_own(step.turn) or not says_more(rest, step.today)


def _left(step: Step) -> Result | None:
    """Out of the form, to the answer of what the text asks besides; None where it stays in."""
    turn = step.turn
    if wants_call(turn.text):
        return _to_a_person()
    if cancels(turn.text) and step.outlook.booked is not None:
        return _cancelled(step)
    if not (says_stop(turn.text) or wants_to_stop(turn) or cancels(turn.text)):
        return None
    answered = answer_besides(step.services, turn)
    if answered is None:
        return step.end("left")
    left = (step_aside(FORM), close_form(), *fill(**EMPTY))
    return Result(messages=answered.messages, events=(*left, *answered.events))


def _to_a_person() -> Result:
    return Result(events=(step_aside(FORM), close_form(), *fill(**EMPTY), then("callback_form")))


def _cancelled(step: Step) -> Result:
    told = appointments.cancel(step.services, step.turn.conversation_id)
    return finish(told.messages, *fill(**{TAKEN: None}))


def _aside(step: Step) -> Result:
    """What to do with a text that is no answer: a person, a reason, an answer of its own, or help."""
    turn = step.turn
    if turn.intent == "human" and turn.confidence >= SURE:
        return _to_a_person()
    if turn.intent == "ask_why":
        return Result(messages=step.say("why"), events=_ask_again(turn, misses=0))
    if asks_of_its_own(turn):
        return Result(events=(step_aside(FORM),))
    if turn.intent == INTENT or asks_again(turn):
        return Result(events=_ask_again(turn, misses=turn.misses))
    return _missed(step)


def _missed(step: Step) -> Result:
    """One bad answer more; after so many in a row the form lets go."""
    misses = step.turn.misses + 1
    if misses >= MISSES_BEFORE_LETTING_GO:
        return step.end("given_up")
    return Result(events=_ask_again(step.turn, misses=misses))


def _ask_again(turn: Turn, *, misses: int) -> tuple[Event, ...]:
    return fill(form_misses=misses, requested_slot=turn.requested)


def asks_of_its_own(turn: Turn) -> bool:
    """Whether a text was surely taken for a question about something else."""
    return turn.intent != INTENT and is_question(turn)


def _unsure(turn: Turn) -> bool:
    """Whether nothing but a guess of the model speaks for an appointment."""
    guessed = turn.intent == INTENT and turn.confidence < SURE_OF_TOPIC
    return guessed and not (speaks_of_it(turn.text) or moves(turn.text) or looks_up(turn.text))
