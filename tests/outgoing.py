"""Texts for tests of what becomes of a text: put into the outbox as a service would, at a moment of the test's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.texts import holds, outbox
from renewal.services.texts.said import FREE, Said
from renewal.services.work import WORKER, Work
from renewal.settings import Settings
from renewal.store.models import Delivery, Notice


@dataclass(frozen=True)
class _Settings:
    """What the outbox asks of the services."""

    settings: Settings


def create(
    session: Session,
    *,
    phone: str,
    phone_hash: str,
    body: str,
    provider: str,
    now: datetime,
    notice_id: str | None = None,
    template: str = FREE,
    lane: str = "",
    settings: Settings | None = None,
    **more: object,
) -> str:
    """Post one text and return its id, also where its number gets none; a notice's has its template and lane."""
    if notice_id is not None:
        template = f"notice.{session.get_one(Notice, notice_id).kind}"
    text = outbox.Text(
        phone=phone,
        phone_hash=phone_hash,
        said=Said(body=body, template=template),
        lane=lane or (holds.REPLIES if notice_id is None else holds.NOTICES),
        provider=provider,
        notice_id=notice_id,
        **more,
    )
    before = set(session.scalars(select(Delivery.id)))
    at_hand = _Settings(settings=settings or Settings())
    outbox.post(Work(services=at_hand, session=session, actor=WORKER, now=now), text)
    (made,) = set(session.scalars(select(Delivery.id))) - before
    return made
