"""Who a conversation is with: on SMS the number, on the web a code sent to the phone on file (docs/security.md).

A phone and a code are taken out of a text before it is stored and are answered here, without the assistant:
what Rasa never gets is in no tracker and in no log of it, and there is no token to keep or to map back.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.says import BotMessage
from renewal.language.calling import wants_call
from renewal.language.codes import hides_code
from renewal.language.secrets import (
    Given,
    Kind,
    asks_status_with_phone,
    find_code,
    find_named_code,
    find_phone,
    may_matter,
    names_another,
    wants_another,
)
from renewal.language.stopping import says_stop
from renewal.services.app import Services
from renewal.services.talks import callback_codes, login_codes, web_sessions
from renewal.services.talks.answers import render
from renewal.services.talks.case import case_of, language_spoken
from renewal.services.talks.login_codes import REMEMBERED_FOR, last_code
from renewal.services.talks.status import status
from renewal.services.work import HOLDER, Work
from renewal.store.models import Conversation, Identification, LoginCode

log = structlog.get_logger(__name__)

ASKED_FOR = timedelta(days=3)  # as long as Rasa keeps the form open that asks

Messages = tuple[BotMessage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer to what a text gave; `token` opens the page's session from now on, where a holder became known."""

    messages: Messages
    token: str | None = field(default=None, repr=False)


def ask(work: Work, case: Case, misses: int = 0, *, key: str = "", **values: Any) -> Messages:
    """Ask for the phone on file, or for the code that is on its way; from now on either is taken here.

    `misses` counts bad answers in a row: the words get more helpful. `key` names the words of who asks for it.
    """
    services = work.services
    _asked_on_web(work, case)
    code = last_code(work.session, case.conversation_id)
    waits = code is not None and code.state == "open" and work.now < code.expires_at
    if key and not waits:
        return (render(services, case, key, **values),)
    keys = ("ask_code", "bad_code", "bad_code_again") if waits else ("ask", "bad", "bad_again")
    return _message(services, case, keys[min(misses, 2)])


def offer(work: Work, case: Case) -> Messages:
    """What was told rests on a day that was given; the record needs the phone, which is taken from now on."""
    _asked_on_web(work, case)
    return _message(work.services, case, "offer")


def why(services: Services, case: Case) -> Messages:
    """What the phone and the day are asked for."""
    return _message(services, case, "why")


def forget(session: Session, conversation_id: str) -> None:
    """The question for the phone stands no longer; a code on its way is still good."""
    session.execute(delete(Identification).where(Identification.conversation_id == conversation_id))


def read(services: Services, conversation_id: str, text: str) -> Given | None:
    """What a text gives towards identification, before it is stored; None: it is the assistant's to answer."""
    if not may_matter(text):
        return None
    with services.store.read() as session:
        talk = session.get(Conversation, conversation_id)
        if talk is None:
            return None
        look = _on_sms if talk.channel == "sms" else _on_web
        found = look(services, session, talk, text)
    return found or find_named_code(text)


def without_codes(services: Services, session: Session, phone_hash: str, text: str) -> str:
    """What of an SMS may be kept: no digit of a code, which `read` still knows by its asterisks."""
    if not may_matter(text):
        return text
    given = _sent_back(services, session, phone_hash, text) or find_named_code(text)
    return given.text if given else text


def take(
    services: Services, conversation_id: str, given: Given, message_id: int, *, caller_hash: str | None = None
) -> Taken:
    """Do what a text asks for, and answer it. `message_id` is the stored text: said twice, it asks once."""
    if given.for_call:
        said = callback_codes.take(services, conversation_id, given, message_id, caller_hash=caller_hash)
        return Taken(messages=said)
    match given.kind:
        case Kind.PHONE | Kind.RESEND:
            what = _request(services, conversation_id, given, message_id, caller_hash)
        case Kind.CODE:
            return _try(services, conversation_id, given.secret)
        case Kind.NOT_MOBILE:
            what = _missed(services, conversation_id)
        case _:
            what = given.kind.value
    return Taken(messages=_say(services, conversation_id, what))


def sign_out(work: Work, case: Case) -> Messages:
    """Let go of the holder who is known at a page, and say so."""
    web_sessions.sign_out(work, case.conversation_id)
    log.info("signed_out", conversation=case.conversation_id)
    return _message(work.services, case, "signed_out")


def leave_to_staff(services: Services, conversation_id: str, given: Given) -> None:
    """Staff talk here now: the bot's own question is over, and the number that they ask for is theirs to read."""
    if given.kind in (Kind.PHONE, Kind.NOT_MOBILE):
        with services.store.session() as session:
            forget(session, conversation_id)


