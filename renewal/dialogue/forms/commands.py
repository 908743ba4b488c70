"""What a form wants done, as data; `services/turns/carrying.py` carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from renewal.dialogue.forms.known import OpenCallback
from renewal.dialogue.forms.outlook import Booked, CentreChoice
from renewal.dialogue.understood import Understood
from renewal.domain.appointments import AppointmentDays, Slot
from renewal.language.appointments.wishes import Wish
from renewal.language.points.answers import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say one entry of the wording."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer a text as outside forms."""

    said: Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCallback:
    """Book a callback, or change the one that stands open, and tell of it. `phone` is E.164."""

    name: str
    phone: str
    about: str = ""
    expires_on: date | None = None
    housing: str | None = None


@dataclass(frozen=True, slots=True)
class CancelCallback:
    """Cancel the callback that stands open, and say so."""


@dataclass(frozen=True, slots=True)
class EraseNumber:
    """Delete name and number that were left for a call, and say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWish:
    """Note for staff what is wished of the callback that stands open."""

    wish: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCallback:
    """Say an entry of the wording about the callback that stands open."""

    key: str
    callback: OpenCallback


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPhone:
    """Ask for the phone on file, or for the code that is on its way. `key` names the words of who asks for it."""

    misses: int = 0
    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfferPhone:
    """Say that the record itself needs the phone, which is taken from now on."""


@dataclass(frozen=True, slots=True)
class ExplainPhone:
    """Say what the phone and the day are asked for."""


@dataclass(frozen=True, slots=True)
class ForgetPhone:
    """The question for the phone stands no longer."""


@dataclass(frozen=True, slots=True)
class SignOut:
    """Let go of the holder who is known at a page, and say so."""


@dataclass(frozen=True, slots=True)
class AskForPerson:
    """Staff see that the writer waits for a person."""


@dataclass(frozen=True, slots=True)
class WantNoPerson:
    """The writer waits for a person no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellStatus:
    """Tell the holder's record, or what a given expiry day means."""

    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPoints:
    """Ask a question of the points, with what this is where it is the `opening` one."""

    question: str
    answers: Answers
    misses: int = 0
    opening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusePoints:
    """Say why a number cannot be the answer to a question of the points."""

    question: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPoints:
    """Tell the estimate; `so_far`: while questions are still to come; `before`: what holds, where this is a try.

    `raises`: what would raise it is told.
    """

    answers: Answers
    so_far: bool = False
    raises: bool = False
    before: Answers | None = None


@dataclass(frozen=True, slots=True)
class CancelSlot:
    """Give back the seat of the appointment that stands, and say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellAppointment:
    """Tell when and where the appointment is that stands, or that there is none."""

    booked: Booked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCentre:
    """Ask which of the centres; `full` is the name of the one that is booked out."""

    centres: tuple[CentreChoice, ...]
    misses: int = 0
    note: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSlot:
    """Ask which of the times. `asked_on` is the day that was wished and cannot be had as it was."""

    centre: CentreChoice
    slots: tuple[Slot, ...]
    days: AppointmentDays | None
    misses: int = 0
    note: str = ""
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class CompareFirst:
    """Say why no appointment can be had, if it cannot. Comes to whether it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSlots:
    """Look for free slots, `most` at most. Comes to `Found`; `note` says why others are offered than the one before."""

    centre: CentreChoice
    wish: Wish
    most: int
    after: Slot | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSlot:
    """Book a slot, or move the appointment that stands to it (`moves`), and tell of it. Comes to `Booking`."""

    centre: CentreChoice
    slot: Slot
    moves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAnswer:
    """Answer a text as outside forms, unless the answer is to begin the form of `topic`. Comes to whether it did."""

    said: Understood
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Free slots, in order; `exact`: the one slot is what was wished. `note` says why others are offered."""

    slots: tuple[Slot, ...]
    exact: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What a request for a slot came to: `full`, it was taken meanwhile; `stands`, there is an appointment now."""

    full: bool
    stands: bool


Question: TypeAlias = (
    CompareFirst | FindSlots | BookSlot | TryAnswer
)  # what it comes to decides what is done next
Reply: TypeAlias = bool | Found | Booking
Command: TypeAlias = (
    Say
    | Answer
    | BookCallback
    | CancelCallback
    | EraseNumber
    | NoteWish
    | TellCallback
    | AskPhone
    | OfferPhone
    | ExplainPhone
    | ForgetPhone
    | SignOut
    | AskForPerson
    | WantNoPerson
    | TellStatus
    | AskPoints
    | RefusePoints
    | TellPoints
    | CancelSlot
    | TellAppointment
    | AskCentre
    | AskSlot
    | Question
)
