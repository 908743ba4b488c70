"""Codes that prove a phone on the web: sent to the number on file, tried, used up (design section 9).

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
from renewal.store.models import Conversation, Holder, LoginCode, Notice, Permit

KEPT_FOR = timedelta(days=2)  # the rows also count what was asked for in a day
NOBODY = "+8619999990000"  # where a text would go whose sending is rolled back

Verdict = Literal["linked", "already", "wrong", "burned", "expired", "spent", "unasked"]


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


def last_code(session: Session, conversation_id: str, *, lock: bool = False) -> LoginCode | None:
    """The code that a conversation asked for last."""
    newest = select(LoginCode).where(LoginCode.conversation_id == conversation_id)
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
        requested_at=now,
        expires_at=now + timedelta(minutes=services.settings.login_code_minutes),
    )
    _issue(work, row, language)
    return True


def try_code(work: Work, talk: Conversation, code: str) -> Tried:
    """Try a code: the right one, in its time and its conversation, makes the holder known there.

    The number must still be that holder's alone, and a code is good once.
    """
    services, session, now = work.services, work.session, work.now
    most = services.settings.login_code_tries
    row = last_code(session, talk.id, lock=True)
    if row is None:
        return Tried(verdict="unasked")
    right = hmac.compare_digest(row.code_hash, services.store.code_hash(talk.id, code))
    holder = holder_by_phone(session, row.phone_hash)
    if row.state != "open":
        known = row.state == "used" and right and talk.holder_id == row.holder_id
        return Tried(verdict="already" if known else "burned" if row.state == "burned" else "spent")
    if now >= row.expires_at:
        return Tried(verdict="expired")
    most = login_limits.tries_of(session, row, most, now)
    row.tries += 1
    if right and holder is not None and holder.id == row.holder_id:
        row.state = "used"
        notice = last_notice(session, holder.id)
        talk.holder_id, talk.notice_id = holder.id, notice.id if notice else None
        talk.linked_at, talk.linked_phone_hash = now, row.phone_hash
        work.audit("identity.linked", talk.id)
        return Tried(verdict="linked")
    if row.tries >= most:
        row.state = "burned"
        work.audit("identity.burned", talk.id)
        return Tried(verdict="burned")
    return Tried(verdict="wrong", tries_left=most - row.tries)


def _issue(work: Work, row: LoginCode, language: str) -> None:
    services, session = work.services, work.session
    digits = services.settings.login_code_digits
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
    holder = holder_by_phone(session, row.phone_hash)
    row.holder_id = holder.id if holder else None
    row.code_hash = services.store.code_hash(row.conversation_id, code)
    earlier = (LoginCode.conversation_id == row.conversation_id, LoginCode.state == "open")
    session.execute(update(LoginCode).where(*earlier).values(state="replaced"))
    session.add(row)
    session.flush()
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
