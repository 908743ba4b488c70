"""Texts outside forms about an appointment: cancelled, moved, told of, or asked for, whatever they were taken for."""

import re
from dataclasses import dataclass, replace

from actions.appointment_form import FORM, INTENT, asks_of_its_own
from actions.appointment_step import TAKEN
from actions.turn import Act, Event, Result, Turn, fill, listen, then
from renewal.dialogue.says import BotMessage
from renewal.language.appointments.places import named_district
from renewal.language.appointments.purposes import (
    asks_for_one,
    asks_to_cancel,
    bare_cancel,
    books_something_else,
    cancels,
    looks_up,
    moves,
    says_more,
    speaks_of_call,
    speaks_of_it,
)
from renewal.language.appointments.wishes import read_wish
from renewal.language.contact import simple
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.callbacks.booking import open_lead
from renewal.services.talks import identity
from renewal.services.talks.answers import say

_OF_ONES_OWN = re.compile(r"我|\b(?:i|my)\b", re.IGNORECASE)
_FOR_ME = re.compile(r"[给帮替]我|\b(?:book|make) me\b", re.IGNORECASE)
_RATHER = re.compile(r"吧|去|换|想|不对|\b(?:rather|instead|go)\b", re.IGNORECASE)


def first(act: Act) -> Act:
    """`act`, unless the text is about an appointment: that comes first."""

    def run(services: Services, turn: Turn) -> Result:
        amended = amend(services, turn)
        return act(services, turn) if amended is None else amended

    return run


def first_in_form(act: Act) -> Act:
    """As `first`, for a form's own action when the form opens: it ends with that answer."""

    def run(services: Services, turn: Turn) -> Result:
        amended = None if turn.requested else amend(services, replace(turn, form=""))
        if amended is None:
            return act(services, turn)
        return Result(messages=amended.messages, events=(*fill(requested_slot=None), *amended.events))

    return run


def amend(services: Services, turn: Turn) -> Result | None:
    """What a text outside forms does about an appointment; None where it is no such text."""
    if turn.form:
        return None
    if turn.intent == "ask_why" and turn.memory().key == INTENT:
        return _answer(identity.why(services, turn.conversation_id))
    wanted = _Wanted.of(services, turn)
    outlook = appointments.look(services, turn.conversation_id) if wanted else None
    if wanted is None or outlook is None or not outlook.known:
        return None
    if outlook.booked is None:
        return _without_one(services, turn, wanted)
    called, taken = bool(turn.slots.get("callback_taken")), bool(turn.slots.get(TAKEN))
    if called and not taken and not speaks_of_it(turn.text):
        return None  # said of the call that was booked here
    return _with_one(services, turn, wanted, called=called, taken=taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a text says of an appointment; `bare`: nothing but "cancel", which may mean something else."""

    cancels: bool
    moves: bool
    bare: bool
    looks: bool
    asks: bool

    @classmethod
    def of(cls, services: Services, turn: Turn) -> "_Wanted | None":
        """None where the text is about something else."""
        text = turn.text
        if speaks_of_call(text) or books_something_else(text):
            return None
        moving = _moves_it(services, turn)
        asking = asks_for_one(text) and _says_enough(services, turn)
        found = cls(
            cancels=cancels(text) and not moving,
            moves=moving,
            bare=bare_cancel(text),
            looks=looks_up(text) or asks_to_cancel(text) or _repeats(services, turn),
            asks=asking,
        )
        return found if found.cancels or found.moves or found.bare or found.looks or found.asks else None


def _with_one(services: Services, turn: Turn, wanted: _Wanted, *, called: bool, taken: bool) -> Result:
    """`called`: a call was booked in this conversation as well; `taken`: the appointment was."""
    if wanted.bare and called:
        return _answer(say(services, turn.conversation_id, "appointment.cancel_which"))
    if wanted.cancels or (wanted.bare and taken):
        told = appointments.cancel(services, turn.conversation_id)
        return _answer(told.messages, *fill(**{TAKEN: None}))
    if wanted.moves or (wanted.asks and not wanted.looks):
        return Result(events=(then(FORM),))
    return _answer(appointments.tell_open(services, turn.conversation_id))


def _without_one(services: Services, turn: Turn, wanted: _Wanted) -> Result | None:
    """There is none: it is asked for, or said to be none; a callback is cancelled in the same words and goes first."""
    if wanted.asks and not wanted.looks:
        return Result(events=(then(FORM),))
    own = wanted.cancels or (wanted.looks and _OF_ONES_OWN.search(simple(turn.text)))
    if not own or not speaks_of_it(turn.text) or open_lead(services, turn.conversation_id) is not None:
        return None
    return _answer(appointments.tell_open(services, turn.conversation_id))


def _moves_it(services: Services, turn: Turn) -> bool:
    """Whether a text wants the appointment, and nothing else, at another time or place."""
    text, today, taken = turn.text, services.today(), bool(turn.slots.get(TAKEN))
    elsewhere = taken and bool(named_district(text)) and bool(_RATHER.search(simple(text)))
    if not moves(text) and (not elsewhere or looks_up(text)):
        return False
    if speaks_of_it(text):
        return True
    sure_of_other = asks_of_its_own(turn) and not read_wish(text, today).says_when and not elsewhere
    wished = taken or read_wish(text, today).says_when
    return wished and not sure_of_other and not says_more(text, today)


def _repeats(services: Services, turn: Turn) -> bool:
    """Whether a text only says once more what was booked a moment ago ("就要最早的那个")."""
    today = services.today()
    return (
        bool(turn.slots.get(TAKEN))
        and read_wish(turn.text, today).soonest
        and not says_more(turn.text, today)
    )


def _says_enough(services: Services, turn: Turn) -> bool:
    """Whether it is clear that it is to be done, and not only asked about."""
    wish = read_wish(turn.text, services.today())
    return wish.says_when or wish.soonest or bool(_FOR_ME.search(simple(turn.text)))


def _answer(messages: tuple[BotMessage, ...], *events: Event) -> Result:
    return Result(messages=messages, events=(*events, listen()))
