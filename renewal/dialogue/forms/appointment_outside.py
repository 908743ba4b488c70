"""Texts outside forms about an appointment: cancelled, moved, told of, or asked for, whatever they were taken for."""

from dataclasses import dataclass
from datetime import date

from renewal.dialogue.forms.appointment_moving import is_the_same, moves_it
from renewal.dialogue.forms.appointment_none import how_to_cancel, none_to_cancel
from renewal.dialogue.forms.appointment_purpose import (
    CANCEL,
    TOPIC,
    asks_of_it,
    calls_off,
    is_for,
    is_of_the_model,
)
from renewal.dialogue.forms.callback_reading import TAKEN as CALL_TAKEN
from renewal.dialogue.forms.commands import CancelSlot, Command, ExplainPhone, TellAppointment
from renewal.dialogue.forms.engine import say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.outlook import Booked
from renewal.dialogue.forms.slot_search import TAKEN
from renewal.dialogue.forms.step import Follow, Step
from renewal.dialogue.forms.turn import Turn
from renewal.language.appointments.purposes import (
    asks_for_one,
    asks_to_cancel,
    bare_cancel,
    books_something_else,
    orders_one,
    says_cancel,
    says_more,
    speaks_of_call,
    speaks_of_it,
)
from renewal.language.appointments.wishes import read_wish
from renewal.language.talk import is_about_self
from renewal.language.words import says


def concerns(turn: Turn, today: date) -> bool:
    """Whether a text may be about an appointment, so that it must be known how things stand."""
    return _Wanted.of(turn, today) is not None


def outside(turn: Turn, known: Known) -> Step | None:
    """What a text outside forms does about an appointment; None where it is no such text."""
    if turn.intent == "ask_why" and turn.memory().key == TOPIC:
        return _end(ExplainPhone())
    wanted = _Wanted.of(turn, known.today)
    if wanted is None or not known.outlook.known:
        return None
    if known.outlook.booked is None:
        return _without_one(turn, known, wanted)
    called, taken = bool(turn.slots.get(CALL_TAKEN)), bool(turn.slots.get(TAKEN))
    if called and not taken and not (speaks_of_it(turn.text) or is_of_the_model(turn)):
        return None  # said of the call that was booked here
    if wanted.moves and is_the_same(turn, known.outlook.booked, known.today):
        return _end(TellAppointment(booked=known.outlook.booked))
    return _with_one(wanted, known.outlook.booked, called=called, taken=taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a text says of an appointment; `bare`: nothing but "cancel", which may mean something else."""

    cancels: bool
    moves: bool
    bare: bool
    looks: bool
    asks: bool

    @classmethod
    def of(cls, turn: Turn, today: date) -> "_Wanted | None":
        """None where the text is about something else."""
        text = turn.text
        if speaks_of_call(text) or books_something_else(text):
            return None
        moving = moves_it(turn, today)
        found = cls(
            cancels=calls_off(turn) and not moving,
            moves=moving,
            bare=bare_cancel(text),
            looks=asks_of_it(turn) or _repeats(turn, today),
            asks=asks_for_one(text) and _says_enough(turn, today),
        )
        return found if found.cancels or found.moves or found.bare or found.looks or found.asks else None


def _with_one(wanted: _Wanted, booked: Booked, *, called: bool, taken: bool) -> Step:
    """`called`: a call was booked in this conversation as well; `taken`: the appointment was."""
    if wanted.bare and called:
        return _end(say("appointment.cancel_which"))
    if wanted.cancels or (wanted.bare and taken):
        return _end(CancelSlot()).keeping(**{TAKEN: None})
    if wanted.moves or (wanted.asks and not wanted.looks):
        return Step(follow=Follow.APPOINTMENT)
    return _end(TellAppointment(booked=booked))


def _without_one(turn: Turn, known: Known, wanted: _Wanted) -> Step | None:
    """There is none: it is asked for, or said to be none; a callback is cancelled in the same words and goes first."""
    if wanted.asks and not wanted.looks:
        return Step(follow=Follow.APPOINTMENT)
    of_none = says_cancel(turn.text) and known.callback is None
    if asks_to_cancel(turn.text) and (speaks_of_it(turn.text) or is_for(turn, CANCEL) or of_none):
        return _end(how_to_cancel(known)) if known.has_permit else None
    own = wanted.cancels or (wanted.looks and is_about_self(turn.text))
    if not own or not speaks_of_it(turn.text) or known.callback is not None:
        return None
    return _end(none_to_cancel(known) if wanted.cancels else TellAppointment(booked=None))


def _repeats(turn: Turn, today: date) -> bool:
    """Whether a text only says once more what was booked a moment ago ("就要最早的那个")."""
    taken = bool(turn.slots.get(TAKEN))
    return taken and read_wish(turn.text, today).soonest and not says_more(turn.text, today)


def _says_enough(turn: Turn, today: date) -> bool:
    """Whether it is clear that it is to be done, and not only asked about."""
    wish = read_wish(turn.text, today)
    return wish.says_when or wish.soonest or says("for_me", turn.text) or orders_one(turn.text)


def _end(command: Command) -> Step:
    return Step(does=(command,), follow=Follow.LISTEN)
