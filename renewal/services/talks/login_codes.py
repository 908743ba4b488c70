"""Codes that prove a phone on the web: sent to the number on file, tried, used up (docs/security.md).

Whether a number is on file must not show in what is done: for one that identifies nobody, the same rows are
written and the same text is queued, and the text's part is rolled back at the end.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from renewal.services.talks import login_limits
from renewal.services.talks.login_limits import Asker
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import Said, by_template
from renewal.services.work import Work
from renewal.store.models import Conversation, Holder, LoginCode, Message, Notice, Permit

KEPT_FOR = timedelta(days=2)  # the rows also count what was asked for in a day
REMEMBERED_FOR = timedelta(hours=1)  # a code that comes late is still told what is wrong with it
NOBODY = "+8619999990000"  # where a text would go whose sending is rolled back

Verdict = Literal[
    "linked", "already", "proved", "elsewhere", "wrong", "burned", "expired", "spent", "unasked"
]
IDENTITY, CALLBACK = "identity", "callback"  # what a code proves: who writes, or a number left for a call


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a try of a code came to; `tries_left` counts those that this code still has."""

    verdict: Verdict
    tries_left: int = 0


def holder_by_phone(session: Session, phone_hash: str) -> Holder | None:
    """The one holder with that number on file; a number of two identifies neither."""
    found = session.scalars(select(Holder).where(Holder.phone_hash == phone_hash).limit(2)).all()
    return found[0] if len(found) == 1 else None


def last_notice(session: Session, holder_id: int | None) -> Notice | None:
    """The notice that a holder was sent last."""
    if holder_id is None:
        return None
    newest = (
        select(Notice)
        .join(Permit, Permit.id == Notice.permit_id)
        .where(Permit.holder_id == holder_id)
        .order_by(Notice.created_at.desc())
        .limit(1)
    )
    return session.scalars(newest).first()


def last_code(
    session: Session, conversation_id: str, *, lock: bool = False, purpose: str = IDENTITY
) -> LoginCode | None:
    """The code that a conversation asked for last."""
    of_talk = (LoginCode.conversation_id == conversation_id, LoginCode.purpose == purpose)
    newest = select(LoginCode).where(*of_talk)
    newest = newest.order_by(LoginCode.id.desc()).limit(1)
    return session.scalars(newest.with_for_update() if lock else newest).first()


def request(
    work: Work,
    conversation_id: str,
    message_id: int,
    *,
    phone_hash: str | None,
    language: str,
    caller_hash: str | None = None,
) -> bool:
    """Send a code to a number if it identifies a holder; False where too many were asked for.

    Without `phone_hash` it goes to the number asked for last. One message (`message_id`) asks once.
    `caller_hash` tells the address that asks, where it is known.
    """
    services, session, now = work.services, work.session, work.now
    if session.scalar(select(LoginCode.id).where(LoginCode.message_id == message_id)) is not None:
        return True
    last = last_code(session, conversation_id)
    wanted = phone_hash or (last.phone_hash if last else "")
    asker = Asker(phone_hash=wanted, conversation_id=conversation_id, caller_hash=caller_hash)
    login_limits.lock(services, session, asker)
    session.execute(delete(LoginCode).where(LoginCode.requested_at < now - KEPT_FOR))
    if login_limits.too_many(services, session, asker, now):
        return False
    row = LoginCode(
        conversation_id=conversation_id,
        message_id=message_id,
        phone_hash=wanted,
        caller_hash=caller_hash,
        purpose=IDENTITY,
        requested_at=now,
        expires_at=now + timedelta(minutes=services.settings.login_code_minutes),
    )
    _issue(work, row, language)
    return True


