"""`renewal appointment`: loads centres, shows and changes appointments, shows what is free."""

from datetime import date
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.actor import actor
from renewal.cli.console import out
from renewal.cli.errors import UsageFault
from renewal.cli.paging import tell_of_more
from renewal.cli.stack import opened
from renewal.services.appointments import staff as appointment_staff
from renewal.services.appointments.centres import import_centres
from renewal.services.appointments.staff import FreeDay, ListedAppointment
from renewal.wording.staff import staff_sentence as sentence

WEEK = "mon tue wed thu fri sat sun".split()


def load_centres(file: Path, *, staff: str) -> None:
    """Load a file of centres and say what it came to."""
    who = actor(staff)
    with opened() as services:
        loaded = import_centres(services.store, file, at=services.now(), actor=who)
    told = {"added": loaded.added, "changed": loaded.changed, "unchanged": loaded.unchanged}
    out.print(sentence("centres.loaded", **told))


def list_appointments(*, centre: str, day: str, page: int, staff: str) -> None:
    """Print who comes when; names are masked."""
    on = _day(day)
    with opened() as services:
        listed, count = appointment_staff.list_appointments(
            services, staff=actor(staff), centre=centre, day=on, page=page
        )
    if not listed and count:
        out.print(sentence("list.no_page", page=page, count=count))
        return
    if not listed:
        out.print(sentence("appointments.none"))
        return
    table = _table("id", "day", "time", "centre", "seat", "permit", "name", "state")
    for appointment in listed:
        table.add_row(*(Text(cell) for cell in _listed(appointment)))
    out.print(table)
    tell_of_more(len(listed), count, page, appointment_staff.PAGE)


def cancel(appointment_id: int, *, staff: str) -> None:
    """Cancel one; the holder gets a text."""
    with opened() as services:
        appointment_staff.cancel_appointment(services, appointment_id, staff=actor(staff))
    out.print(sentence("appointments.cancelled", id=appointment_id))


def kept(appointment_id: int, *, staff: str) -> None:
    """Mark one as kept."""
    with opened() as services:
        marked = appointment_staff.keep_appointment(services, appointment_id, staff=actor(staff))
    out.print(sentence("appointments.kept" if marked else "appointments.kept_before", id=appointment_id))


def free(centre: str, *, days: int) -> None:
    """Print a centre's free seats by day."""
    with opened() as services:
        found = appointment_staff.free_days(services, centre, days=days)
    if not found:
        out.print(sentence("appointments.no_open_day", days=days))
        return
    table = _table("day", "free", "seats")
    for day in found:
        table.add_row(*_free(day))
    out.print(table)
    if not all(day.holidays_known for day in found):
        out.print(sentence("appointments.unpublished"))


def _listed(appointment: ListedAppointment) -> tuple[str, ...]:
    return (
        str(appointment.id),
        _named(appointment.day),
        f"{appointment.starts:%H:%M}",
        appointment.centre,
        str(appointment.seat or ""),
        appointment.permit_no,
        appointment.name,
        sentence(f"appointments.state.{appointment.state.value}"),
    )


def _free(day: FreeDay) -> tuple[str, ...]:
    mark = "" if day.holidays_known else "*"
    return f"{_named(day.day)}{mark}", str(day.free), str(day.seats)


def _named(day: date) -> str:
    return f"{day.isoformat()} {sentence(f'appointments.weekday.{WEEK[day.weekday()]}')}"


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(sentence(f"appointments.column.{column}"), no_wrap=column != "centre")
    return table


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageFault(sentence("appointments.bad_day", day=text)) from None
