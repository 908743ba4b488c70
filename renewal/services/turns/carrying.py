"""Carries out what a form wants: each command is one call of the district that it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from renewal.dialogue import points_telling as points
from renewal.dialogue.case import Case
from renewal.dialogue.forms import commands as wanted
from renewal.dialogue.forms.commands import Command
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.says import BotMessage
from renewal.dialogue.topics import form_of
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.asking import ask_centre, ask_slot
from renewal.services.appointments.booking import Came
from renewal.services.appointments.outlook import offers
from renewal.services.callbacks import booking as callbacks
from renewal.services.callbacks.erasing import erase_number
from renewal.services.talks import identity, person
from renewal.services.talks.answers import render
from renewal.services.talks.dialogue import Response, respond
from renewal.services.talks.status import status
from renewal.services.work import Work

Messages = tuple[BotMessage, ...]
STANDS = frozenset({Came.APPROVED, Came.ASKED, Came.MOVED, Came.HAS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a command came to: what is said, what decides how it goes on, and the response that an answer was."""

    messages: tuple[BotMessage, ...] = ()
    reply: wanted.Reply | None = None
    response: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Carries a turn's commands out. `work` gives its one transaction, begun where it is first needed."""

    services: Services
    turn: Turn
    case: Case
    work: Callable[[], Work]


def carry_out(hand: Hand, command: Command) -> Carried:
    """Do what is wanted."""
    match command:
        case wanted.Say():
            message = render(hand.services, hand.case, command.key, **command.values)
            return Carried(messages=(message,))
        case wanted.Answer():
            return _answer(hand, command.said)
        case wanted.TryAnswer():
            answered = _answer(hand, command.said)
            begins = answered.response.begins if answered.response else ""
            again = bool(begins) and form_of(begins) == form_of(command.topic)
            return Carried(reply=False) if again else replace(answered, reply=True)
        case wanted.CompareFirst() | wanted.FindSlots() | wanted.BookSlot():
            return _towards_a_slot(hand, command)
        case _:
            return Carried(messages=_told(hand, command))


def _answer(hand: Hand, said: Understood) -> Carried:
    response = respond(hand.services, hand.case, said, hand.turn.memory())
    return Carried(messages=response.messages, response=response)


def _towards_a_slot(hand: Hand, command: wanted.CompareFirst | wanted.FindSlots | wanted.BookSlot) -> Carried:
    match command:
        case wanted.CompareFirst():
            barred = appointments.compare_first(hand.work(), hand.case)
            return Carried(messages=barred.messages if barred else (), reply=barred is not None)
        case wanted.FindSlots():
            return Carried(reply=_found(hand, command))
        case wanted.BookSlot():
            book = appointments.move if command.moves else appointments.ask
            told = book(hand.work(), hand.case, command.slot)
            reply = wanted.Booking(full=told.came is Came.FULL, stands=told.came in STANDS)
            return Carried(messages=told.messages, reply=reply)


def _found(hand: Hand, command: wanted.FindSlots) -> wanted.Found:
    found = offers(
        hand.services, hand.case, command.centre.id, command.wish, most=command.most, after=command.after
    )
    return wanted.Found(slots=found.slots, exact=found.exact, note=found.note)


def _told(hand: Hand, command: Command) -> Messages:
    """What is said of a command that always goes on the same way."""
    services, case = hand.services, hand.case
    told: Messages = ()
    match command:
        case wanted.BookCallback():
            told = callbacks.book_callback(
                hand.work(),
                case,
                name=command.name,
                phone=command.phone,
                about=command.about,
                expires_on=command.expires_on,
                housing=command.housing,
            )
        case wanted.CancelCallback():
            told = callbacks.cancel_callback(hand.work(), case)
        case wanted.EraseNumber():
            told = erase_number(hand.work(), case)
        case wanted.NoteWish():
            told = callbacks.note_wish(hand.work(), case, command.wish)
        case wanted.TellCallback():
            told = callbacks.tell_open(services, case, command.key, command.callback)
        case wanted.CancelSlot():
            told = appointments.cancel(hand.work(), case).messages
        case wanted.TellAppointment():
            told = appointments.tell_open(services, case, command.booked)
        case wanted.AskCentre() | wanted.AskSlot():
            told = _asked_for_seat(services, case, command)
        case wanted.AskPoints() | wanted.RefusePoints() | wanted.TellPoints():
            told = _of_points(services, case, command)
        case _:
            told = _of_who(hand, command)
    return told


def _asked_for_seat(services: Services, case: Case, command: wanted.AskCentre | wanted.AskSlot) -> Messages:
    if isinstance(command, wanted.AskCentre):
        return ask_centre(
            services, case, command.centres, misses=command.misses, note=command.note, full=command.full
        )
    return ask_slot(
        services,
        case,
        command.days,
        command.centre,
        command.slots,
        misses=command.misses,
        note=command.note,
        asked_on=command.asked_on,
    )


def _of_points(
    services: Services, case: Case, command: wanted.AskPoints | wanted.RefusePoints | wanted.TellPoints
) -> Messages:
    match command:
        case wanted.AskPoints():
            told = points.ask_points(
                services.ground(),
                case,
                command.question,
                command.answers,
                misses=command.misses,
                opening=command.opening,
            )
        case wanted.RefusePoints():
            told = points.refuse(services.ground(), case, command.question, command.number)
        case wanted.TellPoints(raises=True):
            more = {"question": ""}  # the form asks the next one itself
            told = points.tell(services.ground(), case, "points_told.raises", command.answers, more=more)
        case wanted.TellPoints(so_far=True):
            key = "points_told.meanwhile" if command.before is None else "points_told.supposed"
            told = points.tell(services.ground(), case, key, command.answers, before=command.before)
        case wanted.TellPoints():
            told = points.tell_points(services.ground(), case, command.answers)
    return told


def _of_who(hand: Hand, command: Command) -> Messages:
    """What is asked and told of who writes."""
    services, case = hand.services, hand.case
    told: Messages = ()
    match command:
        case wanted.AskPhone():
            told = identity.ask(hand.work(), case, command.misses, key=command.key, **command.values)
        case wanted.OfferPhone():
            told = identity.offer(hand.work(), case)
        case wanted.ExplainPhone():
            told = identity.why(services, case)
        case wanted.ForgetPhone():
            identity.forget(hand.work().session, case.conversation_id)
        case wanted.AskForPerson():
            person.ask(hand.work().session, case.conversation_id, hand.work().now)
        case wanted.WantNoPerson():
            person.settle(hand.work().session, case.conversation_id)
        case wanted.SignOut():
            told = identity.sign_out(hand.work(), case)
        case wanted.TellStatus():
            told = status(services, case, command.expires_on)
    return told
