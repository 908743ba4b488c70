"""Carries out what a form wants: each command is one call of the district that it belongs to."""

from dataclasses import dataclass, replace

from renewal.dialogue.case import Case
from renewal.dialogue.forms import commands as wanted
from renewal.dialogue.forms.commands import Command
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.asking import ask_centre, ask_slot
from renewal.services.appointments.booking import Came
from renewal.services.appointments.outlook import offers
from renewal.services.callbacks import booking as callbacks
from renewal.services.talks import identity, points
from renewal.services.talks.answers import render
from renewal.services.talks.dialogue import Response, respond
from renewal.services.talks.status import status

STANDS = frozenset({Came.APPROVED, Came.ASKED, Came.MOVED, Came.HAS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a command came to: what is said, what decides how it goes on, and the response that an answer was."""

    messages: tuple[BotMessage, ...] = ()
    reply: wanted.Reply | None = None
    response: Response | None = None


def carry_out(services: Services, turn: Turn, case: Case, command: Command) -> Carried:
    """Do what is wanted, in a transaction of its own where it writes."""
    match command:
        case wanted.Say():
            return Carried(messages=(render(services, case, command.key, **command.values),))
        case wanted.Answer():
            return _answer(services, turn, case, command.said)
        case wanted.TryAnswer():
            answered = _answer(services, turn, case, command.said)
            begins = answered.response.begins if answered.response else ""
            return Carried(reply=False) if begins == command.topic else replace(answered, reply=True)
        case wanted.CompareFirst() | wanted.FindSlots() | wanted.BookSlot():
            return _towards_a_slot(services, case, command)
        case _:
            return Carried(messages=_told(services, case, command))


def _answer(services: Services, turn: Turn, case: Case, said: Understood) -> Carried:
    response = respond(services, case, said, turn.memory())
    return Carried(messages=response.messages, response=response)


def _towards_a_slot(
    services: Services, case: Case, command: wanted.CompareFirst | wanted.FindSlots | wanted.BookSlot
) -> Carried:
    match command:
        case wanted.CompareFirst():
            barred = appointments.compare_first(services, case)
            return Carried(messages=barred.messages if barred else (), reply=barred is not None)
        case wanted.FindSlots():
            return Carried(reply=_found(services, case, command))
        case wanted.BookSlot():
            book = appointments.move if command.moves else appointments.ask
            told = book(services, case, command.slot)
            reply = wanted.Booking(full=told.came is Came.FULL, stands=told.came in STANDS)
            return Carried(messages=told.messages, reply=reply)


def _found(services: Services, case: Case, command: wanted.FindSlots) -> wanted.Found:
    found = offers(services, case, command.centre.id, command.wish, most=command.most, after=command.after)
    return wanted.Found(slots=found.slots, exact=found.exact, note=found.note)


def _told(services: Services, case: Case, command: Command) -> tuple[BotMessage, ...]:
    """What is said of a command that always goes on the same way."""
    told: tuple[BotMessage, ...] = ()
    match command:
        case wanted.BookCallback():
            told = callbacks.take_lead(
                services,
                case,
                name=command.name,
                phone=command.phone,
                about=command.about,
                expires_on=command.expires_on,
                housing=command.housing,
            )
        case wanted.CancelCallback():
            told = callbacks.cancel_lead(services, case)
        case wanted.NoteWish():
            told = callbacks.note_wish(services, case, command.wish)
        case wanted.TellCallback():
            told = callbacks.tell_open(services, case, command.key)
        case wanted.CancelSlot():
            told = appointments.cancel(services, case).messages
        case wanted.TellAppointment():
            told = appointments.tell_open(services, case)
        case wanted.AskCentre() | wanted.AskSlot():
            told = _asked_for_seat(services, case, command)
        case wanted.AskPoints() | wanted.RefusePoints() | wanted.TellPoints():
            told = _of_points(services, case, command)
        case _:
            told = _of_who(services, case, command)
    return told


def _asked_for_seat(
    services: Services, case: Case, command: wanted.AskCentre | wanted.AskSlot
) -> tuple[BotMessage, ...]:
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
) -> tuple[BotMessage, ...]:
    match command:
        case wanted.AskPoints():
            told = points.ask_points(
                services,
                case,
                command.question,
                command.answers,
                misses=command.misses,
                opening=command.opening,
            )
        case wanted.RefusePoints():
            told = points.refuse(services, case, command.question, command.number)
        case wanted.TellPoints():
            told = points.tell_points(services, case, command.answers)
    return told


def _of_who(services: Services, case: Case, command: Command) -> tuple[BotMessage, ...]:
    """What is asked and told of who writes."""
    told: tuple[BotMessage, ...] = ()
    match command:
        case wanted.AskPhone():
            told = identity.ask(services, case.conversation_id, command.misses, key=command.key)
        case wanted.OfferPhone():
            told = identity.offer(services, case.conversation_id)
        case wanted.ExplainPhone():
            told = identity.why(services, case.conversation_id)
        case wanted.ForgetPhone():
            identity.forget(services, case.conversation_id)
        case wanted.TellStatus():
            told = status(services, case, command.expires_on)
    return told
