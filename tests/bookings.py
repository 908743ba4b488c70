"""Books, moves and cancels as a turn does: the case read once, and one transaction."""

from collections.abc import Callable
from typing import Any

from renewal.dialogue.forms.known import Contact
from renewal.dialogue.forms.outlook import Outlook
from renewal.dialogue.says import BotMessage
from renewal.domain.appointments import Slot
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.booking import Told
from renewal.services.callbacks import booking as callbacks
from renewal.services.callbacks import erasing
from renewal.services.talks import callback_codes, identity
from renewal.services.talks.callback_rows import unconfirmed_row
from renewal.services.talks.case import case_of
from renewal.services.turns.knowing import load_known
from renewal.services.work import HOLDER, Work

Messages = tuple[BotMessage, ...]


def look(services: Services, talk: str) -> Outlook:
    """How things stand with appointments."""
    return load_known(services, talk, appointments=True).outlook


def own_contact(services: Services, talk: str) -> Contact:
    """What need not be asked of the writer."""
    return load_known(services, talk, appointments=False).own


def ask(services: Services, talk: str, slot: Slot) -> Told:
    return _written(appointments.ask, services, talk, slot)


def move(services: Services, talk: str, slot: Slot) -> Told:
    return _written(appointments.move, services, talk, slot)


def cancel(services: Services, talk: str) -> Told:
    return _written(appointments.cancel, services, talk)


def compare_first(services: Services, talk: str) -> Told | None:
    return _written(appointments.compare_first, services, talk)


def tell_open(services: Services, talk: str) -> Messages:
    return appointments.tell_open(services, case_of(services, talk), look(services, talk).booked)


def book_callback(services: Services, talk: str, *, proved: bool = True, **given: Any) -> Messages:
    """As after a code, unless it is not `proved`."""
    return _written(callbacks.book_callback, services, talk, proved=proved, **given)


def prove_callback(services: Services, talk: str) -> None:
    """As if the code for the callback that waits for one had come back."""
    with Work.begin(services, actor=HOLDER) as work:
        row = unconfirmed_row(work.session, talk, work.now)
        if row is not None:
            callback_codes.confirm(work, case_of(services, talk), row)


def cancel_callback(services: Services, talk: str) -> Messages:
    return _written(callbacks.cancel_callback, services, talk)


def erase_number(services: Services, talk: str) -> Messages:
    return _written(erasing.erase_number, services, talk)


def note_wish(services: Services, talk: str, wish: str) -> Messages:
    return _written(callbacks.note_wish, services, talk, wish)


def ask_phone(services: Services, talk: str, misses: int = 0) -> Messages:
    return _written(identity.ask, services, talk, misses)


def _written(do: Callable[..., Any], services: Services, talk: str, *given: Any, **named: Any) -> Any:
    with Work.begin(services, actor=HOLDER) as work:
        return do(work, case_of(services, talk), *given, **named)
