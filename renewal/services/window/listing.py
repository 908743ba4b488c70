"""Renewals at the window, as staff look them up: a list by what is most pressing, and one case with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from renewal.domain import CaseState
from renewal.domain.window_case import OPEN_STATES
from renewal.services.app import Services
from renewal.services.window.rows import DUE_STATES, CaseView, find_case, view
from renewal.store.models import AuditEntry, Change, Permit, WindowCase

IN_REVIEW = WindowCase.state == CaseState.IN_REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of a case's history; `why` is a clause or a sentence."""

    at: datetime
    actor: str
    action: str
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A case, its history oldest first, and the written reason of a refusal (empty where there is none)."""

    case: CaseView
    events: Sequence[Event]
    written_reason: str


def list_cases(
    services: Services, *, overdue: bool, with_ended: bool, limit: int
) -> tuple[tuple[CaseView, ...], int]:
    """At most `limit` cases, those due first at the top and those over last, and how many there are in all."""
    today = services.today()
    wanted: list[ColumnElement[bool]] = []
    if overdue:
        late = [
            and_(
                IN_REVIEW,
                WindowCase.employment_review_passed_on.is_(None),
                WindowCase.employment_review_due_on < today,
            ),
            and_(
                IN_REVIEW,
                WindowCase.police_review_passed_on.is_(None),
                WindowCase.police_review_due_on < today,
            ),
            and_(WindowCase.state.in_(DUE_STATES), WindowCase.due_on < today),
        ]
        wanted.append(or_(*late))
    elif not with_ended:
        wanted.append(WindowCase.state.in_(sorted(OPEN_STATES)))
    over = case((WindowCase.state.in_(sorted(OPEN_STATES)), 0), else_=1)
    waits = case((WindowCase.due_on.is_(None), 1), else_=0)
    query = select(WindowCase).where(*wanted).order_by(over, waits, WindowCase.due_on, WindowCase.id)
    with services.store.read() as session:
        count = session.scalar(select(func.count()).select_from(WindowCase).where(*wanted)) or 0
        rows = session.scalars(query.limit(limit)).all()
        whose = (
            select(Permit)
            .options(joinedload(Permit.holder))
            .where(Permit.id.in_([r.permit_id for r in rows]))
        )
        _at_hand = session.scalars(whose).all()  # in one go: the session finds each again for its view
        return tuple(view(session, row, today) for row in rows), count


def look_up(services: Services, reference: str, *, staff: str) -> Timeline:
    """One case with its history; who read it is kept, for a written reason is shown.

    Raises:
        NoSuchCase: there is no such case.
    """
    with services.store.session() as session:
        row = find_case(session, reference)
        session.add(
            AuditEntry(
                at=services.now(), actor=staff, action="case.read", subject=f"case:{row.id}", detail={}
            )
        )
        changes = session.scalars(select(Change).where(Change.case_id == row.id).order_by(Change.id))
        events = tuple(
            Event(at=c.at, actor=c.actor, action=c.action, was=c.was, now=c.now, why=c.why) for c in changes
        )
        seen = view(session, row, services.today())
        return Timeline(case=seen, events=events, written_reason=row.written_reason or "")
