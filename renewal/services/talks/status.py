"""A holder's own permit: what state it is in, what the last comparison said, what to do next."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.memory import Memory
from renewal.dialogue.own_record import own_answer
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.services.talks.answers import about_expiry, render
from renewal.services.texts.provider import DeliveryState
from renewal.settings import SHANGHAI
from renewal.store.models import Delivery, DeliveryEvent, Permit

WENT_OUT = (DeliveryState.ACCEPTED.value, DeliveryState.SENT.value, DeliveryState.DELIVERED.value)


def status(services: Services, case: Case, expires_on: date | None = None) -> tuple[BotMessage, ...]:
    """The known holder's record; without one, what the given expiry day means today.

    On the web, where there is room, what is on file follows as a bubble of its own.
    """
    with services.store.read() as session:
        filed = on_file(session, case)
    said = Understood(intent="my_status", text="")
    ask = Ask(ground=services.ground(), case=case, memory=Memory(), said=said)
    own = own_answer(ask, "my_status")
    if own is not None:
        told = (render(services, case, own.key, **own.values),)
        return (*told, render(services, case, "status.on_file", **filed)) if case.channel == "web" else told
    if expires_on is None:
        return (render(services, case, "my_status"),)
    return (about_expiry(services, case, expires_on),)


def on_file(session: Session, case: Case) -> dict[str, Any]:
    """What is on file, in words, and which notice went out when; never an address, an id or a whole phone."""
    permit = session.get(Permit, case.permit_id) if case.permit_id is not None else None
    return {
        "category": case.category.value if case.category else "",
        "endorsed_on": permit.endorsed_on if permit else None,
        "notice": case.notice,
        "told_on": _told_on(session, case.notice_id),
    }


def _told_on(session: Session, notice_id: str | None) -> date | None:
    """The day in Shanghai on which a notice's text went out; None where it did not."""
    if notice_id is None:
        return None
    went = (
        select(func.min(DeliveryEvent.at))
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(Delivery.notice_id == notice_id, DeliveryEvent.state_to.in_(WENT_OUT))
    )
    at = session.scalar(went)
    return at.astimezone(SHANGHAI).date() if at else None
