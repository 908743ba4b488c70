"""The code that proves a number left in the web chat for a call: sent to it, tried, and sent once more.

As with a login code (`identity`), it is taken out of a text before that is stored, and never comes to the assistant.
"""

import hmac
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.says import BotMessage
from renewal.language.secrets import (
    Given,
    Kind,
    asks_for_code,
    find_code,
    is_only_code,
    wants_another,
)
from renewal.language.stopping import says_stop
from renewal.services.app import Services
from renewal.services.talks import login_codes, login_limits, person
from renewal.services.talks.answers import render
from renewal.services.talks.callback_rows import (
    OPEN,
    call_due,
    known,
    open_row,
    phone_tail,
    tell,
    unconfirmed_row,
)
from renewal.services.talks.case import case_of
from renewal.services.talks.login_codes import CALLBACK, REMEMBERED_FOR, last_code
from renewal.services.work import HOLDER, Work
from renewal.store.models import Callback, Conversation, LoginCode, Message

log = structlog.get_logger(__name__)

Messages = tuple[BotMessage, ...]


def read(services: Services, session: Session, talk: Conversation, text: str) -> Given | None:
    """What a text gives towards a callback that waits for its code; None where it gives nothing, or means a login.

    A code of which this conversation was sent one a short while ago is taken also where nothing waits any more.
    """
    now = services.now()
    code = last_code(session, talk.id, purpose=CALLBACK)
    waits = unconfirmed_row(session, talk.id, now) is not None
    recent = code is not None and code.requested_at > now - REMEMBERED_FOR
    if not (waits or recent) or _means_login(services, session, talk.id, code):
        return None
    given = find_code(text, services.settings.login_code_digits)
    meant = (waits and recent) or is_only_code(text) or _is_the_one(services, talk.id, code, given)
    if given is not None and meant:
        live = code is not None and _is_live(code, services)
        return replace(given, for_call=True) if given.kind is Kind.CODE or (waits and live) else None
    resends = waits and wants_another(text) and (recent or asks_for_code(text))
    return Given(kind=Kind.RESEND, text=text, for_call=True) if resends and not says_stop(text) else None


def take(
    services: Services, conversation_id: str, given: Given, message_id: int, *, caller_hash: str | None = None
) -> Messages:
    """Do what a text asks for, and answer it. `message_id` is the stored text: said twice, it asks once."""
    case = case_of(services, conversation_id)
    if given.kind is Kind.WRONG_LENGTH:
        return (_say(services, case, "length"),)
    with Work.begin(services, actor=HOLDER) as work:
        row = unconfirmed_row(work.session, conversation_id, work.now, lock=True)
        if row is None:
            return _nothing_waits(work, case, given)
        if given.kind is Kind.RESEND:
            return (_send(work, case, row, message_id, caller_hash),)
        return _try(work, case, row, given.secret)


def send_due(
    services: Services, conversation_id: str, message_id: int, *, caller_hash: str | None = None
) -> Messages:
    """Send the code that the answer to this text made due, and say so; nothing where none is due."""
    with services.store.read() as session:
        row = unconfirmed_row(session, conversation_id, services.now())
        asked = select(LoginCode.id).where(LoginCode.message_id == message_id)
        due = row is not None and (row.code_due_at is not None or session.scalar(asked) is not None)
    if not due:
        return ()
    case = case_of(services, conversation_id)
    with Work.begin(services, actor=HOLDER) as work:
        row = unconfirmed_row(work.session, conversation_id, work.now, lock=True)
        return () if row is None else (_send(work, case, row, message_id, caller_hash),)


def has_live_code(work: Work, row: Callback) -> bool:
    """Whether a code that still counts was sent to the number of a callback."""
    code = last_code(work.session, row.conversation_id, purpose=CALLBACK)
    return code is not None and code.phone_hash == row.phone_hash and _is_live(code, work.services)


