"""Notices: one per permit, period and kind, written and put on the way in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from renewal.domain import Field
from renewal.services import delivery
from renewal.services.answers import notice_values
from renewal.services.app import Services
from renewal.services.jobs import NOTICES, SEND_NOTICES
from renewal.store.models import Holder, Notice, opaque_id

BATCH = 100  # texts a sending job: one job a text would be the queue's limit, not the provider's


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """What a holder is to be told. `period_on` is the expiry day of the period it is about."""

    permit_id: int
    holder: Holder
    period_on: date
    kind: str
    reasons: tuple[Field, ...] = ()
    endorsed_until_on: date | None = None

    def __post_init__(self) -> None:
        if (self.kind == "failure") != bool(self.reasons):
            raise ValueError("a failure notice has reasons, and no other has any")


def add_notices(services: Services, session: Session, notices: Sequence[NewNotice]) -> tuple[str, ...]:
    """Write notices with their texts and enqueue the sending, within the caller's transaction.

    Returns the ids of the deliveries made. A holder whose number a provider called bad gets the notice row,
    for staff to see, and no text. The database refuses a second notice of a kind for a period.
    """
    made: list[str] = []
    for notice in notices:
        row = Notice(
            id=opaque_id(),
            permit_id=notice.permit_id,
            holder_id=notice.holder.id,
            period_on=notice.period_on,
            kind=notice.kind,
            reasons=",".join(notice.reasons),
            created_at=services.now(),
        )
        session.add(row)
        session.flush()
        if notice.holder.phone_ok:
            made.append(_add_delivery(services, session, notice, row.id))
    for start in range(0, len(made), BATCH):
        batch = made[start : start + BATCH]
        services.jobs.enqueue(session, SEND_NOTICES, NOTICES, batch, id=f"notices-{batch[0]}")
    return tuple(made)


def _add_delivery(services: Services, session: Session, notice: NewNotice, notice_id: str) -> str:
    return delivery.create(
        session,
        phone=notice.holder.phone,
        phone_hash=notice.holder.phone_hash,
        body=notice_text(services, notice),
        provider=services.settings.provider,
        now=services.now(),
        notice_id=notice_id,
    )


def notice_text(services: Services, notice: NewNotice) -> str:
    """The SMS of a notice: what happened, why, and the one thing to do next."""
    values = notice_values(services, notice.reasons, notice.period_on)
    values["endorsed_until_on"] = notice.endorsed_until_on or notice.period_on
    signature = services.wording.render("sms.signature")
    today = services.today()
    return signature + services.wording.render(f"notice.{notice.kind}", on=today, today=today, **values)