def _on_web(services: Services, session: Session, talk: Conversation, text: str) -> Given | None:
    """A code where one was sent from here, a phone where it was asked for, a wish for another code."""
    for_call = callback_codes.read(services, session, talk, text)
    if for_call is not None:
        return for_call
    row = session.get(Identification, talk.id)
    code = last_code(session, talk.id)
    asked = row is not None and row.asked_at > services.now() - ASKED_FOR
    coded = code is not None and code.requested_at > services.now() - REMEMBERED_FOR
    given = find_code(text, services.settings.login_code_digits) if coded else None
    if given is not None and (given.kind is Kind.CODE or asked):
        return given
    unasked = talk.holder_id is None and asks_status_with_phone(text)
    theirs = (unasked or (asked and not wants_call(text))) and not names_another(text)
    given = find_phone(text) if theirs else None
    if given is None and coded and asked and wants_another(text) and not says_stop(text):
        return Given(kind=Kind.RESEND, text=text)
    return given


def _on_sms(services: Services, session: Session, talk: Conversation, text: str) -> Given | None:
    """By SMS the number is the identity; a code that comes back by SMS is told to go into the page."""
    return _sent_back(services, session, talk.phone_hash or "", text)


def _sent_back(services: Services, session: Session, phone_hash: str, text: str) -> Given | None:
    """A code in an SMS, or the asterisks put for it, where one was sent to that number a short while ago."""
    digits = services.settings.login_code_digits
    given = find_code(text, digits)
    if given is None or given.kind is not Kind.CODE:
        given = Given(kind=Kind.CODE, text=text) if hides_code(text, digits) else None
    since = services.now() - REMEMBERED_FOR
    asked = select(LoginCode.id).where(LoginCode.phone_hash == phone_hash, LoginCode.requested_at > since)
    if given is None or session.scalars(asked.limit(1)).first() is None:
        return None
    return Given(kind=Kind.WRONG_PLACE, text=given.text)


def _request(
    services: Services, conversation_id: str, given: Given, message_id: int, caller_hash: str | None
) -> str:
    """Ask for a code, and choose the words for what came of it."""
    phone_hash = services.store.phone_hash(given.secret) if given.secret else None
    with Work.begin(services, actor=HOLDER) as work:
        language = language_spoken(work.session, conversation_id)
        _asked(work, conversation_id)
        sent = login_codes.request(
            work,
            conversation_id,
            message_id,
            phone_hash=phone_hash,
            language=language,
            caller_hash=caller_hash,
        )
    log.info("login_code_requested", conversation=conversation_id, too_many=not sent)
    return "sent" if sent else "too_many"


def _try(services: Services, conversation_id: str, code: str) -> Taken:
    token = None
    with Work.begin(services, actor=HOLDER) as work:
        session = work.session
        talk = session.get_one(Conversation, conversation_id, with_for_update=True)
        tried = login_codes.try_code(work, talk, code)
        if tried.verdict == "linked":
            session.execute(delete(Identification).where(Identification.conversation_id == conversation_id))
            if talk.token_hash is not None:  # somebody else may have the one before, and have put it there
                token = web_sessions.renew_token(work, talk)
    log.info("login_code_tried", conversation=conversation_id, verdict=tried.verdict)
    said = _say(services, conversation_id, tried.verdict, tries_left=tried.tries_left)
    if tried.verdict in ("linked", "already"):
        said = (*said, *status(services, case_of(services, conversation_id)))
    return Taken(messages=said, token=token)


def _missed(services: Services, conversation_id: str) -> str:
    """Count a number that cannot get a text, and choose the words for it."""
    with services.store.session() as session:
        row = session.get(Identification, conversation_id)
        misses = row.misses + 1 if row is not None else 1
        if row is not None:
            row.misses = misses
    return "not_mobile" if misses == 1 else "not_mobile_again"


def _asked_on_web(work: Work, case: Case) -> None:
    """On the web a phone is taken from now on; an SMS comes from one."""
    talk = work.session.get(Conversation, case.conversation_id)
    if talk is not None and talk.channel == "web":
        _asked(work, talk.id)


def _asked(work: Work, conversation_id: str) -> None:
    row = work.session.get(Identification, conversation_id)
    if row is None:
        work.session.add(Identification(conversation_id=conversation_id, asked_at=work.now))
    else:
        row.asked_at, row.misses = work.now, 0


def _say(services: Services, conversation_id: str, what: str, **values: Any) -> Messages:
    return _message(services, case_of(services, conversation_id), what, **values)


def _message(services: Services, case: Case, what: str, **values: Any) -> Messages:
    """One entry of the wording about who writes, which may name the code's digits and minutes."""
    digits, minutes = services.settings.login_code_digits, services.settings.login_code_minutes
    return (render(services, case, f"identity.{what}", digits=digits, minutes=minutes, **values),)
