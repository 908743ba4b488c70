"""Who did what when, for operators: a page at a time, by account, permit and act. Reading it is kept as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.lookup.searching import mentions
from renewal.services.work import Work
from renewal.settings import SHANGHAI
from renewal.store.models import (
    Application,
    Appointment,
    AuditEntry,
    Callback,
    Conversation,
    Delivery,
    Notice,
    Permit,
)
from renewal.wording.staff import has_sentence, staff_sentence

READ = "audit.read"
PAGE = 50
MOST_SUBJECTS = 500
MOST_ACTS = 200
STAFFS_OWN = "staff"  # asked for as an account: whoever is a person, not a process or a holder
_PROCESSES = ("holder", "system", "nightly", "worker", "gateway", "import")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are asked for; what is empty asks nothing. `account` is the beginning of the name of who did it."""

    account: str = ""
    permit_id: int | None = None
    act: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit in words; `details` are names with values, as they were kept."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Entries, newest first; `next_before` is where an older page begins, None where there is none."""

    entries: tuple[Entry, ...]
    next_before: int | None


def read_audit(
    services: Services, only: AuditFilter, *, staff: str, before: int | None = None, limit: int = PAGE
) -> AuditPage:
    """A page of the audit, newest first, from the entry `before` backwards; that it was read is kept."""
    with Work.begin(services, actor=staff) as work:
        wanted = _clauses(work.session, only)
        if before is not None:
            wanted.append(AuditEntry.id < before)
        query = select(AuditEntry).where(*wanted).order_by(AuditEntry.id.desc()).limit(limit + 1)
        rows = work.session.scalars(query).all()
        work.audit(READ, "audit", **{name: value for name, value in _asked(only).items() if value})
    shown = rows[:limit]
    return AuditPage(
        entries=tuple(_entry(row) for row in shown),
        next_before=shown[-1].id if len(rows) > limit else None,
    )


def known_acts(services: Services) -> tuple[tuple[str, str], ...]:
    """Every act that stands in the audit, with what it is called, in the order of that."""
    with services.store.read() as session:
        acts = _distinct_acts(session)
    return tuple(sorted(((act, act_name(act)) for act in acts), key=lambda pair: pair[1]))


def act_name(action: str) -> str:
    """What an act is called; one without a name stands for itself."""
    key = f"audit.act.{action}"
    return staff_sentence(key) if has_sentence(key) else action


def _distinct_acts(session: Session) -> Sequence[str]:
    """One look at the index for each act, not one at each entry."""
    found: list[str] = []
    while len(found) < MOST_ACTS:
        query = select(func.min(AuditEntry.action))
        least = session.scalar(query.where(AuditEntry.action > found[-1]) if found else query)
        if least is None:
            break
        found.append(least)
    return found


def _clauses(session: Session, only: AuditFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if only.account == STAFFS_OWN:
        wanted.append(AuditEntry.actor.not_in(_PROCESSES))
    elif only.account:
        wanted.append(AuditEntry.actor.startswith(only.account, autoescape=True))
    if only.act:
        wanted.append(AuditEntry.action == only.act)
    if only.since:
        wanted.append(AuditEntry.at >= datetime.combine(only.since, time(), SHANGHAI))
    if only.until:
        wanted.append(AuditEntry.at < datetime.combine(only.until + timedelta(days=1), time(), SHANGHAI))
    if only.permit_id is not None:
        wanted.append(_about(session, only.permit_id))
    return wanted


def _about(session: Session, permit_id: int) -> ColumnElement[bool]:
    """What was done to a permit, to anything of it, and the searches that found it."""
    permit = session.get(Permit, permit_id)
    if permit is None:
        return false()
    subjects = [permit.number, f"permit:{permit.id}"]
    for prefix, ids in _of(permit).items():
        subjects += [f"{prefix}{found}" for found in session.scalars(ids.limit(MOST_SUBJECTS))]
    return or_(AuditEntry.subject.in_(subjects), mentions(permit.id))


def _of(permit: Permit) -> dict[str, Any]:
    """Which rows belong to a permit, by how the audit names them."""
    text_of = select(Delivery.id).join(Notice, Notice.id == Delivery.notice_id)
    return {
        "application:": select(Application.id).where(Application.permit_id == permit.id),
        "appointment:": select(Appointment.id).where(Appointment.permit_id == permit.id),
        "notice:": select(Notice.id).where(Notice.permit_id == permit.id),
        "text:": text_of.where(Notice.permit_id == permit.id),
        "conversation:": select(Conversation.id).where(Conversation.holder_id == permit.holder_id),
        "callback:": select(Callback.id).where(Callback.holder_id == permit.holder_id),
    }


def _asked(only: AuditFilter) -> dict[str, str]:
    """What was asked for."""
    return {
        "account": only.account,
        "act": only.act,
        "permit": str(only.permit_id or ""),
        "since": only.since.isoformat() if only.since else "",
        "until": only.until.isoformat() if only.until else "",
    }


def _entry(row: AuditEntry) -> Entry:
    details = tuple((_detail_name(name), _detail_value(name, value)) for name, value in row.detail.items())
    return Entry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        act=act_name(row.action),
        subject=_subject(row.subject),
        details=details,
    )


def _subject(subject: str) -> str:
    """A row's name in words, its id beside it; a hash of a phone is told as no more than that."""
    kind, colon, rest = subject.partition(":")
    key = f"audit.subject.{kind}"
    if not has_sentence(key):
        return subject
    return (
        staff_sentence(key, id="" if kind == "phone" else rest[:12]) if colon else staff_sentence(key, id="")
    )


def _detail_name(name: str) -> str:
    key = f"audit.detail.{name}"
    return staff_sentence(key) if has_sentence(key) else name


def _detail_value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    key = f"search.{name}.{value}"
    return staff_sentence(key) if isinstance(value, str) and has_sentence(key) else str(value)
