"""How many callbacks may be asked for: a real one must not drown among a thousand that nobody means."""

from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, func, or_, select

from renewal.dialogue.case import Case
from renewal.services.app import Services
from renewal.services.work import SYSTEM, Work
from renewal.store.models import AuditEntry, Callback, Conversation

log = structlog.get_logger(__name__)

A_DAY = timedelta(days=1)
FLOOD = "callbacks.too_many"
_RINGS = or_(Callback.proved_at.is_not(None), Callback.state.in_(("open", "closed")))


def too_many(work: Work, case: Case, phone: str, *, own: bool, changed: Callback | None) -> bool:
    """Whether a day's callbacks are used up, in this conversation, for this number, or by all whom nobody knows.

    A `changed` callback counts only for a number that is new to it. `own` says that the number is the writer's own,
    by their record or because they text from it: what strangers left it for does not keep them out, nor does the
    crowd on the web. Calls that nobody rings keep nobody out: those that wait for their code (codes
    have limits of their own), or were cancelled before it came.
    """
    settings = work.services.settings
    hashed = number_hash(work.services, phone)
    if changed is not None and changed.phone_hash == hashed:
        return False
    # Counted and written one after the other: a burst at once is no way past the limits.
    work.services.store.one_at_a_time(work.session, f"callbacks:{hashed}")
    asked = _today(work, Callback.phone_hash == hashed, _RINGS)
    if asked >= settings.callbacks_per_phone and not own:
        return True
    if changed is not None:
        return False
    here = _today(work, Callback.conversation_id == case.conversation_id)
    return here >= settings.callbacks_per_talk or _flooded(work, case)


def number_hash(services: Services, phone: str) -> str:
    """The hash by which a number is counted, whatever extension it has."""
    return services.store.phone_hash(phone.partition(";")[0])


def _flooded(work: Work, case: Case) -> bool:
    """Whether those whom nobody knows asked for too many today; the operators hear of it once a day."""
    if case.holder_id is not None or case.channel != "web":
        return False
    work.services.store.one_at_a_time(work.session, "callbacks:unknown")
    unknown = Callback.holder_id.is_(None)
    web = Callback.conversation_id.in_(select(Conversation.id).where(Conversation.channel == "web"))
    most = work.services.settings.callbacks_unknown_per_day
    if _today(work, unknown, web, _RINGS) < most:
        return False
    since = work.now - A_DAY
    told = select(AuditEntry.id).where(AuditEntry.action == FLOOD, AuditEntry.at > since).limit(1)
    if work.session.scalars(told).first() is None:
        log.error("alert", action=FLOOD, subject="callbacks", why=f"{most} in a day by nobody known")
        replace(work, actor=SYSTEM).audit(FLOOD, "callbacks", most=most)
    return True


def _today(work: Work, *which: ColumnElement[bool]) -> int:
    since = work.now - A_DAY
    counted = select(func.count()).select_from(Callback).where(Callback.created_at > since, *which)
    return work.session.scalar(counted) or 0
