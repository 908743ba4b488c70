"""The appointment form: a centre, then a time; what is wished in one text needs no question."""

from dataclasses import dataclass

from actions.appointment_step import CENTRE, EMPTY, TAKEN, Step, finish
from actions.leaving import FORMS, answer_besides
from actions.reading import SURE, asks_again, is_question, wants_to_stop
from actions.turn import MEMORY, Act, Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.services import appointments, identity
from renewal.services.answers import say
from renewal.services.app import Services
from renewal.services.appointment_asking import (
    ask_centre,
    ask_slot,
    named_centre,
    named_district,
    without_centre,
)
from renewal.services.appointment_outlook import CentreChoice
from renewal.services.appointment_purposes import (
    asks_to_cancel,
    bare_cancel,
    cancels,
    looks_up,
    moves,
    says_more,
    speaks_of_call,
    speaks_of_it,
)
from renewal.services.appointment_wishes import read_place, read_wish
from renewal.services.appointment_words import Booked
from renewal.services.assistant import BotMessage
from renewal.services.deciding import SURE as SURE_OF_TOPIC
from renewal.services.dialogue import respond
from renewal.services.leads import open_lead
from renewal.services.stopping import says_stop

FORM, INTENT = "appointment_form", "appointment"
MISSES_BEFORE_LETTING_GO = 3


def validate(services: Services, turn: Turn) -> Result:
    """Take what the text gives: book, or choose the next question; or step aside for one of the user's own."""
    other = _another_topic(services, turn) if not turn.requested and _unsure(turn) else None
    if other is not None:
        return other
    outlook = appointments.look(services, turn.conversation_id)
    if not outlook.known:
        return finish(identity.ask(services, turn.conversation_id, key=INTENT))
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
    messages = ask_slot(services, talk, step.outlook, step.centre, step.slots, misses=misses, note=note)
    return Result(messages=messages)


def first(act: Act) -> Act:
    """`act`, unless the text is about the appointment that stands: that comes first, whatever it was taken for."""

    def run(services: Services, turn: Turn) -> Result:
        amended = amend(services, turn)
        return act(services, turn) if amended is None else amended

    return run


def amend(services: Services, turn: Turn) -> Result | None:
    """What a text outside forms does about the appointment that stands; None where it is no such text."""
    wanted = None if turn.form else _Amendment.of(services, turn)
    outlook = appointments.look(services, turn.conversation_id) if wanted else None
    if wanted is None or outlook is None or not outlook.known:
        return None
    if outlook.booked is None:
        return _none_to_cancel(services, turn) if wanted.cancels else None
    called, taken = bool(turn.slots.get("callback_taken")), bool(turn.slots.get(TAKEN))
    if called and not taken and not speaks_of_it(turn.text):
        return None  # said of the call that was booked here
    return _amended(services, turn, wanted, called=called, taken=taken)


