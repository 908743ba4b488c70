"""What a holder is told of an appointment, on the conversation's channel or by a text of its own, and its history."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.forms.outlook import Booked
from renewal.dialogue.says import BotMessage
from renewal.domain.appointments import Slot
from renewal.services.app import Services
from renewal.services.appointments.centres import holidays_known
from renewal.services.jobs import REPLIES, SEND_DELIVERY
from renewal.services.talks.answers import render
from renewal.services.texts import delivery
from renewal.store.models import Appointment, Centre, Change, Holder

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
    services: Services,
    session: Session,
    holder: Holder,
    key: str,
    *,
    language: str = "",
    at_once: bool = True,
    not_after_at: datetime | None = None,
    **values: Any,
) -> None:
    """Queue a text to the number on file, within the caller's transaction; to one known to be bad, none.

    Not `at_once`, the worker's next rounds put it on its queue: for many texts, one job each costs more than the
    texts themselves. After `not_after_at` it is given up.
    """
    if not holder.phone_ok:
        return
    wording = services.wording.edition(language)
    today, now = services.today(), services.now()
    body = wording.render(f"appointment.{key}", channel="sms", on=today, today=today, **values)
    delivery_id = delivery.create(
        session,
        phone=holder.phone,
        phone_hash=holder.phone_hash,
        body=wording.render("sms.signature") + body,
        provider=services.settings.provider,
        now=now,
        not_before_at=None if at_once else now,
        not_after_at=not_after_at,
    )
    if at_once:
        job = f"send:{delivery_id}"
        services.jobs.enqueue(
            session, SEND_DELIVERY, REPLIES, delivery_id, id=job, partition=holder.phone_hash
        )


def note_change(
    services: Services,
    session: Session,
    permit_id: int,
    action: str,
    *,
    actor: str,
    appointment_id: int | None = None,
    was: str = "",
    now: str = "",
    why: str = CLAUSE,
) -> None:
    """Keep in the permit's history what became of an appointment."""
    session.add(
        Change(
            permit_id=permit_id,
            at=services.now(),
            actor=actor,
            action=f"appointment.{action}",
            appointment_id=appointment_id,
            was=was,
            now=now,
            why=why,
            rulebook_version=services.rulebook.version,
        )
    )
