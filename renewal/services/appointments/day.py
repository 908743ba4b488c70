"""A centre's day as the window sees it: who comes when, which papers they are to bring, what is at hand already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from renewal.domain import AppointmentState, Category, Field, Outcome, Situation, materials
from renewal.language.masking import mask_name
from renewal.services.app import Services
from renewal.services.applications.rows import paper_name, split
from renewal.services.appointments.staff import KEEPABLE
from renewal.services.work import Work
from renewal.store.models import Application, Appointment, Centre, Comparison, Holder, Permit
from renewal.store.models.applications import OPEN_APPLICATIONS
from renewal.store.types import fields

PAGE = 100
TAIL_CHARS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreName:
    """A centre that can be chosen."""

    code: str
    name: str
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comer:
    """Who has a seat. `papers` are what to bring by what is known of them, `lacking` what an open case still lacks.

    `case_id` is that case. `markable`: staff may note now whether they came.
    """

    id: int
    permit_id: int
    centre: str
    starts: time
    seat: int
    holder: str
    permit_tail: str
    category: Category
    expires_on: date
    state: AppointmentState
    reasons: tuple[Field, ...]
    papers: tuple[str, ...]
    lacking: tuple[str, ...]
    case_id: int | None
    markable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A page of a day's seats in the order in which they come, and how many there are, by state."""

    comers: tuple[Comer, ...]
    count: int
    by_state: Mapping[AppointmentState, int]


def centres(services: Services) -> tuple[CentreName, ...]:
    """The centres that work, by district and code."""
    query = select(Centre).where(Centre.active).order_by(Centre.district, Centre.code)
    with services.store.read() as session:
        return tuple(
            CentreName(code=row.code, name=row.name, district=row.district) for row in session.scalars(query)
        )


def day_at(services: Services, day: date, *, centre: str, staff: str, page: int = 1) -> Day:
    """The seats of a day at one centre, or at all where `centre` is empty; who looked is kept."""
    seats: Select[Appointment, Centre, Permit, Holder] = (
        select(Appointment, Centre, Permit, Holder)
        .join(Centre, Centre.id == Appointment.centre_id)
        .join(Permit, Permit.id == Appointment.permit_id)
        .join(Holder, Holder.id == Permit.holder_id)
        .where(Appointment.day == day)
    )
    if centre:
        seats = seats.where(Centre.code == centre)
    ordered = seats.order_by(Appointment.starts, Centre.code, Appointment.seat, Appointment.id)
    counted = seats.with_only_columns(Appointment.state, func.count().label("held")).group_by(
        Appointment.state
    )
    with Work.begin(services, actor=staff) as work:
        by_state = {row.state: row.held for row in work.session.execute(counted)}
        rows = work.session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE)).all()
        permits = [permit for _, _, permit, _ in rows]
        failed, cases = _failed(work.session, permits), _open_cases(work.session, permits)
        work.audit("appointments.read", "appointments", count=len(rows), day=day.isoformat())
    return Day(
        comers=tuple(
            _comer(services, seat, failed.get(seat[2].id, ()), cases.get(seat[2].id)) for seat in rows
        ),
        count=sum(by_state.values()),
        by_state=by_state,
    )


def _comer(
    services: Services,
    seat: Row[Appointment, Centre, Permit, Holder],
    failed: tuple[Field, ...],
    case: Application | None,
) -> Comer:
    row, centre, permit, holder = seat
    return Comer(
        id=row.id,
        permit_id=permit.id,
        centre=centre.name,
        starts=row.starts,
        seat=row.seat,
        holder=mask_name(holder.name),
        permit_tail=permit.number[-TAIL_CHARS:],
        category=holder.category,
        expires_on=permit.expires_on,
        state=row.state,
        reasons=failed,
        papers=_names(services, _needed(services, failed, row.day)),
        lacking=_names(services, split(case.papers_missing)) if case else (),
        case_id=case.id if case else None,
        markable=row.state in KEEPABLE and row.day <= services.today(),
    )


def _needed(services: Services, failed: Sequence[Field], on: date) -> tuple[str, ...]:
    """The papers for what is known: a home is proved where the comparison found another address."""
    return materials(Situation(address_changed=Field.ADDRESS in failed), services.rulebook, on)


def _names(services: Services, papers: Iterable[str]) -> tuple[str, ...]:
    return tuple(paper_name(services, paper) for paper in papers)


def _failed(session: Session, permits: Sequence[Permit]) -> dict[int, tuple[Field, ...]]:
    """What the last comparison of each permit's present period found changed."""
    query = (
        select(Comparison)
        .join(Permit, Permit.id == Comparison.permit_id)
        .where(
            Comparison.permit_id.in_([permit.id for permit in permits]),
            Comparison.period_on == Permit.expires_on,
        )
        .order_by(Comparison.id)
    )
    last = {made.permit_id: made for made in session.scalars(query)}
    return {
        permit_id: fields(made.reasons) for permit_id, made in last.items() if made.outcome is Outcome.FAILED
    }


def _open_cases(session: Session, permits: Sequence[Permit]) -> dict[int, Application]:
    """The open case of each permit; the database allows one."""
    theirs = Application.permit_id.in_([permit.id for permit in permits])
    return {
        row.permit_id: row for row in session.scalars(select(Application).where(theirs, OPEN_APPLICATIONS))
    }
