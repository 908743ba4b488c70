"""Renewals at the window, as staff look them up: a list by what is most pressing, and one with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from renewal.domain import ApplicationState
from renewal.domain.application import OPEN_STATES
from renewal.services.app import Services
from renewal.services.applications.rows import DUE_STATES, ApplicationView, find_application, view
from renewal.services.work import Work
from renewal.store.models import Application, Change, Holder, Permit

IN_REVIEW = Application.state == ApplicationState.IN_REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of an application's history; `why` is a clause or a sentence."""

    at: datetime
    actor: str
    action: str
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """An application, its history oldest first, and the written reason of a refusal (empty where there is none)."""

    application: ApplicationView
    events: Sequence[Event]
    written_reason: str


def list_applications(
    services: Services,
    *,
    overdue: bool,
    with_ended: bool,
    limit: int,
    page: int = 1,
    district: str = "",
) -> tuple[tuple[ApplicationView, ...], int]:
    """A page of `limit` applications, those due first at the top and those over last, and how many there are in all.

    `district`: only those of holders who live there.
    """
    today = services.today()
    wanted: list[ColumnElement[bool]] = []
    if overdue:
        late = [
            and_(
                IN_REVIEW,
                Application.employment_review_passed_on.is_(None),
                Application.employment_review_due_on < today,
            ),
            and_(
                IN_REVIEW,
                Application.police_review_passed_on.is_(None),
                Application.police_review_due_on < today,
            ),
            and_(Application.state.in_(DUE_STATES), Application.due_on < today),
        ]
        wanted.append(or_(*late))
    elif not with_ended:
        wanted.append(Application.state.in_(sorted(OPEN_STATES)))
    if district:
        living = select(Permit.id).join(Holder, Holder.id == Permit.holder_id)
        wanted.append(Application.permit_id.in_(living.where(Holder.district == district)))
    over = case((Application.state.in_(sorted(OPEN_STATES)), 0), else_=1)
    waits = case((Application.due_on.is_(None), 1), else_=0)
    query = select(Application).where(*wanted).order_by(over, waits, Application.due_on, Application.id)
    with services.store.read() as session:
        count = session.scalar(select(func.count()).select_from(Application).where(*wanted)) or 0
        rows = session.scalars(query.offset((page - 1) * limit).limit(limit)).all()
        whose = (
            select(Permit)
            .options(joinedload(Permit.holder))
            .where(Permit.id.in_([r.permit_id for r in rows]))
        )
        _at_hand = session.scalars(whose).all()  # in one go: the session finds each again for its view
        return tuple(view(session, row, today) for row in rows), count


def look_up(services: Services, reference: str, *, staff: str) -> Timeline:
    """One application with its history; who read it is kept, for a written reason is shown.

    Raises:
        NoSuchApplication: there is no such application.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        row = find_application(session, reference)
        work.audit("application.read", f"application:{row.id}")
        changes = session.scalars(select(Change).where(Change.application_id == row.id).order_by(Change.id))
        events = tuple(
            Event(at=c.at, actor=c.actor, action=c.action, was=c.was, now=c.now, why=c.why) for c in changes
        )
        seen = view(session, row, services.today())
        return Timeline(application=seen, events=events, written_reason=row.written_reason or "")
