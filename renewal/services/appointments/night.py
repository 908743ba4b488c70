"""After a night: appointments whose day has passed, whose permit was renewed, and those that waited for data.

Each step walks the appointments by id in batches of one transaction. What a batch did is in its rows' state, so
that a second run, or one after a kill, finds nothing left to do.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from renewal.domain import AppointmentState, Decision, Outcome, renewal_window
from renewal.services.app import Services
from renewal.services.appointments.centres import TAKEN
from renewal.services.appointments.telling import CLAUSE, note_change, slot_name, text_holder, when_and_where
from renewal.services.renewals.previewing import previews
from renewal.services.work import NIGHTLY, Work
from renewal.store.models import Appointment, Centre, Change, Holder, Permit

BATCH = 1000
BATCH_COMPARED = 200  # each of these is compared anew, so a batch of them takes longer
RENEWED_CLAUSE = "automatic.renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """An appointment with what its end is told by."""

    id: int
    permit_id: int
    day: date
    name: str
    expires_on: date


def after_night(services: Services, on: date) -> Counter[str]:
    """Bring the appointments up to a night of the day `on`; counts by what became of them.

    MISSED: approved, and the day has passed without staff marking it as kept. NEEDLESS: the permit was renewed
    meanwhile; the notice of that tells the holder. Then those that were asked for are settled.
    """
    counted: Counter[str] = Counter()
    counted["missed"] = _end_all(
        services,
        AppointmentState.MISSED,
        (Appointment.state == AppointmentState.APPROVED, Appointment.day < on),
        lambda _row: True,
        CLAUSE,
    )
    # Whoever holds a seat from today on and a permit that runs beyond any window from today was renewed.
    window = timedelta(days=services.rulebook.days("renewal.window_days", on))
    counted["needless"] = _end_all(
        services,
        AppointmentState.NEEDLESS,
        (Appointment.state.in_(TAKEN), Permit.expires_on > on + window),
        lambda row: row.day < renewal_window(row.expires_on, services.rulebook).opens_on,
        RENEWED_CLAUSE,
    )
    counted += settle_asked(services, on)
    return counted


def settle_asked(services: Services, on: date) -> Counter[str]:
    """Compare those that waited for data once more: approved, refused, or waiting on; the holders are told by text.

    One whose day has come without the data is refused, so that nobody comes for nothing or stays away for it.
    """
    counted: Counter[str] = Counter()
    after = 0
    while True:
        with Work.begin(services, actor=NIGHTLY) as work:
            rows = _asked(work.session, after)
            judged = previews(services, work.session, [row.permit_id for row, _, _ in rows], on)
            for row, centre, holder in rows:
                decision = judged[row.permit_id]
                if decision.outcome is Outcome.WAITING and row.day > on:
                    counted["waiting"] += 1
                    continue
                key = _settle(work, row, centre, decision)
                named = when_and_where(centre, row.day, row.starts)
                text_holder(work, holder, key, reasons=decision.reasons, **named)
                counted[row.state.value] += 1
        if len(rows) < BATCH_COMPARED:
            return counted
        after = rows[-1][0].id


def _asked(session: Session, after: int) -> Sequence[tuple[Appointment, Centre, Holder]]:
    query = (
        select(Appointment, Centre, Holder)
        .join(Centre, Centre.id == Appointment.centre_id)
        .join(Permit, Permit.id == Appointment.permit_id)
        .join(Holder, Holder.id == Permit.holder_id)
        .where(Appointment.state == AppointmentState.ASKED, Appointment.id > after)
        .order_by(Appointment.id)
        .limit(BATCH_COMPARED)
        .with_for_update(of=Appointment)
    )
    return [(row, centre, holder) for row, centre, holder in session.execute(query)]


def _settle(work: Work, row: Appointment, centre: Centre, decision: Decision) -> str:
    """Write what became of one; returns the text that tells it."""
    state, key = _JUDGED[decision.outcome]
    name = slot_name(centre.code, row.day, row.starts)
    row.state, row.reasons, row.updated_at = state, ",".join(decision.reasons), work.now
    approved = state is AppointmentState.APPROVED
    note_change(
        work,
        row.permit_id,
        state.value,
        appointment_id=row.id,
        was="" if approved else name,
        now=name if approved else "",
        why=decision.clause,
    )
    return key


_JUDGED = {
    Outcome.RENEWED: (AppointmentState.APPROVED, "sms_approved"),
    Outcome.FAILED: (AppointmentState.REFUSED, "sms_refused"),
    Outcome.WAITING: (AppointmentState.REFUSED, "sms_no_data"),
}


def _end_all(
    services: Services,
    state: AppointmentState,
    where: tuple[ColumnElement[bool], ...],
    ends: Callable[[_Row], bool],
    why: str,
) -> int:
    """Give a state to every appointment that is found and `ends`; returns how many."""
    ended = 0
    for batch in _found(services, where, ends):
        with Work.begin(services, actor=NIGHTLY) as work:
            ended += _end(work, batch, state, why)
    return ended


def _found(
    services: Services, where: tuple[ColumnElement[bool], ...], ends: Callable[[_Row], bool]
) -> Iterator[list[_Row]]:
    after = 0
    while True:
        with services.store.read() as session:
            query = (
                select(
                    Appointment.id,
                    Appointment.permit_id,
                    Appointment.day,
                    Appointment.starts,
                    Centre.code,
                    Permit.expires_on,
                )
                .join(Centre, Centre.id == Appointment.centre_id)
                .join(Permit, Permit.id == Appointment.permit_id)
                .where(*where, Appointment.id > after)
                .order_by(Appointment.id)
                .limit(BATCH)
            )
            rows = [
                _Row(
                    id=row_id,
                    permit_id=permit_id,
                    day=day,
                    name=slot_name(code, day, starts),
                    expires_on=expires_on,
                )
                for row_id, permit_id, day, starts, code, expires_on in session.execute(query)
            ]
        if due := [row for row in rows if ends(row)]:
            yield due
        if len(rows) < BATCH:
            return
        after = rows[-1].id


def _end(work: Work, rows: Sequence[_Row], state: AppointmentState, why: str) -> int:
    """Only those that still stand: a holder may have cancelled, or staff marked one, since they were read."""
    now = work.now
    changed = set(
        work.session.scalars(
            update(Appointment)
            .where(Appointment.id.in_([row.id for row in rows]), Appointment.state.in_(TAKEN))
            .values(state=state, updated_at=now)
            .returning(Appointment.id)
        )
    )
    told = [
        {
            "permit_id": row.permit_id,
            "at": now,
            "actor": work.actor,
            "action": f"appointment.{state.value}",
            "appointment_id": row.id,
            "was": row.name,
            "now": "",
            "why": why,
            "rulebook_version": work.services.rulebook.version,
        }
        for row in rows
        if row.id in changed
    ]
    if told:
        work.session.execute(insert(Change), told)
    return len(changed)
