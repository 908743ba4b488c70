"""A callback that a holder asks for: booked once, corrected in place, cancelled; what the holder is told of it."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.forms.known import Contact, OpenCallback
from renewal.dialogue.says import BotMessage
from renewal.domain import Housing
from renewal.language.contact import check_phone, country_to_text, without_numbers
from renewal.language.names import Evidence, check_name
from renewal.language.talk import beyond_asking_for_person
from renewal.language.text import low
from renewal.services.app import Services
from renewal.services.callbacks import limits
from renewal.services.talks import callback_codes, identity, person
from renewal.services.talks.answers import render
from renewal.services.talks.callback_rows import (
    UNCONFIRMED,
    call_due,
    contact_of,
    is_proved_here,
    known,
    open_row,
    standing_rows,
    tell,
    unconfirmed_row,
)
from renewal.services.work import Work
from renewal.store.models import Callback, Conversation, Message

LONGEST_ABOUT_CHARS = 500
TEXTS_SEARCHED = 8  # how far back a question may lie that the callback is about
SHORTEST_QUESTION_CHARS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a callback is to be: who is called, at which number (E.164), about what."""

    name: str
    phone: str = field(repr=False)
    about: str = ""
    expires_on: date | None = None
    housing: Housing | None = None


def open_callback(services: Services, session: Session, case: Case) -> OpenCallback | None:
    """The callback that stands for a conversation, or for its holder from an earlier one.

    One that waits for its code counts where no other stands.
    """
    callback = open_row(session, case) or unconfirmed_row(session, case.conversation_id, services.now())
    return None if callback is None else known(callback)


def book_callback(
    work: Work,
    case: Case,
    *,
    name: str,
    phone: str,
    about: str = "",
    expires_on: date | None = None,
    housing: str | None = None,
    proved: bool = False,
) -> tuple[BotMessage, ...]:
    """Book the callback, or change the one that stands open, and tell by which working day staff will call.

    Without `about`, it is about what the holder asked last. Where too many were asked for, none is booked, and it
    is told what to do instead. A number typed on the web counts only once a code sent to it came back: until then the
    callback waits, unless the number is on file, or `proved` says that a code came back.
    Source: clause callback.workdays (the guide's page, its form for details).
    """
    services, session = work.services, work.session
    home = Housing(housing) if housing in set(Housing) else None
    wanted = Wanted(name=name, phone=phone, about=about, expires_on=expires_on, housing=home)
    standing, own = open_row(session, case), contact_of(session, case)
    if not proved and _must_be_proved(work, case, wanted, own, standing):
        return _await_code(work, case, wanted, standing)
    if limits.too_many(work, case, phone, own=phone == own.phone, changed=standing):
        return (_too_many(work, case, standing),)
    if standing is not None:
        key = _change(standing, wanted, today=services.today())
        standing.phone_hash = limits.number_hash(services, phone)
        if key == "callback.changed":
            _supersede(work, case)
        return (tell(services, case, key, known(standing)),)
    _supersede(work, case)
    person.settle(session, case.conversation_id)
    due = call_due(services)
    told = OpenCallback(id=0, name=name, phone=phone, call_by_on=due.due_on)
    if session.get(Conversation, case.conversation_id) is not None:
        session.add(_new_row(work, case, wanted, call_by_on=due.due_on))
    key = _taken_key(case, own, told) if due.holidays_known else "callback.taken_holidays_unknown"
    return (tell(services, case, key, told),)


def _must_be_proved(work: Work, case: Case, wanted: Wanted, own: Contact, standing: Callback | None) -> bool:
    """Whether a code must show that the number is the writer's: on the web, where nothing else shows it."""
    known_numbers = {own.phone, standing.phone if standing is not None else ""}
    if case.channel != "web" or wanted.phone in known_numbers:
        return False
    hashed = limits.number_hash(work.services, wanted.phone)
    return not is_proved_here(work.session, case.conversation_id, hashed)


