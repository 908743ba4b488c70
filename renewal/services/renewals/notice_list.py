"""The notices that were made and how far each got, for staff to read. Names come out masked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from renewal.domain import Field
from renewal.language.masking import mask_name
from renewal.services.app import Services
from renewal.services.texts.provider import DeliveryState
from renewal.store.models import Delivery, Holder, Notice, NoticeBatch, Permit


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
