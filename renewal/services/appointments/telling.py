"""What a holder is told of an appointment, on the conversation's channel or by a text of its own, and its history."""

from datetime import date, time
from typing import Any

from renewal.dialogue.case import Case
from renewal.dialogue.forms.outlook import Booked
from renewal.dialogue.says import BotMessage
from renewal.domain.appointments import Slot
from renewal.services.app import Services
from renewal.services.appointments.centres import holidays_known
from renewal.services.talks.answers import render
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import by_template
from renewal.services.work import Work
from renewal.store.models import Appointment, Centre, Holder

CLAUSE = "online.appointment"


def booked_row(row: Appointment, centre: Centre) -> Booked:
    """An appointment as it is told."""
    return Booked(
        id=row.id,
        permit_id=row.permit_id,
        slot=Slot(centre_id=row.centre_id, day=row.day, starts=row.starts),
        centre_code=centre.code,
        centre=centre.name,
        address=centre.address,
        state=row.state,
    )


def slot_name(centre_code: str, day: date, starts: time) -> str:
    """A slot as the history keeps it: `2026-12-01 09:00 XH-1`."""
    return f"{day.isoformat()} {starts:%H:%M} {centre_code}"


def when_and_where(centre: Centre | Booked, day: date, starts: time) -> dict[str, Any]:
    """What a wording about an appointment may name."""
    return {
        "centre": centre.name if isinstance(centre, Centre) else centre.centre,
        "address": centre.address,
        "come_on": day,
        "come_at": f"{starts:%H:%M}",
        "weekday": day.weekday(),
        "holidays_known": holidays_known(day),
    }


def tell(services: Services, case: Case, key: str, booked: Booked, **values: Any) -> BotMessage:
    """An entry of the wording about an appointment."""
    named = when_and_where(booked, booked.slot.day, booked.slot.starts)
    return render(services, case, f"appointment.{key}", **named, **values)


def text_holder(
    work: Work,
    holder: Holder,
    key: str,
    *,
    language: str = "",
    awaited: bool = False,
    **values: Any,
) -> None:
    """Queue a text to the number on file, within the caller's transaction; to one known to be bad, none.

    `awaited` says that the holder asked for it just now: it leaves at any hour.
    """
    if not holder.phone_ok:
        return
    text = outbox.Text(
        phone=holder.phone,
        phone_hash=holder.phone_hash,
        said=by_template(work.services, f"appointment.{key}", language=language, **values),
        lane=holds.REPLIES if awaited else holds.NOTICES,
    )
    outbox.post(work, text)


def note_change(
    work: Work,
    permit_id: int,
    action: str,
    *,
    appointment_id: int | None = None,
    was: str = "",
    now: str = "",
    why: str = CLAUSE,
) -> None:
    """Keep in the permit's history what became of an appointment."""
    work.change(permit_id, f"appointment.{action}", appointment_id=appointment_id, was=was, now=now, why=why)