def _await_code(work: Work, case: Case, wanted: Wanted, standing: Callback | None) -> tuple[BotMessage, ...]:
    """Keep the callback until the code that is sent to its number comes back."""
    services, session = work.services, work.session
    person.ask(session, case.conversation_id, work.now)
    if country_to_text(wanted.phone) not in services.settings.answered_countries:
        return (render(services, case, "callback.no_texts"),)
    waiting = unconfirmed_row(session, case.conversation_id, work.now)
    if limits.too_many(work, case, wanted.phone, own=False, changed=waiting or standing):
        return (_too_many(work, case, standing),)
    identity.forget(session, case.conversation_id)  # a code that comes now is for this
    if waiting is None:
        waiting = _new_row(work, case, wanted, call_by_on=call_due(services).due_on)
        waiting.state, waiting.code_due_at = UNCONFIRMED, work.now
        if standing is not None:
            waiting.about = _joined(standing.about, wanted.about)
        if session.get(Conversation, case.conversation_id) is not None:
            session.add(waiting)
    else:
        if waiting.phone != wanted.phone:
            waiting.created_at = work.now
        _change(waiting, wanted, today=services.today())
        waiting.phone_hash = limits.number_hash(services, wanted.phone)
        if callback_codes.has_live_code(work, waiting):
            return (tell(services, case, "callback.unconfirmed", known(waiting)),)
        waiting.code_due_at = work.now
    key = "callback.confirm_change" if standing is not None else "callback.confirm"
    return (tell(services, case, key, known(waiting)),)


def _supersede(work: Work, case: Case) -> None:
    """What waited for a code is not wanted any more: another number was taken."""
    waiting = unconfirmed_row(work.session, case.conversation_id, work.now)
    if waiting is not None:
        work.session.delete(waiting)


def _too_many(work: Work, case: Case, standing: Callback | None) -> BotMessage:
    """No call is booked; who has none that stands still waits for a person."""
    services, full = work.services, "callback.too_many"
    if standing is not None:
        return tell(services, case, f"{full}_kept", known(standing))
    person.ask(work.session, case.conversation_id, work.now)
    return render(services, case, full)


def _new_row(work: Work, case: Case, wanted: Wanted, *, call_by_on: date) -> Callback:
    about = wanted.about or _asked_about(work.session, case.conversation_id)
    return Callback(
        conversation_id=case.conversation_id,
        holder_id=case.holder_id,
        name=wanted.name,
        phone=wanted.phone,
        phone_hash=limits.number_hash(work.services, wanted.phone),
        about=about[:LONGEST_ABOUT_CHARS],
        expires_on=wanted.expires_on or case.expires_on,
        housing=wanted.housing,
        created_at=work.now,
        call_by_on=call_by_on,
    )


def cancel_callback(work: Work, case: Case) -> tuple[BotMessage, ...]:
    """Cancel the callback that stands, also one that waits for its code; say so, or that there is none."""
    rows = standing_rows(work.session, case)
    person.settle(work.session, case.conversation_id)
    for callback in rows:
        callback.state, callback.ended_at, callback.code_due_at = "cancelled", work.now, None
        work.audit("callback.cancelled", f"callback:{callback.id}")
    return (render(work.services, case, "callback.cancelled" if rows else "callback.none_open"),)


def note_wish(work: Work, case: Case, wish: str) -> tuple[BotMessage, ...]:
    """Keep what the holder wishes of the call (an hour), for staff to see; nothing is promised."""
    session = work.session
    callback = open_row(session, case) or unconfirmed_row(session, case.conversation_id, work.now)
    if callback is None:
        return ()
    callback.about = _joined(callback.about, wish)
    told = tell_open(work.services, case, "callback.noted", known(callback))
    if callback.state == UNCONFIRMED:
        return (render(work.services, case, "callback.noted_first"), *told)
    return told


def tell_open(services: Services, case: Case, key: str, booked: OpenCallback) -> tuple[BotMessage, ...]:
    """An entry of the wording about the callback that stands; of one that waits for its code, that it waits."""
    return (tell(services, case, key if booked.confirmed else "callback.unconfirmed", booked),)


def _change(callback: Callback, wanted: Wanted, *, today: date) -> str:
    """Write what is new into the callback; which entry of the wording tells it."""
    changed = (callback.name, callback.phone) != (wanted.name, wanted.phone)
    if callback.phone != wanted.phone:
        callback.proved_at = None
    callback.name, callback.phone = wanted.name, wanted.phone
    callback.about = _joined(callback.about, wanted.about)
    callback.expires_on = wanted.expires_on or callback.expires_on
    callback.housing = wanted.housing or callback.housing
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
