"""Carries out what a form wants: each command is one call of the district that it belongs to."""

from dataclasses import dataclass, replace

from renewal.dialogue.forms import commands as wanted
from renewal.dialogue.forms.commands import Command
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.asking import ask_centre, ask_slot, offers_shown
from renewal.services.appointments.booking import Came
from renewal.services.callbacks import booking as callbacks
from renewal.services.talks import identity, points
from renewal.services.talks.answers import say
from renewal.services.talks.case import load_case
from renewal.services.talks.dialogue import Response, respond
from renewal.services.talks.status import status

STANDS = frozenset({Came.APPROVED, Came.ASKED, Came.MOVED, Came.HAS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a command came to: what is said, what decides how it goes on, and the response that an answer was."""

    messages: tuple[BotMessage, ...] = ()
    reply: wanted.Reply | None = None
    response: Response | None = None


def carry_out(services: Services, turn: Turn, command: Command) -> Carried:
    """Do what is wanted, in a transaction of its own where it writes."""
    talk = turn.conversation_id
    match command:
        case wanted.Say():
            return Carried(messages=say(services, talk, command.key, **command.values))
        case wanted.Answer():
            return _answer(services, turn, command.said)
        case wanted.TryAnswer():
            answered = _answer(services, turn, command.said)
            begins = answered.response.begins if answered.response else ""
            return Carried(reply=False) if begins == command.topic else replace(answered, reply=True)
        case wanted.CompareFirst() | wanted.FindSlots() | wanted.BookSlot():
            return _towards_a_slot(services, talk, command)
        case _:
            return Carried(messages=_told(services, talk, command))


def _answer(services: Services, turn: Turn, said: Understood) -> Carried:
    response = respond(services, turn.conversation_id, said, turn.memory())
    return Carried(messages=response.messages, response=response)


def _towards_a_slot(
    services: Services, talk: str, command: wanted.CompareFirst | wanted.FindSlots | wanted.BookSlot
) -> Carried:
    match command:
        case wanted.CompareFirst():
            barred = appointments.compare_first(services, talk)
            return Carried(messages=barred.messages if barred else (), reply=barred is not None)
        case wanted.FindSlots():
            return Carried(reply=_found(services, talk, command))
        case wanted.BookSlot():
            book = appointments.move if command.moves else appointments.ask
            told = book(services, talk, command.slot)
            reply = wanted.Booking(full=told.came is Came.FULL, stands=told.came in STANDS)
            return Carried(messages=told.messages, reply=reply)


def _found(services: Services, talk: str, command: wanted.FindSlots) -> wanted.Found:
    with services.store.read() as session:
        most = offers_shown(load_case(session, talk).channel)
    offers = appointments.offers(
        services, talk, command.centre.id, command.wish, most=most, after=command.after
    )
    return wanted.Found(slots=offers.slots, exact=offers.exact, note=offers.note)


def _told(services: Services, talk: str, command: Command) -> tuple[BotMessage, ...]:
    """What is said of a command that always goes on the same way."""
    told: tuple[BotMessage, ...] = ()
    match command:
        case wanted.BookCallback():
            told = callbacks.take_lead(
                services,
                talk,
                name=command.name,
                phone=command.phone,
                about=command.about,
                expires_on=command.expires_on,
                housing=command.housing,
            )
        case wanted.CancelCallback():
            told = callbacks.cancel_lead(services, talk)
        case wanted.NoteWish():
            told = callbacks.note_wish(services, talk, command.wish)
        case wanted.TellCallback():
            told = callbacks.tell_open(services, talk, command.key)
        case wanted.CancelSlot():
            told = appointments.cancel(services, talk).messages
        case wanted.TellAppointment():
            told = appointments.tell_open(services, talk)
        case wanted.AskCentre() | wanted.AskSlot():
            told = _asked_for_seat(services, talk, command)
        case wanted.AskPoints() | wanted.RefusePoints() | wanted.TellPoints():
            told = _of_points(services, talk, command)
        case _:
            told = _of_who(services, talk, command)
    return told


def _asked_for_seat(
    services: Services, talk: str, command: wanted.AskCentre | wanted.AskSlot
) -> tuple[BotMessage, ...]:
    if isinstance(command, wanted.AskCentre):
        return ask_centre(
            services, talk, command.centres, misses=command.misses, note=command.note, full=command.full
        )
    return ask_slot(
        services,
        talk,
        appointments.look(services, talk),
        command.centre,
        command.slots,
        misses=command.misses,
        note=command.note,
        asked_on=command.asked_on,
    )


def _of_points(
    services: Services, talk: str, command: wanted.AskPoints | wanted.RefusePoints | wanted.TellPoints
) -> tuple[BotMessage, ...]:
    match command:
        case wanted.AskPoints():
            told = points.ask_points(
                services,
                talk,
                command.question,
                command.answers,
                misses=command.misses,
                opening=command.opening,
            )
        case wanted.RefusePoints():
            told = points.refuse(services, talk, command.question, command.number)
        case wanted.TellPoints():
            told = points.tell_points(services, talk, command.answers)
    return told


def _of_who(services: Services, talk: str, command: Command) -> tuple[BotMessage, ...]:
    """What is asked and told of who writes."""
    told: tuple[BotMessage, ...] = ()
    match command:
        case wanted.AskPhone():
            told = identity.ask(services, talk, command.misses, key=command.key)
        case wanted.OfferPhone():
            told = identity.offer(services, talk)
        case wanted.ExplainPhone():
            told = identity.why(services, talk)
        case wanted.ForgetPhone():
            identity.forget(services, talk)
        case wanted.TellStatus():
            told = status(services, talk, command.expires_on)
    return told
