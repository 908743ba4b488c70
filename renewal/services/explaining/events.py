"""What happened to a permit, oldest first: its origin, visits, decisions, changes, applications, seats, notices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import Field, VisitFinding
from renewal.services.app import Services
from renewal.services.explaining.sentences import (
    actor,
    cite,
    field_names,
    label,
    lack,
    moment,
    paper_name,
    say,
)
from renewal.settings import SHANGHAI
from renewal.store.models import (
    Application,
    Appointment,
    Centre,
    Change,
    Comparison,
    Delivery,
    Holder,
    Notice,
    NoticeBatch,
    Permit,
    Visit,
)
from renewal.store.types import fields
from renewal.wording.staff import has_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `whole_day`: only its day is known. `clause` is the rule that it rests on.

    `kind` says what it is of: permit, visit, night, application, appointment, notice, or what a caller adds. `ref` is
    the id of the row that tells more, where a page shows one.
    """

    at: datetime
    text: str
    kind: str = "permit"
    ref: str = ""
    details: tuple[str, ...] = ()
    clause: str = ""
    whole_day: bool = False

    @property
    def when(self) -> str:
        """Its day in Shanghai, and its minute where that is known."""
        return f"{self.at.astimezone(SHANGHAI):%Y-%m-%d}" if self.whole_day else moment(self.at)


def events_of(services: Services, session: Session, permit: Permit, holder: Holder) -> tuple[Event, ...]:
    """Everything on file about a permit's course, oldest first; a clause is told whole where it first decides."""
    found = [_origin(holder)]
    sources: tuple[Callable[[Services, Session, Permit], Iterator[Event]], ...] = (
        _visits,
        _decisions,
        _changes,
        _applications,
        _appointments,
    )
    for source in sources:
        found += source(services, session, permit)
    found += _notices(services, session, permit, holder)
    seen: set[str] = set()
    told = []
    for event in sorted(found, key=lambda event: event.at):
        cited = cite(
            services, event.clause, event.at.astimezone(SHANGHAI).date(), in_full=event.clause not in seen
        )
        seen.add(event.clause)
        told.append(replace(event, details=(*event.details, cited)) if cited else event)
    return tuple(told)


def application_line(application: Application) -> str:
    """An application by its number, its receipt and where it stands."""
    key = "event.application_named" if application.receipt_no else "event.application_unnamed"
    return say(
        key, id=application.id, receipt=application.receipt_no, state=label("state", application.state)
    )


def appointment_line(seat: Appointment, centre: Centre) -> str:
    """An appointment: where, when, and what became of it."""
    return say(
        "event.appointment_named",
        centre=centre.name,
        day=seat.day,
        starts=f"{seat.starts:%H:%M}",
        state=label("seat", seat.state),
    )


def _origin(holder: Holder) -> Event:
    return Event(at=holder.created_at, text=say(f"event.{holder.origin}"))


def _visits(_services: Services, session: Session, permit: Permit) -> Iterator[Event]:
    for visit in session.scalars(select(Visit).where(Visit.permit_id == permit.id).order_by(Visit.id)):
        recorded_on = visit.recorded_at.astimezone(SHANGHAI).date()
        yield Event(
            kind="visit",
            at=datetime.combine(visit.visited_on, time(), SHANGHAI),
            whole_day=True,
            text=say(
                "event.visit_renewed" if visit.renewed else "event.visit",
                way=say(f"way.{visit.way}"),
                finding=say(f"finding.{visit.finding}"),
                period=visit.period_on,
            ),
            details=() if recorded_on == visit.visited_on else (say("event.recorded", day=recorded_on),),
            clause="automatic.step_one_on_the_spot" if visit.renewed else "automatic.step_one",
        )


def _decisions(services: Services, session: Session, permit: Permit) -> Iterator[Event]:
    query = select(Comparison).where(Comparison.permit_id == permit.id).order_by(Comparison.id)
    for made in session.scalars(query):
        reasons = field_names(services, fields(made.reasons))
        lacked = lack(services, fields(made.missing), fields(made.stale))
        yield Event(
            kind="night",
            at=made.at,
            text=say(f"event.decision.{made.outcome}", reasons=reasons, period=made.period_on),
            details=(
                *((say("event.lack", lack=lacked),) if lacked else ()),
                _by(services, made.actor, made.rulebook_version),
            ),
            clause=made.clause,
        )


