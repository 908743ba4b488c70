"""Why a permit is in its state, in words for staff: how it stands, what happened to it, what the bureaus know now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import (
    ApplicationState,
    AppointmentState,
    Fact,
    Field,
    FieldState,
    Outcome,
    PermitState,
    RenewalError,
    compared_fields,
    field_state,
    fresh_since,
    permit_state,
    reinstatement_deadline,
    renewal_window,
)
from renewal.language.masking import mask_name
from renewal.language.records import number_as_kept
from renewal.services.app import Services
from renewal.services.explaining.events import (
    Event,
    application_line,
    appointment_line,
    events_of,
    last_decision,
    last_renewal,
)
from renewal.services.explaining.sentences import (
    category_name,
    cite,
    field_names,
    label,
    lack,
    left,
    moment,
    say,
    source_of,
)
from renewal.store.models import (
    Application,
    Appointment,
    BureauFact,
    Centre,
    Comparison,
    Holder,
    Permit,
    Record,
)
from renewal.store.types import fields

OPEN_SEATS = (AppointmentState.ASKED, AppointmentState.APPROVED)
STANDING = {
    ApplicationState.RETURNED: "application.returned",
    ApplicationState.IN_REVIEW: "application.open",
    ApplicationState.PASSED: "application.open",
}


class UnknownPermit(RenewalError):
    """There is no permit of that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNow:
    """How one compared field stands now; `source` and `as_of_on` are empty where no bureau has told of it."""

    field: str
    state: FieldState
    says: str
    source: str
    as_of_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a permit is in its state.

    `headline` is one sentence, `because` the lines that explain it; `events` go from the oldest to the newest.
    `known` is about the period that ends on the permit's day of expiry; `about` says from which day on facts
    count for it. No name in full, no phone and no compared value.
    """

    who: str
    headline: str
    because: tuple[str, ...]
    events: tuple[Event, ...]
    about: tuple[str, ...]
    known: tuple[FieldNow, ...]


def explain(services: Services, number: str) -> Explanation:
    """Everything that is on file about why the permit of that number is in its state today.

    Raises:
        UnknownPermit: there is none.
        RuleNotInForce: the rulebook has no renewal window on the permit's day of expiry.
    """
    with services.store.read() as session:
        permit = session.scalar(select(Permit).where(Permit.number == number_as_kept(number)))
        if permit is None:
            raise UnknownPermit(say("unknown", permit=number.strip()))
        holder = session.get_one(Holder, permit.holder_id)
        return Explanation(
            who=say(
                "who",
                permit=permit.number,
                holder=mask_name(holder.name),
                category=category_name(services, holder.category),
                district=holder.district,
            ),
            headline=_headline(services, session, permit),
            because=tuple(_because(services, session, permit)),
            events=events_of(services, session, permit, holder),
            about=_about(services, permit),
            known=_known(services, session, permit, holder),
        )


def _headline(services: Services, session: Session, permit: Permit) -> str:
    """The state today, in one sentence.

    Source: clauses renewal.window_days, overdue.effect, overdue.restore_days, overdue.restore_effect and
    overdue.beyond.
    """
    rules, today, expires_on = services.rulebook, services.today(), permit.expires_on
    state = permit_state(expires_on, today, rules)
    if state is PermitState.VALID:
        renewal = last_renewal(session, permit)
        if renewal is None:
            return say("head.valid", expires=expires_on, opens=renewal_window(expires_on, rules).opens_on)
        how, at = say(f"head.renewed.{renewal.action}"), moment(renewal.at)
        return say("head.renewed", expires=expires_on, at=at, how=how, was=renewal.was, now=renewal.now)
    if state is PermitState.IN_WINDOW:
        decision = last_decision(session, permit)
        return say(
            f"head.in_window.{decision.outcome if decision else 'none'}",
            expires=expires_on,
            left=left((expires_on - today).days),
            **_decided(services, decision),
        )
    deadline_on = reinstatement_deadline(expires_on, rules)
    return say(
        f"head.{state}",
        expires=expires_on,
        late=(today - expires_on).days,
        effect=rules.text("overdue.effect", expires_on),
        deadline=deadline_on,
        left=left((deadline_on - today).days),
        restored=rules.text("overdue.restore_effect", expires_on),
        beyond=rules.text("overdue.beyond", expires_on),
        note=rules.clause("overdue.beyond").note.rstrip("。") + "。",
    )


def _because(services: Services, session: Session, permit: Permit) -> Iterator[str]:
    """What explains the headline: the last decision, the clauses, what is open at the window."""
    state = permit_state(permit.expires_on, services.today(), services.rulebook)
    decision, renewal = last_decision(session, permit), last_renewal(session, permit)
    if state is PermitState.VALID and renewal:
        yield cite(services, renewal.why, permit.expires_on)
    if state is PermitState.IN_WINDOW and decision:
        yield cite(services, decision.clause, decision.compared_on)
    if state in {PermitState.SUSPENDED, PermitState.LAPSED}:
        told = decision.outcome if decision and decision.outcome is not Outcome.RENEWED else "none"
        yield say(f"why.{told}", **_decided(services, decision))
        yield cite(services, "overdue.effect", permit.expires_on)
        yield from _later(
            services, "overdue.restore_effect" if state is PermitState.SUSPENDED else "overdue.beyond"
        )
    yield from _open_applications(session, permit)


def _decided(services: Services, decision: Comparison | None) -> dict[str, str]:
    if decision is None:
        return {"reasons": "", "lack": ""}
    return {
        "reasons": field_names(services, fields(decision.reasons)),
        "lack": lack(services, fields(decision.missing), fields(decision.stale)),
    }


def _later(services: Services, key: str) -> Iterator[str]:
    """What newer practice says beside a clause, each with how sure that is."""
    today = services.today()
    for clause in services.rulebook.later(key, today):
        yield say(
            "later",
            text=clause.value(today),
            source=source_of(services, clause),
            certainty=say(f"certainty.{clause.certainty}"),
        )


def _open_applications(session: Session, permit: Permit) -> Iterator[str]:
    applications = select(Application).where(
        Application.permit_id == permit.id, Application.state.in_(STANDING)
    )
    for application in session.scalars(applications):
        yield say(STANDING[application.state], what=application_line(application))
    seats = (
        select(Appointment, Centre)
        .join(Centre, Centre.id == Appointment.centre_id)
        .where(Appointment.permit_id == permit.id, Appointment.state.in_(OPEN_SEATS))
    )
    for seat, centre in session.execute(seats):
        yield say("appointment.open", what=appointment_line(seat, centre))


def _about(services: Services, permit: Permit) -> tuple[str, ...]:
    since_on = fresh_since(permit.expires_on, services.rulebook)
    about = say("now.about", period=permit.expires_on, since=since_on)
    return (about, say("now.early", since=since_on)) if services.today() < since_on else (about,)


def _known(services: Services, session: Session, permit: Permit, holder: Holder) -> tuple[FieldNow, ...]:
    record = session.get(Record, permit.id)
    filed = record.values if record else {}
    facts = {
        row.field: Fact(value=row.value, as_of_on=row.as_of_on, source=row.source)
        for row in session.scalars(select(BureauFact).where(BureauFact.permit_id == permit.id))
    }
    since_on = fresh_since(permit.expires_on, services.rulebook)
    today = services.today()
    compared = compared_fields(holder.category, services.rulebook, today)
    return tuple(
        _field_now(services, name, filed.get(name), facts.get(name), since_on, early=today < since_on)
        for name in compared
    )


def _field_now(
    services: Services, name: Field, ours: str | None, fact: Fact | None, since_on: date, *, early: bool
) -> FieldNow:
    state = field_state(ours, fact, since_on)
    says = f"now.{state}"
    if state is FieldState.MISSING and not ours:
        says = "now.unfiled"
    elif state is FieldState.STALE and early:
        says = "now.not_yet"  # before its window nothing can speak for a period
    return FieldNow(
        field=field_names(services, (name,)),
        state=state,
        says=say(says),
        source=label("source", fact.source) if fact else "",
        as_of_on=fact.as_of_on if fact else None,
    )
