"""Opens a conversation as that of a sample holder in a situation, for demonstrations and evaluation."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from renewal.domain import ApplicationState, AppointmentState, Field, Housing, Situation
from renewal.domain.application import OPEN_STATES, Reviewer
from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.services.applications import handling
from renewal.services.applications.handling import Intake
from renewal.services.appointments.centres import TAKEN
from renewal.services.samples.sample import find_sample
from renewal.services.texts import suppression
from renewal.store.models import Application, Appointment, Conversation, Notice, Permit, opaque_id

FAILURES = tuple(f"failure:{field.value}" for field in Field)
OTHERS = ("no-result", "renewed", "overdue", "matching")
APPLICATIONS = ("application:accepted", "application:returned", "application:refused")
SCENARIOS = FAILURES + OTHERS + APPLICATIONS
STAFF = "样例窗口"
MOVED = Situation(address_changed=True, housing=Housing.RENTED)
FORM = "application_form"
REASON = "样例：材料与核查情况不符"


class UnknownScenario(RenewalError):
    """There is no such scenario."""


class NoSampleHolder(RenewalError):
    """The store has no sample holder in that situation; `renewal sample` makes them."""


def open_scenario(services: Services, name: str, channel: Literal["sms", "web"]) -> str:
    """A new conversation of a sample holder in that situation; on SMS the holder is known by number.

    What earlier conversations left open for that holder, an appointment or an application, is closed first, and
    a number that opted out gets texts again.

    Raises:
        UnknownScenario: no scenario has that name.
        NoSampleHolder: the store holds no such sample holder.
    """
    if name not in SCENARIOS:
        raise UnknownScenario(f"没有场景 {name}。可用的有：{'、'.join(SCENARIOS)}")
    with services.store.session() as session:
        permit = _permit(services, session, name)
        _close_what_is_open(session, permit, services.now())
    if name in APPLICATIONS:
        _hand_in(services, permit, name)
    with services.store.session() as session:
        permit = _permit(services, session, name)
        notice = _notice(services, session, permit, name)
        known = channel == "sms"
        now = services.now()
        talk = Conversation(
            id=opaque_id(),
            channel=channel,
            phone=permit.holder.phone if known else None,
            phone_hash=permit.holder.phone_hash if known else None,
            holder_id=permit.holder_id,
            notice_id=notice.id if notice else None,
            created_at=now,
            last_at=now,
        )
        session.add(talk)
        return talk.id


def _permit(services: Services, session: Session, name: str) -> Permit:
    mismatch = Field(name.split(":", 1)[1]) if name in FAILURES else None
    if name in APPLICATIONS:
        mismatch = Field.ADDRESS
    situation = "failure" if mismatch else name.replace("-", "_")
    if name == "matching":
        situation = "renewed"  # as it is before the night that renews
    # Who is told nothing must not be somebody whom another scenario tells: on SMS the last notice counts.
    found = find_sample(
        session,
        mismatch=mismatch,
        situation=situation,
        today=services.today(),
        other=name == "matching" or name in APPLICATIONS,
    )
    if found is None:
        raise NoSampleHolder(f"库里没有适合“{name}”的样例持证人，请先运行 renewal sample")
    return found


def _close_what_is_open(session: Session, permit: Permit, now: datetime) -> None:
    seats = update(Appointment).where(Appointment.permit_id == permit.id, Appointment.state.in_(TAKEN))
    session.execute(seats.values(state=AppointmentState.CANCELLED))
    applications = update(Application).where(Application.permit_id == permit.id)
    told_of = (*OPEN_STATES, ApplicationState.REFUSED)
    session.execute(
        applications.where(Application.state.in_(told_of)).values(state=ApplicationState.WITHDRAWN)
    )
    suppression.lift(session, permit.holder.phone_hash, now)


def _hand_in(services: Services, permit: Permit, name: str) -> None:
    """Let the holder, who moved to a rented home, have handed in papers at the window."""
    papers = frozenset({FORM}) if name == "application:returned" else None
    opened = handling.open_application(
        services, permit.number, Intake(situation=MOVED, papers=papers), staff=STAFF
    )
    if name == "application:refused":
        handling.refuse_application(
            services, str(opened.application.id), Reviewer.EMPLOYMENT, REASON, staff=STAFF
        )


def _notice(services: Services, session: Session, permit: Permit, name: str) -> Notice | None:
    """The notice that the holder has just been sent, found or made; no text goes out for it."""
    kind = {"no-result": "no_result", "renewed": "renewed"}.get(name, "failure" if name in FAILURES else "")
    if not kind:
        return None
    query = select(Notice).where(
        Notice.permit_id == permit.id, Notice.kind == kind, Notice.period_on == permit.expires_on
    )
    notice = session.scalars(query).first()
    if notice is None:
        notice = Notice(
            id=opaque_id(),
            permit_id=permit.id,
            holder_id=permit.holder_id,
            period_on=permit.expires_on,
            kind=kind,
            reasons=name.split(":", 1)[1] if name in FAILURES else "",
            created_at=services.now(),
        )
        session.add(notice)
        session.flush()
    return notice