def _changes(services: Services, session: Session, permit: Permit) -> Iterator[Event]:
    for change in session.scalars(select(Change).where(Change.permit_id == permit.id).order_by(Change.id)):
        yield Event(
            at=change.at,
            text=_change_text(services, change),
            details=(_by(services, change.actor, change.rulebook_version),),
            clause=change.why,
        )


def _change_text(services: Services, change: Change) -> str:
    was, now = _plain(services, change.was), _plain(services, change.now)
    if not (was or now) and has_sentence(f"explain.change.{change.action}.bare"):
        return say(f"change.{change.action}.bare")
    if has_sentence(f"explain.change.{change.action}"):
        return say(f"change.{change.action}", was=was, now=now)
    return say("change.other" if was else "change.other_bare", action=change.action, was=was, now=now)


def _plain(services: Services, value: str) -> str:
    """A changed value in words where it is a visit, fields, papers or a state; anything else stands as it is."""
    parts = value.split(",")
    if parts[0] in set(VisitFinding):
        return "、".join(label("finding", part) for part in parts)
    papers = [paper_name(services, part) for part in parts]
    if all(papers):
        return "、".join(papers)
    if all(part in set(Field) for part in parts):
        return field_names(services, fields(value))
    return label("state", label("seat", value))


def _by(services: Services, who: str, version: str) -> str:
    now = services.rulebook.version
    return say("event.by" if version == now else "event.by_old", actor=actor(who), version=version, now=now)


def _applications(_services: Services, session: Session, permit: Permit) -> Iterator[Event]:
    query = select(Application).where(Application.permit_id == permit.id).order_by(Application.id)
    for application in session.scalars(query):
        yield Event(
            kind="application",
            at=application.created_at,
            text=say("event.application", what=application_line(application), period=application.period_on),
        )


def _appointments(_services: Services, session: Session, permit: Permit) -> Iterator[Event]:
    query = (
        select(Appointment, Centre)
        .join(Centre, Centre.id == Appointment.centre_id)
        .where(Appointment.permit_id == permit.id)
        .order_by(Appointment.id)
    )
    for seat, centre in session.execute(query):
        yield Event(
            kind="appointment",
            at=seat.created_at,
            text=say("event.appointment", what=appointment_line(seat, centre)),
        )


def _notices(services: Services, session: Session, permit: Permit, holder: Holder) -> Iterator[Event]:
    query = (
        select(Notice, Delivery, NoticeBatch)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .outerjoin(NoticeBatch, NoticeBatch.id == Notice.batch_id)
        .where(Notice.permit_id == permit.id)
        .order_by(Notice.created_at, Notice.id)
    )
    for notice, delivery, batch in session.execute(query):
        yield Event(
            kind="notice",
            ref=notice.id,
            at=notice.created_at,
            text=say(
                "event.notice_reasons" if notice.reasons else "event.notice",
                kind=label("notice", notice.kind),
                reasons=field_names(services, fields(notice.reasons)),
                period=notice.period_on,
            ),
            details=(_text_line(delivery, batch, holder),),
        )


def _text_line(delivery: Delivery | None, batch: NoticeBatch | None, holder: Holder) -> str:
    """What became of a notice's text."""
    if delivery is None:
        if not holder.phone_ok:
            return say("event.no_text.bad_phone")
        return say("event.no_text.queued" if batch and not batch.composed_at else "event.no_text.none")
    key = "event.text_code" if delivery.error_code else "event.text_at"
    return say(
        key, state=label("delivery", delivery.state), at=moment(delivery.updated_at), code=delivery.error_code
    )


def last_renewal(session: Session, permit: Permit) -> Change | None:
    """The change that made the permit expire on the day on which it now does, or None."""
    query = (
        select(Change)
        .where(
            Change.permit_id == permit.id,
            Change.action.in_(("renewed", "endorsed")),
            Change.now == permit.expires_on.isoformat(),
        )
        .order_by(Change.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def last_decision(session: Session, permit: Permit) -> Comparison | None:
    """The last decision on the permit's present period, or None."""
    query = (
        select(Comparison)
        .where(Comparison.permit_id == permit.id, Comparison.period_on == permit.expires_on)
        .order_by(Comparison.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()
