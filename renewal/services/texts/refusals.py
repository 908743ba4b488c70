"""When the refusal of one number's text becomes a hold of its template.

One refused number says something of that number; many that are refused while hardly anybody gets through say
something of the text, or of how we are set up.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.services.texts import holds
from renewal.services.texts.provider import DeliveryState, SendFailure
from renewal.services.texts.said import FREE
from renewal.store.models import Delivery

HOLD_AFTER_NUMBERS = 3
COUNTED_FOR = timedelta(days=1)

_REPORTED = (DeliveryState.SENT.value, DeliveryState.DELIVERED.value)
_TAKEN = (DeliveryState.ACCEPTED.value, *_REPORTED)


def note_refusal(session: Session, row: Delivery, *, why: str, at_call: bool, now: datetime) -> None:
    """Tell the operators of a refused text, and hold its template once that is refused at large.

    `at_call` says that the provider refused it when it was handed over, not in a report afterwards: then whatever it
    took speaks for the template, otherwise only what it reports to have sent.
    """
    holds.alert(session, "sending.refused", row.id, why=why, now=now)
    if row.template == FREE:
        return  # each has words of its own
    since = max(
        now - COUNTED_FOR, holds.lifted_at(session, holds.template_of(row.template)) or now - COUNTED_FOR
    )
    numbers = _refused_numbers(session, row.template, since)
    if numbers >= HOLD_AFTER_NUMBERS and not _more_got_through(
        session, row.template, _TAKEN if at_call else _REPORTED, numbers, since
    ):
        holds.hold(session, holds.template_of(row.template), why=why, now=now)


def _refused_numbers(session: Session, template: str, since: datetime) -> int:
    query = select(func.count(Delivery.phone_hash.distinct())).where(
        Delivery.template == template,
        Delivery.state == DeliveryState.FAILED.value,
        Delivery.failure == SendFailure.CONTENT.value,
        Delivery.updated_at > since,
    )
    return session.scalar(query) or 0


def _more_got_through(
    session: Session, template: str, states: tuple[str, ...], than: int, since: datetime
) -> bool:
    found = (
        select(Delivery.id)
        .where(Delivery.template == template, Delivery.state.in_(states), Delivery.updated_at > since)
        .limit(than + 1)  # a night's million need not be counted
    )
    return len(session.scalars(found).all()) > than
