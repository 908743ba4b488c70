"""The notices that were made and how far each got, for staff to read. Names come out masked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from renewal.domain import Field, RenewalError
from renewal.language.masking import mask_name
from renewal.services.app import Services
from renewal.services.texts.dead_letters import reason_of
from renewal.services.texts.provider import DeliveryState
from renewal.store.models import Delivery, DeliveryEvent, Holder, Notice, NoticeBatch, Permit
from renewal.wording.staff import staff_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNotice:
    """One notice. `state` and `attempts` are its text's; a holder whose number is bad gets none (`state` empty).

    A text that its batch's job has still to make counts as pending.
    """

    made_at: datetime
    holder: str
    permit: str
    kind: str
    reasons: tuple[Field, ...]
    period_on: date
    state: str
    attempts: int
    error_code: str


class NoNotices(RenewalError):
    """A permit of that number has no notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """One step of a notice's text; `reason` stands at the last one of a text that did not get through."""

    kind: str
    at: datetime
    state: str
    raw: str
    reason: str


def list_notices(services: Services, *, limit: int) -> tuple[tuple[ListedNotice, ...], int]:
    """The newest `limit` notices, newest first, and how many there are in all."""
    query = (
        select(Notice, Holder, Permit.number, Delivery, NoticeBatch)
        .join(Holder, Notice.holder_id == Holder.id)
        .join(Permit, Notice.permit_id == Permit.id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .outerjoin(NoticeBatch, NoticeBatch.id == Notice.batch_id)
        .order_by(Notice.created_at.desc(), Notice.id)
        .limit(limit)
    )
    with services.store.read() as session:
        count = session.scalar(select(func.count()).select_from(Notice)) or 0
        rows = session.execute(query).all()
    return tuple(_listed(*row) for row in rows), count


def course_of(services: Services, permit: str) -> tuple[NoticeStep, ...]:
    """Each step of the notices of a permit, oldest first; one that got no text has a step of its own.

    Raises:
        NoNotices: it has none.
    """
    query = (
        select(Notice, Delivery, DeliveryEvent)
        .join(Permit, Notice.permit_id == Permit.id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .outerjoin(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(Permit.number == permit.strip())
        .order_by(Notice.created_at, DeliveryEvent.id)
    )
    with services.store.read() as session:
        rows = session.execute(query).all()
    if not rows:
        raise NoNotices(staff_sentence("notices.unknown", permit=permit))
    last = {notice.id: number for number, (notice, _, _) in enumerate(rows)}
    return tuple(
        _step(notice, row, event, ended=last[notice.id] == number)
        for number, (notice, row, event) in enumerate(rows)
    )


def _step(notice: Notice, row: Delivery | None, event: DeliveryEvent | None, *, ended: bool) -> NoticeStep:
    if row is None or event is None:
        state = "" if row is None else row.state
        return NoticeStep(kind=notice.kind, at=notice.created_at, state=state, raw="", reason="")
    reason = reason_of(row) if ended else ""
    return NoticeStep(kind=notice.kind, at=event.at, state=event.state_to, raw=event.raw, reason=reason)


def _listed(
    notice: Notice, holder: Holder, permit: str, delivery: Delivery | None, batch: NoticeBatch | None
) -> ListedNotice:
    to_be_made = batch is not None and batch.composed_at is None and holder.phone_ok
    unmade = DeliveryState.PENDING.value if to_be_made else ""
    return ListedNotice(
        made_at=notice.created_at,
        holder=mask_name(holder.name),
        permit=permit,
        kind=notice.kind,
        reasons=tuple(Field(reason) for reason in notice.reasons.split(",") if reason),
        period_on=notice.period_on,
        state=delivery.state if delivery else unmade,
        attempts=delivery.attempts if delivery else 0,
        error_code=(delivery.error_code or "") if delivery else "",
    )
