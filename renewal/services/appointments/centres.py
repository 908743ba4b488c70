"""Service centres: loaded from a CSV, found by district or by name, with the free seats of their days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.domain import AppointmentState
from renewal.domain.appointments import Slot
from renewal.domain.centre_hours import DayKind, Hours, parse_hours, slots_of_day
from renewal.services.appointments.centre_rows import CentreRow, read_centres
from renewal.services.calendar import PublishedCalendar
from renewal.services.work import write_audit
from renewal.store import Store
from renewal.store.models import Appointment, Centre

CALENDAR = PublishedCalendar()
TAKEN = (AppointmentState.ASKED, AppointmentState.APPROVED)  # as the tables' unique indexes have it


@dataclass(frozen=True, slots=True, kw_only=True)
class CentresLoaded:
    """What a file of centres came to, in rows."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSeats:
    """A slot, how many of its seats are free and how many are taken; fewer may be free than were made since."""

    slot: Slot
    free: int
    taken: int


def import_centres(store: Store, path: Path, *, at: datetime, actor: str = "staff") -> CentresLoaded:
    """Load centres, all of the file or nothing; one that is known by its code is brought up to the file.

    A centre that the file leaves out stays. Fewer seats never cost anybody an appointment: only new ones are
    then refused. `at` is now.

    Raises:
        CentresRefused: a line is wrong. It has a sentence for each.
    """
    rows = read_centres(path)
    added = changed = 0
    with store.session() as session:
        known = {centre.code: centre for centre in session.scalars(select(Centre).with_for_update())}
        for row in rows:
            centre = known.get(row.code)
            if centre is None:
                added += 1
                session.add(_filled(Centre(code=row.code), row, at))
            elif _differs(centre, row):
                changed += 1
                _filled(centre, row, at)
        loaded = CentresLoaded(added=added, changed=changed, unchanged=len(rows) - added - changed)
        label = store.file_label(path.name)
        write_audit(
            session,
            at=at,
            actor=actor,
            action="import.centres",
            subject=label,
            added=added,
            changed=changed,
        )
    return loaded


def open_centres(session: Session) -> Sequence[Centre]:
    """The centres that take appointments, in the order of their codes."""
    return session.scalars(
        select(Centre).where(Centre.active, Centre.capacity > 0).order_by(Centre.code)
    ).all()


def slots(centre: Centre, day: date) -> tuple[time, ...]:
    """The beginnings of the slots that a centre has on a day."""
    return slots_of_day(hours_of(centre.hours), day, CALENDAR.day_kind(day), centre.slot_minutes)


def seats(
    session: Session, centre: Centre, first_on: date, last_on: date, *, after: time | None = None
) -> Iterator[SlotSeats]:
    """Every slot from `first_on` to `last_on` with its seats, in order; on `first_on` only those after `after`."""
    taken = _taken(session, centre.id, first_on, last_on)
    for offset in range((last_on - first_on).days + 1):
        day = first_on + timedelta(days=offset)
        for starts in slots(centre, day):
            if day == first_on and after is not None and starts <= after:
                continue
            used = taken.get((day, starts), 0)
            slot = Slot(centre_id=centre.id, day=day, starts=starts)
            yield SlotSeats(slot=slot, free=max(0, centre.capacity - used), taken=used)


def holidays_known(day: date) -> bool:
    """Whether the holidays of a day's year are published."""
    return CALENDAR.day_kind(day) is not DayKind.UNPUBLISHED


@lru_cache(maxsize=1024)
def hours_of(line: str) -> Hours:
    """A centre's hours as its row has them. Raises BadHours, which the file's reading lets nobody store."""
    return parse_hours(line)


def _taken(session: Session, centre_id: int, first_on: date, last_on: date) -> dict[tuple[date, time], int]:
    counted = (
        select(Appointment.day, Appointment.starts, func.count())
        .where(Appointment.centre_id == centre_id, Appointment.state.in_(TAKEN))
        .where(Appointment.day.between(first_on, last_on))
        .group_by(Appointment.day, Appointment.starts)
    )
    return {(day, starts): count for day, starts, count in session.execute(counted)}


def _differs(centre: Centre, row: CentreRow) -> bool:
    return any(getattr(centre, name) != value for name, value in _columns(row).items())


def _filled(centre: Centre, row: CentreRow, at: datetime) -> Centre:
    for name, value in _columns(row).items():
        setattr(centre, name, value)
    centre.updated_at = at
    return centre


def _columns(row: CentreRow) -> dict[str, object]:
    return {
        "name": row.name,
        "district": row.district,
        "address": row.address,
        "phone": row.phone,
        "hours": row.hours,
        "slot_minutes": row.slot_minutes,
        "capacity": row.capacity,
        "active": row.capacity > 0,
    }