def confirm(work: Work, case: Case, row: Callback) -> BotMessage:
    """The callback stands from now on, in place of the one that it was to change, and its day is told."""
    services, session = work.services, work.session
    standing = open_row(session, case)
    person.settle(session, case.conversation_id)
    if standing is not None:
        for name in ("name", "phone", "phone_hash", "about", "expires_on", "housing"):
            setattr(standing, name, getattr(row, name))
        standing.proved_at = work.now
        session.delete(row)
        return tell(services, case, "callback.changed", known(standing))
    due = call_due(services)
    row.state, row.proved_at, row.call_by_on = OPEN, work.now, due.due_on
    key = "callback.taken" if due.holidays_known else "callback.taken_holidays_unknown"
    return tell(services, case, key, known(row))


def _is_live(code: LoginCode, services: Services) -> bool:
    return code.state == "open" and services.now() < code.expires_at


def _is_the_one(
    services: Services, conversation_id: str, code: LoginCode | None, given: Given | None
) -> bool:
    """Whether the digits are those of the code, which may look like a day."""
    if code is None or given is None:
        return False
    return hmac.compare_digest(code.code_hash, services.store.code_hash(conversation_id, given.secret))


def _means_login(services: Services, session: Session, conversation_id: str, code: LoginCode | None) -> bool:
    """Whether the code for a login counts rather: the one that is good, of two the later one."""
    login = last_code(session, conversation_id)
    if login is None:
        return False
    if code is None:
        return _is_live(login, services)
    return (_is_live(login, services), login.id) > (_is_live(code, services), code.id)


def _send(work: Work, case: Case, row: Callback, message_id: int, caller_hash: str | None) -> BotMessage:
    """Send a code within the limits of login codes, or say when it may be asked for."""
    services, session = work.services, work.session
    row.code_due_at = None
    message = session.get_one(Message, message_id)
    sent = session.scalar(select(LoginCode.id).where(LoginCode.message_id == message_id)) is not None
    sent = sent or login_codes.send_to(
        work, message, row.phone, language=case.language, caller_hash=caller_hash
    )
    log.info("callback_code_requested", conversation=case.conversation_id, too_many=not sent)
    if sent:
        return _say(services, case, "sent", phone_tail=phone_tail(row.phone))
    asker = login_limits.Asker(
        phone_hash=services.store.phone_hash(row.phone),
        conversation_id=case.conversation_id,
        caller_hash=caller_hash,
    )
    minutes = login_limits.minutes_to_wait(services, session, asker, work.now)
    tomorrow = minutes >= login_limits.WAITS_MINUTES[-1]
    return _say(
        services,
        case,
        "later",
        wait_minutes=minutes,
        tomorrow=tomorrow,
        phone_tail=phone_tail(row.phone),
    )


def _try(work: Work, case: Case, row: Callback, code: str) -> Messages:
    tried = login_codes.prove(work, case.conversation_id, row.phone, code)
    log.info("callback_code_tried", conversation=case.conversation_id, verdict=tried.verdict)
    if tried.verdict != "proved":
        tail = phone_tail(row.phone)
        return (_say(work.services, case, tried.verdict, tries_left=tried.tries_left, phone_tail=tail),)
    return (confirm(work, case, row),)


def _nothing_waits(work: Work, case: Case, given: Given) -> Messages:
    """A code that comes where nothing waits for it: the one that was used says how its callback stands."""
    code = last_code(work.session, case.conversation_id, purpose=CALLBACK)
    standing = open_row(work.session, case)
    used = code is not None and code.state == "used"
    if used and standing is not None and _is_the_one(work.services, case.conversation_id, code, given):
        return (
            _say(work.services, case, "spent"),
            tell(work.services, case, "callback.already", known(standing)),
        )
    return (_say(work.services, case, "unasked"),)


def _say(services: Services, case: Case, what: str, **values: Any) -> BotMessage:
    """One entry of the wording about the code, which may name its digits and minutes."""
    digits, minutes = services.settings.login_code_digits, services.settings.login_code_minutes
    return render(services, case, f"callback.chat_code.{what}", digits=digits, minutes=minutes, **values)
