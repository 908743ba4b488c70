"""A callback that a holder asks for: booked once, corrected in place, cancelled; what the holder is told of it."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.forms.known import Contact, OpenCallback
from renewal.dialogue.says import BotMessage
from renewal.domain import Housing, due_on
from renewal.language.contact import check_phone, without_numbers
from renewal.language.masking import mask_name
from renewal.language.names import Evidence, check_name
from renewal.language.talk import beyond_asking_for_person, is_titled
from renewal.language.text import low
from renewal.services.app import Services
from renewal.services.calendar import PublishedCalendar
from renewal.services.callbacks import limits
from renewal.services.talks.answers import render
from renewal.services.work import Work
from renewal.store.models import Callback, Conversation, Holder, Message

LONGEST_ABOUT_CHARS = 500
TEXTS_SEARCHED = 8  # how far back a question may lie that the callback is about
SHORTEST_QUESTION_CHARS = 4


def contact_of(session: Session, case: Case) -> Contact:
    """What need not be asked: the number that the texts come from, and of a known holder the name on file."""
    talk = session.get(Conversation, case.conversation_id)
    holder = session.get(Holder, case.holder_id) if case.holder_id is not None else None
    phone = (talk.phone if talk else None) or (holder.phone if holder else None)
    return Contact(name=holder.name if holder else "", phone=phone or "")


def open_callback(session: Session, case: Case) -> OpenCallback | None:
    """The callback that stands open for a conversation, or for its holder from an earlier one."""
    callback = open_row(session, case)
    return None if callback is None else _known(callback)


def book_callback(
    work: Work,
    case: Case,
    *,
    name: str,
    phone: str,
    about: str = "",
    expires_on: date | None = None,
    housing: str | None = None,
) -> tuple[BotMessage, ...]:
    """Book the callback, or change the one that stands open, and tell by which working day staff will call.

    Without `about`, it is about what the holder asked last. Where too many were asked for, none is booked, and it
    is told what to do instead.
    Source: clause callback.workdays (the guide's page, its form for details).
    """
    services, session, today = work.services, work.session, work.services.today()
    due = due_on(today, services.rulebook.days("callback.workdays", today), PublishedCalendar())
    home = Housing(housing) if housing in set(Housing) else None
    callback = open_row(session, case)
    own = contact_of(session, case)
    if limits.too_many(work, case, phone, own=phone == own.phone, changed=callback):
        full = "callback.too_many"
        return (
            _tell(services, case, f"{full}_kept", _known(callback))
            if callback
            else render(services, case, full),
        )
    if callback is not None:
        key = _change(callback, name=name, phone=phone, about=about, today=today)
        callback.phone_hash = limits.number_hash(services, phone)
        callback.expires_on, callback.housing = expires_on or callback.expires_on, home or callback.housing
        return (_tell(services, case, key, _known(callback)),)
    told = OpenCallback(id=0, name=name, phone=phone, call_by_on=due.due_on)
    if session.get(Conversation, case.conversation_id) is not None:
        row = _new_row(session, case, told, about=about, expires_on=expires_on, home=home, at=work.now)
        row.phone_hash = limits.number_hash(services, phone)
        session.add(row)
    key = _taken_key(case, own, told) if due.holidays_known else "callback.taken_holidays_unknown"
    return (_tell(services, case, key, told),)


def _new_row(
    session: Session,
    case: Case,
    told: OpenCallback,
    *,
    about: str,
    expires_on: date | None,
    home: Housing | None,
    at: datetime,
) -> Callback:
    return Callback(
        conversation_id=case.conversation_id,
        holder_id=case.holder_id,
        name=told.name,
        phone=told.phone,
        about=(about or _asked_about(session, case.conversation_id))[:LONGEST_ABOUT_CHARS],
        expires_on=expires_on or case.expires_on,
        housing=home,
        created_at=at,
        call_by_on=told.call_by_on,
    )


def cancel_callback(work: Work, case: Case) -> tuple[BotMessage, ...]:
    """Cancel the callback that stands open, and say so; say that there is none where there is none."""
    callback = open_row(work.session, case)
    if callback is not None:
        callback.state, callback.ended_at = "cancelled", work.now
        work.audit("callback.cancelled", f"callback:{callback.id}")
    return (
        render(work.services, case, "callback.cancelled" if callback is not None else "callback.none_open"),
    )


def note_wish(work: Work, case: Case, wish: str) -> tuple[BotMessage, ...]:
    """Keep what the holder wishes of the call (an hour), for staff to see; nothing is promised."""
    callback = open_row(work.session, case)
    if callback is None:
        return ()
    callback.about = _joined(callback.about, wish)
    return (_tell(work.services, case, "callback.noted", _known(callback)),)


def tell_open(services: Services, case: Case, key: str, booked: OpenCallback) -> tuple[BotMessage, ...]:
    """An entry of the wording about the callback that stands open."""
    return (_tell(services, case, key, booked),)


def shown_name(name: str, channel: Literal["sms", "web"]) -> str:
    """The name as it is told back: no full name goes into an SMS (docs/delivery.md)."""
    if channel == "web" or len(name) < 2 or is_titled(name):
        return name
    return name.split(maxsplit=1)[0] if name.isascii() else mask_name(name)


def phone_tail(phone: str) -> str:
    """The last four digits of a number, without its extension."""
    return phone.partition(";")[0][-4:]


def open_row(session: Session, case: Case) -> Callback | None:
    """The callback that stands open for a conversation, or for its holder."""
    whose = Callback.conversation_id == case.conversation_id
    if case.holder_id is not None:
        whose = or_(whose, Callback.holder_id == case.holder_id)
    newest = select(Callback).where(whose, Callback.state == "open").order_by(Callback.id.desc()).limit(1)
    return session.scalars(newest).first()


def _known(callback: Callback) -> OpenCallback:
    return OpenCallback(
        id=callback.id, name=callback.name, phone=callback.phone, call_by_on=callback.call_by_on
    )


def _change(callback: Callback, *, name: str, phone: str, about: str, today: date) -> str:
    """Write what is new into the open callback; which entry of the wording tells it."""
    changed = (callback.name, callback.phone) != (name, phone)
    if callback.phone != phone:
        callback.proved_at = None
    callback.name, callback.phone = name, phone
    callback.about = _joined(callback.about, about)
    if changed:
        return "callback.changed"
    return "callback.already_late" if callback.call_by_on < today else "callback.already"


def _joined(about: str, more: str) -> str:
    joined = f"{about}；{more}" if about and more and more not in about else about or more
    return joined[:LONGEST_ABOUT_CHARS]


def _taken_key(case: Case, own: Contact, told: OpenCallback) -> str:
    if not case.known or told.phone != own.phone or told.name != own.name:
        return "callback.taken"
    return "callback.taken_same_number" if case.channel == "sms" else "callback.taken_on_file"


def _tell(services: Services, case: Case, key: str, told: OpenCallback) -> BotMessage:
    return render(
        services,
        case,
        key,
        name=shown_name(told.name, case.channel),
        phone_tail=phone_tail(told.phone),
        call_by_on=told.call_by_on,
    )


def _asked_about(session: Session, conversation_id: str) -> str:
    """The newest of the holder's texts that says more than "a person, please" and a name or number."""
    newest = (
        select(Message.body)
        .where(Message.conversation_id == conversation_id, Message.author == "user")
        .order_by(Message.id.desc())
        .limit(TEXTS_SEARCHED)
    )
    return next((text for text in session.scalars(newest) if _asks_something(text)), "")


def _asks_something(text: str) -> bool:
    if check_phone(text) is None and check_name(text, Evidence.SHAPED):
        return False
    rest = beyond_asking_for_person(without_numbers(text))
    name = check_name(text, Evidence.SHAPED) or ""
    return sum(char.isalnum() for char in rest.replace(low(name), "")) >= SHORTEST_QUESTION_CHARS