def send_to(
    work: Work, message: Message, phone: str, *, language: str, caller_hash: str | None = None
) -> bool:
    """Send a code to a number that was left for a call, whoever has it; False where too many were asked for."""
    services, session, now = work.services, work.session, work.now
    phone_hash = services.store.phone_hash(phone)
    asker = Asker(phone_hash=phone_hash, conversation_id=message.conversation_id, caller_hash=caller_hash)
    login_limits.lock(services, session, asker)
    if login_limits.too_many(services, session, asker, now):
        return False
    if login_limits.too_many_to_anybody(services, session, asker, now):
        return False
    minutes = services.settings.login_code_minutes
    row = LoginCode(
        conversation_id=message.conversation_id,
        message_id=message.id,
        phone_hash=phone_hash,
        caller_hash=caller_hash,
        purpose=CALLBACK,
        requested_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    code = _make(work, row)
    said = by_template(services, "callback.code_sms", language=language, code=code, minutes=minutes)
    _text(work, row, phone, said)
    return True


def prove(work: Work, conversation_id: str, phone: str, code: str) -> Tried:
    """Try a code that was sent to a number left for a call: the right one, in its time, proves that number, once."""
    services = work.services
    row = last_code(work.session, conversation_id, lock=True, purpose=CALLBACK)
    if row is None:
        return Tried(verdict="unasked")
    if row.phone_hash != services.store.phone_hash(phone):
        return Tried(verdict="elsewhere")
    refused = _refused(work, row)
    if refused is not None:
        return refused
    if not hmac.compare_digest(row.code_hash, services.store.code_hash(conversation_id, code)):
        return _missed(work, row)
    row.state = "used"
    return Tried(verdict="proved")


def try_code(work: Work, talk: Conversation, code: str) -> Tried:
    """Try a code: the right one, in its time and its conversation, makes the holder known there.

    The number must still be that holder's alone, and a code is good once.
    """
    services, session, now = work.services, work.session, work.now
    row = last_code(session, talk.id, lock=True)
    if row is None:
        return Tried(verdict="unasked")
    right = hmac.compare_digest(row.code_hash, services.store.code_hash(talk.id, code))
    holder = holder_by_phone(session, row.phone_hash)
    if row.state == "used" and right and talk.holder_id == row.holder_id:
        return Tried(verdict="already")
    refused = _refused(work, row)
    if refused is not None:
        return refused
    if right and holder is not None and holder.id == row.holder_id:
        row.state = "used"
        notice = last_notice(session, holder.id)
        talk.holder_id, talk.notice_id = holder.id, notice.id if notice else None
        talk.linked_at, talk.linked_phone_hash = now, row.phone_hash
        work.audit("identity.linked", talk.id)
        return Tried(verdict="linked")
    return _missed(work, row)


def _refused(work: Work, row: LoginCode) -> Tried | None:
    """What a code that is used up or late comes to; of one that still counts, a try is counted."""
    if row.state != "open":
        return Tried(verdict="burned" if row.state == "burned" else "spent")
    if work.now >= row.expires_at:
        return Tried(verdict="expired")
    row.tries += 1
    return None


def _missed(work: Work, row: LoginCode) -> Tried:
    """A wrong try, after which a code may be used up."""
    most = login_limits.tries_of(work.session, row, work.services.settings.login_code_tries, work.now)
    left = most - row.tries
    if left > 0:
        return Tried(verdict="wrong", tries_left=left)
    row.state = "burned"
    work.audit(f"{row.purpose}.burned", row.conversation_id)
    return Tried(verdict="burned")


def _make(work: Work, row: LoginCode) -> str:
    """Make the code of a row, which takes the place of those before it."""
    services, session = work.services, work.session
    digits = services.settings.login_code_digits
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
    row.code_hash = services.store.code_hash(row.conversation_id, code)
    earlier = (LoginCode.conversation_id == row.conversation_id, LoginCode.state == "open")
    same = LoginCode.purpose == row.purpose
    session.execute(update(LoginCode).where(*earlier, same).values(state="replaced"))
    session.add(row)
    session.flush()
    return code


def _issue(work: Work, row: LoginCode, language: str) -> None:
    """Text the code to the holder of the number; for a number that identifies nobody, as much is done in vain."""
    services, session = work.services, work.session
    holder = holder_by_phone(session, row.phone_hash)
    row.holder_id = holder.id if holder else None
    code = _make(work, row)
    said = by_template(
        services,
        "identity.code_sms",
        language=language,
        code=code,
        minutes=services.settings.login_code_minutes,
    )
    attempt = session.begin_nested()
    _text(work, row, holder.phone if holder else NOBODY, said)
    if holder is None:
        attempt.rollback()
    else:
        attempt.commit()


def _text(work: Work, row: LoginCode, phone: str, said: Said) -> None:
    """Queue the SMS with the code; later than the code is good it is not sent any more."""
    text = outbox.Text(
        phone=phone,
        phone_hash=row.phone_hash,
        said=said,
        lane=holds.REPLIES,
        not_after_at=row.expires_at,
    )
    outbox.post(work, text)
