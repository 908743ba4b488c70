"""What a form wants done, as data; `services/turns/carrying.py` carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from renewal.dialogue.understood import Understood


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWish:
    """Note for staff what is wished of the callback that stands open."""

    wish: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCallback:
    """Say an entry of the wording about the callback that stands open."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPhone:
    """Ask for the phone on file, or for the code that is on its way. `key` names the words of who asks for it."""

    misses: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class OfferPhone:
    """Say that the record itself needs the phone, which is taken from now on."""


@dataclass(frozen=True, slots=True)
class ExplainPhone:
    """Say what the phone and the day are asked for."""


@dataclass(frozen=True, slots=True)
class ForgetPhone:
    """The question for the phone stands no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellStatus:
    """Tell the holder's record, or what a given expiry day means."""

    expires_on: date | None = None


Command: TypeAlias = (
    Say
    | Answer
    | BookCallback
    | CancelCallback
    | NoteWish
    | TellCallback
    | AskPhone
    | OfferPhone
    | ExplainPhone
    | ForgetPhone
    | TellStatus
)
