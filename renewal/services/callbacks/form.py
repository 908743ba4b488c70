"""The request form: a number proved by a code, then one callback for it, as a holder asks for one in the talk."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.language.controls import as_kept
from renewal.language.masking import mask_id_numbers
from renewal.language.names import check_name
from renewal.language.secrets import Kind, find_phone
from renewal.services.app import Services
from renewal.services.callbacks.booking import book_callback
from renewal.services.talks import login_codes
from renewal.services.talks.answers import render
from renewal.services.talks.callback_rows import open_row, phone_tail
from renewal.services.talks.case import case_of
from renewal.services.work import HOLDER, Work
from renewal.store.models import Conversation, Message

LONGEST_NAME_CHARS = 40
LONGEST_PHONE_CHARS = 30
LONGEST_CODE_CHARS = 20
LONGEST_ABOUT_CHARS = 300
OURS = "form-"  # before a client's id: a form's step is said by us, and named by the id that it came with


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the form was filled in with, as it was typed."""

    name: str
    phone: str = field(repr=False)
    code: str = field(repr=False)
    about: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is said of a step, or what is wrong by the form's field; `done`: the request is taken."""

    said: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    done: bool = False


def send_code(
    services: Services,
    conversation_id: str,
    client_id: str,
    phone: str,
    *,
    language: str,
    caller_hash: str | None,
) -> Outcome:
    """Text a code to the number; with the same `client_id` again, none is sent again."""
    case = replace(case_of(services, conversation_id), language=language)
    number = _mobile(phone)
    if number is None:
        return _wrong(services, case, "phone", "form_bad_phone")
    minutes = services.settings.login_code_minutes
    said = _words(services, case, "code_sent", phone_tail=phone_tail(number), minutes=minutes)
    with Work.begin(services, actor=HOLDER) as work:
        row, is_new = _step(work, case, client_id, said)
        if is_new and not login_codes.send_to(work, row, number, language=language, caller_hash=caller_hash):
            work.session.delete(row)
            return _wrong(services, case, "code", "code_too_many")
        return Outcome(said=row.body)


def submit(
    services: Services, conversation_id: str, client_id: str, filled: Filled, *, language: str
) -> Outcome:
    """Book the callback where everything is filled in and the code is right; done again, it is told again."""
    case = replace(case_of(services, conversation_id), language=language)
    name, number = check_name(as_kept(filled.name)), _mobile(filled.phone)
    wrong = {
        **({} if name else {"name": "form_bad_name"}),
        **({} if number else {"phone": "form_bad_phone"}),
        **({} if filled.agreed else {"agreed": "form_not_agreed"}),
    }
    if wrong or name is None or number is None:
        return Outcome(wrong={place: _words(services, case, key) for place, key in wrong.items()})
    with Work.begin(services, actor=HOLDER) as work:
        earlier = _said(work.session, case, client_id)
        if earlier is not None:
            return Outcome(said=earlier.body, done=True)
        tried = login_codes.prove(work, case.conversation_id, number, _digits(filled.code))
        if tried.verdict != "proved":
            values = {"tries_left": tried.tries_left, "minutes": services.settings.login_code_minutes}
            return _wrong(services, case, "code", f"code_{tried.verdict}", **values)
        about = mask_id_numbers(as_kept(filled.about)).text
        told = book_callback(work, case, name=name, phone=number, about=about, proved=True)
        booked = open_row(work.session, case)
        taken = booked is not None and booked.phone == number
        if booked is not None and taken:
            booked.proved_at = work.now
        first = _words(services, case, "form_taken" if taken else "form_full")
        said = "\n".join([first, *(message.text for message in told)])
        _step(work, case, client_id, said)
        return Outcome(said=said, done=taken)


def _step(work: Work, case: Case, client_id: str, said: str) -> tuple[Message, bool]:
    """What is said of a step, kept once in the talk; whether it is new."""
    session = work.session
    earlier = _said(session, case, client_id)
    if earlier is not None:
        return earlier, False
    session.get_one(Conversation, case.conversation_id).last_at = work.now
    row = Message(
        conversation_id=case.conversation_id,
        author="bot",
        client_id=f"{OURS}{client_id}",
        body=said,
        at=work.now,
    )
    session.add(row)
    session.flush()
    return row, True


def _said(session: Session, case: Case, client_id: str) -> Message | None:
    named = Message.client_id == f"{OURS}{client_id}"
    return session.scalars(
        select(Message).where(Message.conversation_id == case.conversation_id, named)
    ).first()


def _mobile(typed: str) -> str | None:
    """E.164 of the one number that is typed and can get a text."""
    found = find_phone(as_kept(typed))
    return found.secret if found is not None and found.kind is Kind.PHONE else None


def _digits(typed: str) -> str:
    return "".join(char for char in as_kept(typed) if char.isdigit())


def _words(services: Services, case: Case, key: str, **values: Any) -> str:
    return render(services, case, f"callback.{key}", **values).text


def _wrong(services: Services, case: Case, place: str, key: str, **values: Any) -> Outcome:
    return Outcome(wrong={place: _words(services, case, key, **values)})
