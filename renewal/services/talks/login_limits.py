"""How many login codes a phone, a page, a caller and all together may get; unknown numbers count like known ones.

A phone's owner must get a code however many a stranger asked for. So who asks is counted by itself, and a phone that
had its share gets one more after a silence, never none at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.store.models import LoginCode

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENCE = timedelta(minutes=5)  # after it, a phone that had its codes of the hour gets one more
PHONE_DAYS = 3  # times what one asker may have a day: from then on a phone's silence is an hour
CODES_A_CALL = 2  # one, and another where it did not arrive
CALLS_OF_A_CALLER = 5  # an hour, from one address
GUESSED = 20  # wrong codes for one phone in a day: from then on each of its codes has few tries, whoever asks
# One slip of the owner's hand; so a phone's codes are guessed at no more than a hundred times a day.
FEW_TRIES = 2
WAITS_MINUTES = (5, 15, 30, 60, 24 * 60)  # what who asked too often may be told to wait
CALLERS_SHARE = 10  # one caller may use up a tenth of what all together may have

_FOR_CALLS = LoginCode.purpose == "callback"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a code to which phone; `caller_hash` is None where the address is not known."""

    phone_hash: str
    conversation_id: str
    caller_hash: str | None = None


def lock(services: Services, session: Session, asker: Asker) -> None:
    """Until the transaction ends, let nobody else ask for these: a burst at once is no way past the limits."""
    for kind, who in (
        ("phone", asker.phone_hash),
        ("conversation", asker.conversation_id),
        ("caller", asker.caller_hash),
    ):
        if who is not None:
            services.store.one_at_a_time(session, f"login:{kind}:{who}")


def too_many(services: Services, session: Session, asker: Asker, now: datetime) -> bool:
    """Whether this asker, this phone or all together had as many codes as they may."""
    most = services.settings.login_codes_over_all_per_hour
    if _capped(services, session, now):
        log.error("login_codes_capped", per_hour=most)
        return True
    return _too_many_of(services, session, asker, now)


def _capped(services: Services, session: Session, now: datetime) -> bool:
    return _count(session, true(), now - HOUR) >= services.settings.login_codes_over_all_per_hour


def _too_many_of(services: Services, session: Session, asker: Asker, now: datetime) -> bool:
    settings = services.settings
    most = settings.login_codes_over_all_per_hour
    if _spent(services, session, LoginCode.conversation_id == asker.conversation_id, now):
        return True
    if asker.caller_hash is not None:
        of_caller = LoginCode.caller_hash == asker.caller_hash
        if _count(session, of_caller, now - HOUR) >= max(
            most // CALLERS_SHARE, settings.login_codes_per_hour
        ):
            return True
        if _spent(services, session, and_(of_caller, LoginCode.phone_hash == asker.phone_hash), now):
            return True
    return _must_wait(services, session, asker.phone_hash, now)


def too_many_to_anybody(services: Services, session: Session, asker: Asker, now: datetime) -> bool:
    """Whether codes for calls are used up, which go to any number: nobody may have strangers texted at our cost."""
    if _calls_capped(services, session, now):
        log.error("callback_codes_capped", per_day=services.settings.callbacks_unknown_per_day * CODES_A_CALL)
        return True
    return _too_many_calls_of(session, asker, now)


def minutes_to_wait(services: Services, session: Session, asker: Asker, now: datetime) -> int:
    """In how many minutes a code for a call may be asked for again, where nobody asks for any meanwhile."""
    for minutes in WAITS_MINUTES:
        then = now + timedelta(minutes=minutes)
        full = _capped(services, session, then) or _calls_capped(services, session, then)
        if not (
            full or _too_many_of(services, session, asker, then) or _too_many_calls_of(session, asker, then)
        ):
            return minutes
    return WAITS_MINUTES[-1]


def _calls_capped(services: Services, session: Session, now: datetime) -> bool:
    most = services.settings.callbacks_unknown_per_day * CODES_A_CALL
    return _count(session, _FOR_CALLS, now - DAY) >= most


def _too_many_calls_of(session: Session, asker: Asker, now: datetime) -> bool:
    if asker.caller_hash is None:
        return False
    of_caller = and_(_FOR_CALLS, LoginCode.caller_hash == asker.caller_hash)
    return _count(session, of_caller, now - HOUR) >= CALLS_OF_A_CALLER * CODES_A_CALL


def tries_of(session: Session, row: LoginCode, most: int, now: datetime) -> int:
    """How many of `most` tries a code has: few, once a phone's codes were guessed at too often in a day."""
    of_phone = (LoginCode.phone_hash == row.phone_hash, LoginCode.requested_at > now - DAY)
    tried = session.scalar(select(func.sum(LoginCode.tries)).where(*of_phone, LoginCode.id != row.id)) or 0
    return min(most, FEW_TRIES) if tried >= GUESSED else most


def _spent(services: Services, session: Session, whose: ColumnElement[bool], now: datetime) -> bool:
    per_hour, per_day = services.settings.login_codes_per_hour, services.settings.login_codes_per_day
    return _count(session, whose, now - HOUR) >= per_hour or _count(session, whose, now - DAY) >= per_day


def _must_wait(services: Services, session: Session, phone_hash: str, now: datetime) -> bool:
    """Whether a phone had its codes, whoever asked, and has not been left in peace for long enough since."""
    of_phone = LoginCode.phone_hash == phone_hash
    settings = services.settings
    if _count(session, of_phone, now - DAY) >= settings.login_codes_per_day * PHONE_DAYS:
        silence = HOUR
    elif _count(session, of_phone, now - HOUR) >= settings.login_codes_per_hour:
        silence = SILENCE
    else:
        return False
    return _count(session, of_phone, now - silence) > 0


def _count(session: Session, whose: ColumnElement[bool], since: datetime) -> int:
    had = select(func.count()).select_from(LoginCode).where(whose, LoginCode.requested_at > since)
    return session.scalar(had) or 0
