"""Texts that did not get through, with the reason, and another try for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from renewal.domain import RenewalError
from renewal.services.app import Services
from renewal.services.texts.delivery_states import put_back, return_to
from renewal.services.texts.holds import NOTICES
from renewal.services.texts.provider import DeliveryState
from renewal.services.texts.quiet_hours import next_daytime
from renewal.services.texts.suppression import suppressed_among
from renewal.services.work import Work
from renewal.store.models import Delivery, DeliveryEvent, Notice, Permit
from renewal.wording.staff import has_sentence, staff_sentence

DEAD = (DeliveryState.FAILED.value, DeliveryState.EXPIRED.value)
NO_PHONE = ""  # the phone's hash of an emptied text: nobody is left to send it to


class NothingToRetry(RenewalError):
    """No text that failed or expired is meant by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One text that did not get through. `permit` is empty for an answer; `reason` is for staff."""

    id: str
    ended_at: datetime
    template: str
    permit: str
    state: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """How many texts go out once more, and how many do not, as their numbers get none."""

    again: int
    unwanted: int


def list_dead(services: Services, *, limit: int, page: int = 1) -> tuple[tuple[DeadLetter, ...], int]:
    """A page of `limit` texts that did not get through, newest first, and how many there are in all."""
    query = (
        select(Delivery, Permit.number)
        .outerjoin(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Permit, Permit.id == Notice.permit_id)
        .where(Delivery.state.in_(DEAD))
        .order_by(Delivery.updated_at.desc(), Delivery.id)
        .offset((page - 1) * limit)
        .limit(limit)
    )
    with services.store.read() as session:
        rows = session.execute(query).all()
    return tuple(_dead(row, permit or "") for row, permit in rows), count_dead(services)


def count_dead(services: Services) -> int:
    """How many texts did not get through."""
    with services.store.read() as session:
        counted = select(func.count()).select_from(Delivery).where(Delivery.state.in_(DEAD))
        return session.scalar(counted) or 0


def reason_of(row: Delivery) -> str:
    """Why a text did not get through, for staff; empty where it did or still may."""
    if row.state not in DEAD:
        return ""
    key = f"sending.reason.{row.failure if row.state == DeliveryState.FAILED else row.state}"
    return staff_sentence(key if has_sentence(key) else "sending.reason.other")


def retry_permit(services: Services, permit: str, *, staff: str) -> Retried:
    """Send the notices of a permit that did not get through once more.

    Raises:
        NothingToRetry: it has none.
    """
    notices = (
        select(Notice.id).join(Permit, Permit.id == Notice.permit_id).where(Permit.number == permit.strip())
    )
    return _retry(services, Delivery.notice_id.in_(notices), permit, staff)


def retry_text(services: Services, beginning: str, *, staff: str) -> Retried:
    """Send the text whose id begins like that once more.

    Raises:
        NothingToRetry: no such text failed or expired.
    """
    return _retry(services, Delivery.id.startswith(beginning, autoescape=True), beginning, staff)


def _retry(services: Services, which: ColumnElement[bool], asked: str, staff: str) -> Retried:
    with Work.begin(services, actor=staff) as work:
        session, now = work.session, work.now
        query = select(Delivery).where(which, Delivery.state.in_(DEAD), Delivery.phone_hash != NO_PHONE)
        rows: Sequence[Delivery] = session.scalars(query.with_for_update()).all()
        if not rows or not asked.strip():
            raise NothingToRetry(staff_sentence("sending.nothing_to_retry", asked=asked))
        unwanted = suppressed_among(session, {row.phone_hash for row in rows})
        again = [row for row in rows if row.phone_hash not in unwanted]
        for row in again:
            goes_at = next_daytime(services.settings, now) if row.lane == NOTICES else now
            bring_back(session, row, goes_at, now)
            work.audit("text.retried", f"text:{row.id}")
        return Retried(again=len(again), unwanted=len(rows) - len(again))


def bring_back(session: Session, row: Delivery, goes_at: datetime, now: datetime) -> None:
    """Another try from the beginning; one of which nobody knows whether it went out is asked after, not sent."""
    row.created_at = now  # it waits from now on, and is given up as long after
    if _state_before(session, row) == DeliveryState.UNCERTAIN:
        return_to(session, row, DeliveryState.UNCERTAIN, raw="another try", now=now)
        return
    put_back(session, row, raw="another try", not_before_at=goes_at, now=now)
    row.attempts, row.failure, row.error_code, row.provider_ref = 0, None, None, None
    row.not_after_at = None


def _state_before(session: Session, row: Delivery) -> str | None:
    """The state in which it was given up; None where it was not given up."""
    if row.state != DeliveryState.EXPIRED:
        return None
    return session.scalar(
        select(DeliveryEvent.state_from)
        .where(DeliveryEvent.delivery_id == row.id, DeliveryEvent.state_to == DeliveryState.EXPIRED.value)
        .order_by(DeliveryEvent.id.desc())
        .limit(1)
    )


def _dead(row: Delivery, permit: str) -> DeadLetter:
    return DeadLetter(
        id=row.id,
        ended_at=row.updated_at,
        template=row.template,
        permit=permit,
        state=row.state,
        code=row.error_code or "",
        reason=reason_of(row),
    )
