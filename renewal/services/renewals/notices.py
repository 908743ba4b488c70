"""Notices: decided in batches, put into words and sent batch by batch, each once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from renewal.dialogue.days import notice_values
from renewal.domain import endorsed_until
from renewal.services.app import Services
from renewal.services.jobs import NOTICES, SEND_NOTICE_BATCH
from renewal.services.texts import holds, outbox
from renewal.services.texts.meaning import still_so
from renewal.services.texts.said import Said, by_template
from renewal.services.work import WORKER, Work
from renewal.store.models import Delivery, Holder, Notice, NoticeBatch, Permit
from renewal.store.types import fields


def open_batch(session: Session, now: datetime, *, night_id: int | None = None) -> int:
    """A new, empty batch of notices; returns its id."""
    batch = NoticeBatch(night_id=night_id, created_at=now)
    session.add(batch)
    session.flush()
    return batch.id


def enqueue_batch(work: Work, batch_id: int, *, again: str = "") -> None:
    """Have the batch put into words and sent once `work` commits; `again` names another try of a lost job."""
    work.enqueue(SEND_NOTICE_BATCH, NOTICES, batch_id, id=f"notice-batch-{batch_id}{again and '-' + again}")


def compose_next(services: Services, batch_id: int, most: int) -> int:
    """Put up to `most` of the batch's notices into words, to be sent by day; returns how many, 0 where all are made.

    A holder whose number a provider called bad keeps the notice, for staff to see, and gets no text; nor does one
    whom the notice would tell what is not so any more.
    """
    with Work.begin(services, actor=WORKER) as work:
        batch = work.session.get_one(NoticeBatch, batch_id, with_for_update=True)
        unmade = work.session.execute(_unmade(batch_id).limit(most)).all()
        outbox.post_all(work, [_text(services, notice, holder) for notice, holder in unmade])
        if len(unmade) < most and batch.composed_at is None:
            batch.composed_at = work.now
        return len(unmade)


def forgotten(session: Session, before: datetime) -> Sequence[int]:
    """Batches from before `before` whose texts are not all made: their job was lost, or has not come to them."""
    query = select(NoticeBatch.id).where(NoticeBatch.composed_at.is_(None), NoticeBatch.created_at < before)
    return session.scalars(query.order_by(NoticeBatch.id)).all()


def notice_text(services: Services, notice: Notice) -> Said:
    """The SMS of a notice: what happened, why, and the one thing to do next."""
    values = notice_values(services.ground(), fields(notice.reasons), notice.period_on)
    if notice.kind == "renewed":
        values["endorsed_until_on"] = endorsed_until(notice.period_on, services.rulebook)
    return by_template(services, f"notice.{notice.kind}", **values)


def _unmade(batch_id: int) -> Select[Notice, Holder]:
    return (
        select(Notice, Holder)
        .join(Holder, Holder.id == Notice.holder_id)
        .join(Permit, Permit.id == Notice.permit_id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .where(Notice.batch_id == batch_id, Delivery.id.is_(None), Holder.phone_ok.is_(True), still_so())
        .order_by(Notice.id)
    )


def _text(services: Services, notice: Notice, holder: Holder) -> outbox.Text:
    return outbox.Text(
        phone=holder.phone,
        phone_hash=holder.phone_hash,
        said=notice_text(services, notice),
        lane=holds.NOTICES,
        notice_id=notice.id,
    )
