"""Notices: decided in batches, put into words and sent batch by batch, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from renewal.dialogue.days import notice_values
from renewal.domain import endorsed_until
from renewal.services.app import Services
from renewal.services.jobs import NOTICES, SEND_NOTICE_BATCH
from renewal.services.texts import holds, outbox
from renewal.services.texts.meaning import still_so
from renewal.services.texts.said import Said, by_template
from renewal.services.work import NIGHTLY, WORKER, Work
from renewal.store.models import Delivery, Holder, Notice, NoticeBatch, Permit
from renewal.store.types import fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a notice tells, and on which day it is put into words: the same for many holders."""

    kind: str
    reasons: str
    period_on: date
    today: date


Words = dict[Told, Said]


def open_batch(session: Session, now: datetime, *, night_id: int | None = None) -> int:
    """A new, empty batch of notices; returns its id."""
    batch = NoticeBatch(night_id=night_id, created_at=now)
    session.add(batch)
    session.flush()
    return batch.id


def enqueue_batch(work: Work, batch_id: int, *, again: str = "") -> None:
    """Have the batch put into words and sent once `work` commits; `again` names another try of a lost job."""
    work.enqueue(SEND_NOTICE_BATCH, NOTICES, batch_id, id=f"notice-batch-{batch_id}{again and '-' + again}")


def compose_next(services: Services, batch_id: int, most: int, words: Words | None = None) -> int:
    """Put up to `most` of the batch's notices into words, to be sent by day; returns how many, 0 where all are made.

    A holder whose number a provider called bad keeps the notice, for staff to see, and gets no text; nor does one
    whom the notice would tell what is not so any more. `reopen` finds them once that changes. `words` keeps what was
    put into words: many holders of one batch are told the same, and finding words takes far longer than writing them
    down.
    """
    words = {} if words is None else words
    with Work.begin(services, actor=WORKER) as work:
        batch = work.session.get_one(NoticeBatch, batch_id, with_for_update=True)
        unmade = work.session.execute(_unmade().where(Notice.batch_id == batch_id).limit(most)).all()
        outbox.post_all(work, [_text(services, row, words) for row in unmade])
        if len(unmade) < most and batch.composed_at is None:
            batch.composed_at = work.now
        return len(unmade)


def forgotten(session: Session, before: datetime) -> Sequence[int]:
    """Batches from before `before` whose texts are not all made: their job was lost, or has not come to them."""
    query = select(NoticeBatch.id).where(NoticeBatch.composed_at.is_(None), NoticeBatch.created_at < before)
    return session.scalars(query.order_by(NoticeBatch.id)).all()


def reopen(services: Services, today: date) -> int:
    """Have batches put into words again from which texts were left out that can be sent now; returns how many.

    The number proved to work, or another one is on file; or what had changed is as the notice tells it again. No
    later night makes that notice anew. After the day of expiry it would come too late.
    """
    # It looks through a month of notices, and keeps nobody from writing.
    with services.store.read() as session:
        found = session.scalars(_left_out(services, today)).all()
    for batch_id in filter(None, found):
        with Work.begin(services, actor=NIGHTLY) as work:
            work.session.get_one(NoticeBatch, batch_id, with_for_update=True).composed_at = None
            enqueue_batch(work, batch_id, again=f"{work.now.timestamp():.0f}")
    return len(found)


def _left_out(services: Services, today: date) -> Select[int | None]:
    """The batches that were put into words, and have a notice without a text that may get one."""
    window = timedelta(days=services.rulebook.days("renewal.window_days", today) + 1)
    worded = select(NoticeBatch.id).where(
        NoticeBatch.composed_at.is_not(None), NoticeBatch.created_at > services.now() - window
    )
    unmade = _unmade().where(Notice.batch_id.in_(worded), Notice.period_on >= today)
    return unmade.with_only_columns(Notice.batch_id).order_by(None).distinct()


def notice_text(services: Services, told: Told) -> Said:
    """The SMS of a notice: what happened, why, and the one thing to do next."""
    values = notice_values(services.ground(), fields(told.reasons), told.period_on)
    if told.kind == "renewed":
        values["endorsed_until_on"] = endorsed_until(told.period_on, services.rulebook)
    return by_template(services, f"notice.{told.kind}", **values)


def _unmade() -> Select[*tuple[Any, ...]]:
    """Notices that have no text and may get one."""
    return (
        select(Notice.id, Notice.kind, Notice.reasons, Notice.period_on, Holder.phone, Holder.phone_hash)
        .join(Holder, Holder.id == Notice.holder_id)
        .join(Permit, Permit.id == Notice.permit_id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .where(Delivery.id.is_(None), Holder.phone_ok.is_(True), still_so())
        .order_by(Notice.id)
    )


def _text(services: Services, row: Row[*tuple[Any, ...]], words: Words) -> outbox.Text:
    told = Told(kind=row.kind, reasons=row.reasons, period_on=row.period_on, today=services.today())
    if told not in words:
        words[told] = notice_text(services, told)
    return outbox.Text(
        phone=row.phone,
        phone_hash=row.phone_hash,
        said=words[told],
        lane=holds.NOTICES,
        notice_id=row.id,
    )
