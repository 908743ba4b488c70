"""Seats of slots: the database gives each to one holder, and a holder one; here the lowest free one is taken."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from renewal.domain import AppointmentState, Field, RenewalError
from renewal.domain.appointments import Slot
from renewal.services.appointments.centres import TAKEN, slots
from renewal.store.models import Appointment, Centre

SPARE_TRIES = 10  # beyond one for each seat: seats that others give up and take while we look


class NoSeat(RenewalError):
    """No seat of the slot is free, or the centre has no such slot."""


class HasAppointment(RenewalError):
    """The permit has an appointment already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """What is to be booked; `reasons` are those for which it is refused, and nothing is held."""

    permit_id: int
    slot: Slot
    state: AppointmentState
    reasons: tuple[Field, ...] = ()
    conversation_id: str | None = None


def take_seat(session: Session, wanted: NewAppointment, now: datetime) -> int:
    """Take the lowest free seat of a slot, within the caller's transaction; the appointment's id.

    Another transaction may take the same seat first: the unique index then refuses ours, and the next one is
    tried. Nothing is locked meanwhile, and whatever happens no seat has two holders.

    Raises:
        NoSeat: every seat is taken, or the centre has no such slot or takes no appointments.
        HasAppointment: the permit has one that stands.
    """
    slot = wanted.slot
    centre = session.get(Centre, slot.centre_id, populate_existing=True)
    if centre is None or not centre.active or slot.starts not in slots(centre, slot.day):
        raise NoSeat(f"centre {slot.centre_id} has no slot at {slot.starts:%H:%M} on {slot.day}")
    for _ in range(centre.capacity + SPARE_TRIES):
        seat = _lowest_free(session, slot, centre.capacity)
        if seat is None:
            break
        made = _insert(session, wanted, seat, now)
        if made is not None:
            return made
        if open_appointment(session, wanted.permit_id) is not None:
            raise HasAppointment(f"permit {wanted.permit_id} has an appointment")
    raise NoSeat(f"no seat is free at {slot.starts:%H:%M} on {slot.day}")


def note_refusal(session: Session, wanted: NewAppointment, now: datetime) -> int:
    """Keep an appointment that was asked for and refused; it takes no seat. Returns its id."""
    row = _row(wanted, seat=0, now=now)
    refused = Appointment(**row)
    session.add(refused)
    session.flush()
    return refused.id


def open_appointment(session: Session, permit_id: int, *, lock: bool = False) -> Appointment | None:
    """The appointment of a permit that stands: approved, or asked for and not decided."""
    query = select(Appointment).where(Appointment.permit_id == permit_id, Appointment.state.in_(TAKEN))
    return session.scalars(query.with_for_update() if lock else query).first()


def _lowest_free(session: Session, slot: Slot, capacity: int) -> int | None:
    """None also where seats above a capacity that was made smaller fill the slot."""
    taken = set(
        session.scalars(
            select(Appointment.seat)
            .where(Appointment.centre_id == slot.centre_id, Appointment.state.in_(TAKEN))
            .where(Appointment.day == slot.day, Appointment.starts == slot.starts)
        )
    )
    if len(taken) >= capacity:
        return None
    return next(seat for seat in range(1, capacity + 1) if seat not in taken)


def _insert(session: Session, wanted: NewAppointment, seat: int, now: datetime) -> int | None:
    """The new row's id; None where an index refuses it. On PostgreSQL it waits for whoever was first."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Appointment).values(_row(wanted, seat=seat, now=now))
    return session.scalar(statement.on_conflict_do_nothing().returning(Appointment.id))


def _row(wanted: NewAppointment, *, seat: int, now: datetime) -> dict[str, object]:
    return {
        "permit_id": wanted.permit_id,
        "centre_id": wanted.slot.centre_id,
        "day": wanted.slot.day,
        "starts": wanted.slot.starts,
        "seat": seat,
        "state": wanted.state,
        "reasons": ",".join(wanted.reasons),
        "conversation_id": wanted.conversation_id,
        "created_at": now,
        "updated_at": now,
    }
