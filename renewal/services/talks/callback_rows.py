"""The callbacks of a conversation: the one that stands open, the one that waits for its code, and how it is told."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.forms.known import Contact, OpenCallback
from renewal.dialogue.says import BotMessage
from renewal.domain import DueDay, due_on
from renewal.language.contact import country_to_text
from renewal.language.masking import mask_name
from renewal.language.talk import is_titled
from renewal.services.app import Services
from renewal.services.calendar import PublishedCalendar
from renewal.services.talks.answers import render
from renewal.store.models import Callback, Conversation, Holder

OPEN, UNCONFIRMED = "open", "unconfirmed"
CONFIRMED_WITHIN = timedelta(days=2)  # later, a callback without its code is none


def contact_of(session: Session, case: Case) -> Contact:
    """What need not be asked: the number that the texts come from, and of a known holder the name on file."""
    talk = session.get(Conversation, case.conversation_id)
    holder = session.get(Holder, case.holder_id) if case.holder_id is not None else None
    phone = (talk.phone if talk else None) or (holder.phone if holder else None)
    return Contact(name=holder.name if holder else "", phone=phone or "")


def open_row(session: Session, case: Case) -> Callback | None:
    """The callback that stands open for a conversation, or for its holder."""
    newest = (
        select(Callback).where(_whose(case), Callback.state == OPEN).order_by(Callback.id.desc()).limit(1)
    )
    return session.scalars(newest).first()


def unconfirmed_row(
    session: Session, conversation_id: str, now: datetime, *, lock: bool = False
) -> Callback | None:
    """The callback of a conversation that waits for its code."""
    newest = (
        select(Callback)
        .where(Callback.conversation_id == conversation_id, Callback.state == UNCONFIRMED)
        .where(Callback.created_at > now - CONFIRMED_WITHIN)
        .order_by(Callback.id.desc())
        .limit(1)
    )
    return session.scalars(newest.with_for_update() if lock else newest).first()


def standing_rows(session: Session, case: Case) -> tuple[Callback, ...]:
    """Every callback that somebody may yet ring, of a conversation and of its holder."""
    standing = Callback.state.in_((OPEN, UNCONFIRMED))
    return tuple(session.scalars(select(Callback).where(_whose(case), standing).order_by(Callback.id)))


def is_proved_here(session: Session, conversation_id: str, phone_hash: str) -> bool:
    """Whether a code proved that number in this conversation before."""
    proved = select(Callback.id).where(
        Callback.conversation_id == conversation_id,
        Callback.phone_hash == phone_hash,
        Callback.proved_at.is_not(None),
    )
    return session.scalars(proved.limit(1)).first() is not None


def known(callback: Callback) -> OpenCallback:
    """A row as the forms know it."""
    return OpenCallback(
        id=callback.id,
        name=callback.name,
        phone=callback.phone,
        call_by_on=callback.call_by_on,
        confirmed=callback.state != UNCONFIRMED,
    )


def call_due(services: Services) -> DueDay:
    """By which working day staff call whoever asks today. Source: clause callback.workdays."""
    today = services.today()
    return due_on(today, services.rulebook.days("callback.workdays", today), PublishedCalendar())


def tell(services: Services, case: Case, key: str, told: OpenCallback) -> BotMessage:
    """An entry of the wording about a callback.

    Who texts is told that a number can only be rung, as a landline: then a text goes to the one they text from.
    """
    texted = country_to_text(told.phone) in services.settings.answered_countries
    return render(
        services,
        case,
        key,
        name=shown_name(told.name, case.channel),
        phone_tail=phone_tail(told.phone),
        call_by_on=told.call_by_on,
        only_rings=case.channel == "sms" and not texted,
    )


def shown_name(name: str, channel: Literal["sms", "web"]) -> str:
    """The name as it is told back: no full name goes into an SMS (docs/delivery.md)."""
    if channel == "web" or len(name) < 2 or is_titled(name):
        return name
    return name.split(maxsplit=1)[0] if name.isascii() else mask_name(name)


def phone_tail(phone: str) -> str:
    """The last four digits of a number, without its extension."""
    return phone.partition(";")[0][-4:]


def _whose(case: Case) -> ColumnElement[bool]:
    of_talk = Callback.conversation_id == case.conversation_id
    return of_talk if case.holder_id is None else or_(of_talk, Callback.holder_id == case.holder_id)
