"""Appointments as staff see them: who comes when, cancelling one, marking one as kept, what is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.domain import AppointmentState
from renewal.domain.errors import RenewalError
from renewal.language.masking import mask_name
from renewal.services.app import Services
from renewal.services.appointments.centres import TAKEN, holidays_known, seats
from renewal.services.appointments.telling import note_change, slot_name, text_holder, when_and_where
from renewal.services.work import Work
from renewal.store.models import Appointment, Centre, Holder, Permit
from renewal.wording.staff import staff_sentence

PAGE = 100  # appointments on a page
FREE_DAYS = 14  # how far ahead free seats are shown
KEEPABLE = (AppointmentState.APPROVED, AppointmentState.MISSED)


class NoSuchAppointment(RenewalError):
    """There is no such appointment, or no such centre."""


class AppointmentOver(RenewalError):
    """The appointment is not in a state in which that can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAppointment:
    """One appointment; the name is masked."""

    id: int
    centre: str
    day: date
    starts: time
    seat: int
    permit_no: str
    name: str
    state: AppointmentState


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """A centre's day: its seats in all, and those that are free; `holidays_known`: the day's year is published."""

    day: date
    seats: int
    free: int
    holidays_known: bool


def list_appointments(
    services: Services, *, staff: str, centre: str = "", day: date | None = None, page: int = 1
) -> tuple[tuple[ListedAppointment, ...], int]:
    """A page of who comes when, and how many there are: of one centre or all, on one day or from today on.

    Who looked is kept.

    Of one day all are listed, else those that stand.

    Raises:
        NoSuchAppointment: no centre has that code.
    """
    query = (
        select(Appointment, Centre, Permit.number, Holder.name)
        .join(Centre, Centre.id == Appointment.centre_id)
        .join(Permit, Permit.id == Appointment.permit_id)
        .join(Holder, Holder.id == Permit.holder_id)
        .order_by(Appointment.day, Appointment.starts, Centre.code, Appointment.seat, Appointment.id)
    )
    if day is not None:
        query = query.where(Appointment.day == day)
    else:
        query = query.where(Appointment.day >= services.today(), Appointment.state.in_(TAKEN))
    with Work.begin(services, actor=staff) as work:
        session = work.session
        if centre:
            query = query.where(Centre.id == _centre(session, centre).id)
        count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        found = session.execute(query.offset((page - 1) * PAGE).limit(PAGE)).all()
        work.audit("appointments.read", "appointments", count=len(found))
        listed = tuple(
            ListedAppointment(
                id=row.id,
                centre=at.name,
                day=row.day,
                starts=row.starts,
                seat=row.seat,
                permit_no=number,
                name=mask_name(name),
                state=row.state,
            )
            for row, at, number, name in found
        )
        return listed, count


def cancel_appointment(services: Services, appointment_id: int, *, staff: str) -> None:
    """Cancel one that stands, and tell the holder by text.

    Raises:
        NoSuchAppointment: there is none with that number.
        AppointmentOver: it stands no more.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        row = _row(session, appointment_id)
        if row.state not in TAKEN:
            raise _over(row)
        _end(work, row, AppointmentState.CANCELLED)
        permit = session.get_one(Permit, row.permit_id)
        named = when_and_where(session.get_one(Centre, row.centre_id), row.day, row.starts)
        text_holder(work, session.get_one(Holder, permit.holder_id), "sms_cancelled", **named)


def keep_appointment(services: Services, appointment_id: int, *, staff: str) -> bool:
    """Note that the holder came; False where that was noted before.

    Raises:
        NoSuchAppointment: there is none with that number.
        AppointmentOver: it was not approved, or its day has not come.
    """
    with Work.begin(services, actor=staff) as work:
        row = _row(work.session, appointment_id)
        if row.state is AppointmentState.KEPT:
            return False
        if row.state not in KEEPABLE:
            raise _over(row)
        if row.day > services.today():
            raise AppointmentOver(staff_sentence("appointments.not_yet", id=row.id, day=row.day.isoformat()))
        _end(work, row, AppointmentState.KEPT)
        return True


def miss_appointment(services: Services, appointment_id: int, *, staff: str) -> bool:
    """Note that the holder did not come; False where that was noted before. One who comes late is marked as come.

    Raises:
        NoSuchAppointment: there is none with that number.
        AppointmentOver: it was not approved, or its day has not come.
    """
    with Work.begin(services, actor=staff) as work:
        row = _row(work.session, appointment_id)
        if row.state is AppointmentState.MISSED:
            return False
        if row.state is not AppointmentState.APPROVED:
            raise _over(row)
        if row.day > services.today():
            raise AppointmentOver(
                staff_sentence("appointments.not_missed_yet", id=row.id, day=row.day.isoformat())
            )
        _end(work, row, AppointmentState.MISSED)
        return True


def free_days(services: Services, centre: str, *, days: int = FREE_DAYS) -> Sequence[FreeDay]:
    """The free seats of the days to come on which a centre is open, today included.

    Raises:
        NoSuchAppointment: no centre has that code.
    """
    first_on = services.today()
    with services.store.read() as session:
        row = _centre(session, centre)
        found = list(seats(session, row, first_on, first_on + timedelta(days=days - 1)))
    by_day: dict[date, tuple[int, int]] = {}
    for slot in found:
        had, free = by_day.get(slot.slot.day, (0, 0))
        by_day[slot.slot.day] = (had + max(row.capacity, slot.taken), free + slot.free)
    return tuple(
        FreeDay(day=day, seats=had, free=free, holidays_known=holidays_known(day))
        for day, (had, free) in by_day.items()
    )


def _row(session: Session, appointment_id: int) -> Appointment:
    row = session.get(Appointment, appointment_id, with_for_update=True)
    if row is None:
        raise NoSuchAppointment(staff_sentence("appointments.unknown", id=appointment_id))
    return row


def _centre(session: Session, code: str) -> Centre:
    row = session.scalars(select(Centre).where(Centre.code == code.strip().upper())).first()
    if row is None:
        known = "、".join(session.scalars(select(Centre.code).order_by(Centre.code).limit(20)))
        key = "appointments.unknown_centre" if known else "appointments.no_centres"
        raise NoSuchAppointment(staff_sentence(key, code=code, codes=known))
    return row


def _over(row: Appointment) -> AppointmentOver:
    state = staff_sentence(f"appointments.state.{row.state.value}")
    return AppointmentOver(staff_sentence("appointments.over", id=row.id, state=state))


def _end(work: Work, row: Appointment, state: AppointmentState) -> None:
    centre = work.session.get_one(Centre, row.centre_id)
    row.state, row.updated_at = state, work.now
    was = slot_name(centre.code, row.day, row.starts)
    note_change(work, row.permit_id, state.value, appointment_id=row.id, was=was)
    work.audit(f"appointment.{state.value}", f"appointment:{row.id}")