def _amended(services: Services, turn: Turn, wanted: "_Amendment", *, called: bool, taken: bool) -> Result:
    """`called`: a call was booked in this conversation as well; `taken`: the appointment was."""
    if wanted.bare and called:
        return _answer(say(services, turn.conversation_id, "appointment.cancel_which"))
    if wanted.cancels or (wanted.bare and taken):
        told = appointments.cancel(services, turn.conversation_id)
        return _answer(told.messages, *fill(**{TAKEN: None}))
    if wanted.moves:
        return Result(events=(then(FORM),))
    return _answer(appointments.tell_open(services, turn.conversation_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amendment:
    """What a text says of an appointment; `bare`: nothing but "cancel", which may mean something else."""

    cancels: bool
    moves: bool
    bare: bool

    @classmethod
    def of(cls, services: Services, turn: Turn) -> "_Amendment | None":
        """None where the text is about something else."""
        text = turn.text
        if speaks_of_call(text):
            return None
        moving = moves(text) and _moves_it(services, turn)
        found = cls(cancels=cancels(text) and not moving, moves=moving, bare=bare_cancel(text))
        asks = looks_up(text) or asks_to_cancel(text)
        return found if found.cancels or found.moves or found.bare or asks else None


def _none_to_cancel(services: Services, turn: Turn) -> Result | None:
    """There is no appointment; a callback is cancelled in the same words, so that one goes first."""
    if not speaks_of_it(turn.text) or open_lead(services, turn.conversation_id) is not None:
        return None
    return _answer(appointments.tell_open(services, turn.conversation_id))


def _moves_it(services: Services, turn: Turn) -> bool:
    """Whether what a text wants at another time or place is the appointment."""
    if speaks_of_it(turn.text):
        return True
    today = services.today()
    wished = read_wish(turn.text, today).says_when or bool(turn.slots.get(TAKEN))
    return wished and not _asks_of_its_own(turn) and not says_more(turn.text, today)


def _another_topic(services: Services, turn: Turn) -> Result | None:
    """The answer to what a text may be about instead; None where an appointment is the likeliest all the same."""
    response = respond(services, turn.conversation_id, turn.understood(), turn.memory())
    if response.begins == INTENT:
        return None
    following = then(FORMS[response.begins]) if response.begins else listen()
    kept = fill(**EMPTY, **{MEMORY: response.memory.as_dict()})
    return Result(messages=response.messages, events=(*kept, following))


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
    centre = named_centre(text, step.outlook, ()) or next(here, None)
    if centre is not None and (moves(text) or wish.says_when):
        return step.find(centre, wish)
    return finish(appointments.tell_open(step.services, step.turn.conversation_id))


def _follow_centre(step: Step) -> Result:
    """An answer to the question which centre."""
    text = step.turn.text
    named = named_centre(text, step.outlook, step.centres)
    if named is not None and (read_place(text) is not None or _names_only(step, named)):
        return step.find(named, step.first_wish())
    left = _left(step)
    if left is not None:
        return left
    if _asks_of_its_own(step.turn) and says_more(text, step.today):
        return Result(events=(step_aside(FORM),))
    district = named_district(text)
    if district:
        return step.choose_centre(district=district)
    return step.keep_wish() if step.wish().says_when else _aside(step)


def _follow_slot(step: Step) -> Result:
    """An answer to the question which time: one of the offers, another time, or another centre."""
    text, wish = step.turn.text, step.wish()
    if wish.choice is not None and step.centre is not None:
        if wish.choice <= len(step.slots):
            return step.book(step.centre, step.slots[wish.choice - 1 if wish.choice > 0 else -1])
        return _missed(step)
    left = None if wish.others else _left(step)
    if left is not None:
        return left
    named = named_centre(text, step.outlook, ())
    if (
        not (named and _names_only(step, named))
        and _asks_of_its_own(step.turn)
        and says_more(text, step.today)
    ):
        return Result(events=(step_aside(FORM),))
    centre = named or step.centre
    if centre is not None and (named or not wish.is_empty):
        return step.find(centre, wish)
    district = named_district(text)
    return step.choose_centre(district=district) if district else _aside(step)


def _names_only(step: Step, named: CentreChoice) -> bool:
    """Whether a text that names a centre says no more, or nothing that would be asked of it."""
    return not _asks_of_its_own(step.turn) or not says_more(without_centre(step.turn.text, named), step.today)


def _left(step: Step) -> Result | None:
    """Out of the form, to the answer of what the text asks besides; None where it stays in."""
    turn = step.turn
    if cancels(turn.text) and step.outlook.booked is not None:
        return _cancelled(step)
    if not (says_stop(turn.text) or wants_to_stop(turn) or cancels(turn.text)):
        return None
    answered = answer_besides(step.services, turn)
    if answered is None:
        return step.end("left")
    left = (step_aside(FORM), close_form(), *fill(**EMPTY))
    return Result(messages=answered.messages, events=(*left, *answered.events))


def _cancelled(step: Step) -> Result:
    told = appointments.cancel(step.services, step.turn.conversation_id)
    return finish(told.messages, *fill(**{TAKEN: None}))


def _aside(step: Step) -> Result:
    """What to do with a text that is no answer: a person, a reason, an answer of its own, or help."""
    turn = step.turn
    if turn.intent == "human" and turn.confidence >= SURE:
        return Result(events=(step_aside(FORM), close_form(), *fill(**EMPTY), then("callback_form")))
    if turn.intent == "ask_why":
        return Result(messages=step.say("why"), events=_ask_again(turn, misses=0))
    if _asks_of_its_own(turn):
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


def _asks_of_its_own(turn: Turn) -> bool:
    return turn.intent != INTENT and is_question(turn)


def _unsure(turn: Turn) -> bool:
    """Whether nothing but a guess of the model speaks for an appointment."""
    guessed = turn.intent == INTENT and turn.confidence < SURE_OF_TOPIC
    return guessed and not (speaks_of_it(turn.text) or moves(turn.text))


def _answer(messages: tuple[BotMessage, ...], *events: Event) -> Result:
    return Result(messages=messages, events=(*events, listen()))
