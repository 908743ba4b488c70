"""What a form must know besides what was said: who writes, what stands booked; loaded once a turn."""

from dataclasses import dataclass, field
from datetime import date

from renewal.dialogue.case import Case
from renewal.dialogue.forms.outlook import Outlook
from renewal.domain import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a person is called and where they can be reached (E.164); empty where it is not known."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCallback:
    """A callback that stands open; `confirmed` is False while it waits for the code that proves its number."""

    id: int
    name: str
    phone: str
    call_by_on: date
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store holds of the conversation.

    `own` is what need not be asked: the number that the texts come from, and of a holder on file the name.
    `outlook` and `most_offers`, how many choices one question shows, are there where an appointment is meant.
    """

    today: date
    rules: Rulebook
    case: Case
    own: Contact = field(default_factory=Contact)
    callback: OpenCallback | None = None
    outlook: Outlook = field(default_factory=Outlook)
    most_offers: int = 0

    @property
    def has_permit(self) -> bool:
        """Whether a holder on file, with a permit, writes."""
        return self.case.known and self.case.expires_on is not None
