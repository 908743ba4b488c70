"""What waits for a person: how much of each kind there is now, and which permits or conversations they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, String, and_, cast, exists, func, null, or_, select
from sqlalchemy.orm import Session

from renewal.domain import ApplicationState, RenewalError
from renewal.services.app import Services
from renewal.services.applications.rows import DUE_STATES
from renewal.services.texts.holds import not_held
from renewal.services.texts.provider import DeliveryState
from renewal.store.models import (
    Application,
    Callback,
    Delivery,
    Holder,
    InboundText,
    Message,
    Notice,
    NoticeBatch,
    Permit,
    Record,
)
from renewal.wording.staff import staff_sentence

LISTED = "renewal report --list {kind}"
COMMANDS = {
    "late_callbacks": "renewal callbacks",
    "late_applications": "renewal application list --overdue",
    "unsent_batches": "renewal up",
}

LISTS = ("unfiled", "no_phone", "failed_texts", "uncertain_texts", "set_aside_texts", "held_texts")
Listing = Select[str, str | None]  # rows of (permit's number or NULL, conversation's id or NULL)


class NothingToList(RenewalError):
    """No list of that name exists; the message names those that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffItem:
    """A kind of work that waits for a person: how much of it there is now, and what to type to see it."""

    kind: str
    count: int
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One that waits: a permit's number, or the conversation whose reply did not get through."""

    permit: str
    conversation_id: str


def staff_items(services: Services, session: Session) -> tuple[StaffItem, ...]:
    """Every kind of work that waits for a person as of today, also where there is none of it."""
    today = services.today()
    counted = {
        kind: select(func.count()).select_from(listing.subquery())
        for kind, listing in _listings(services, today).items()
    } | _counts(today)
    return tuple(
        StaffItem(
            kind=kind,
            count=session.scalar(query) or 0,
            command=COMMANDS.get(kind, LISTED.format(kind=kind)),
        )
        for kind, query in counted.items()
    )


def list_waiting(services: Services, kind: str, *, limit: int) -> tuple[tuple[Waiting, ...], int]:
    """The first `limit` of a kind, and how many there are in all.

    Raises:
        NothingToList: there is no such list.
    """
    listings = _listings(services, services.today())
    if kind not in listings:
        raise NothingToList(staff_sentence("night.no_list", kind=kind, kinds="、".join(listings)))
    with services.store.read() as session:
        count = session.scalar(select(func.count()).select_from(listings[kind].subquery())) or 0
        rows: Sequence[Any] = session.execute(listings[kind].order_by("number").limit(limit)).all()
    return tuple(
        Waiting(permit=row.number or "", conversation_id=row.conversation_id or "") for row in rows
    ), count


def _listings(services: Services, today: date) -> dict[str, Listing]:
    """The lists by kind. Who must come to a window is of interest until the last day that restores a permit."""
    opens = timedelta(days=services.rulebook.days("renewal.window_days", today))
    restores = timedelta(days=services.rulebook.days("overdue.restore_days", today))
    permit = (Permit.number.label("number"), cast(null(), String).label("conversation_id"))
    to_come = (
        select(*permit)
        .join(Notice, and_(Notice.permit_id == Permit.id, Notice.period_on == Permit.expires_on))
        .where(
            Permit.expires_on.between(today - restores, today + opens),
            Notice.kind.in_(("failure", "no_result")),
        )
        .distinct()
    )
    unreachable = select(Holder.id).where(Holder.phone_ok.is_(False))
    pending = Delivery.state == DeliveryState.PENDING.value
    return {
        "unfiled": select(*permit).where(
            Permit.expires_on.between(today, today + opens), ~exists().where(Record.permit_id == Permit.id)
        ),
        "no_phone": to_come.where(Permit.holder_id.in_(unreachable)),
        "failed_texts": to_come.join(Delivery, Delivery.notice_id == Notice.id).where(
            Permit.holder_id.not_in(unreachable),
            Delivery.state.in_((DeliveryState.FAILED.value, DeliveryState.EXPIRED.value)),
        ),
        "uncertain_texts": _texts().where(Delivery.state == DeliveryState.UNCERTAIN.value),
        "set_aside_texts": _set_aside(),
        "held_texts": _texts().where(pending, ~not_held()),
    }


def _set_aside() -> Listing:
    """Texts that nobody could answer, until staff wrote to that conversation."""
    written = exists().where(
        Message.conversation_id == InboundText.conversation_id,
        Message.author == "staff",
        Message.at > InboundText.set_aside_at,
    )
    return select(
        cast(null(), String).label("number"), InboundText.conversation_id.label("conversation_id")
    ).where(InboundText.set_aside_at.is_not(None), InboundText.conversation_id.is_not(None), ~written)


def _texts() -> Listing:
    """Outgoing texts of any kind: by their permit where they are notices, else by their conversation."""
    return (
        select(Permit.number.label("number"), InboundText.conversation_id.label("conversation_id"))
        .select_from(Delivery)
        .outerjoin(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Permit, Permit.id == Notice.permit_id)
        .outerjoin(InboundText, InboundText.id == Delivery.inbound_id)
    )


def _counts(today: date) -> dict[str, Select[int]]:
    late_applications = or_(
        and_(
            Application.state == ApplicationState.IN_REVIEW,
            or_(
                and_(
                    Application.employment_review_due_on < today,
                    Application.employment_review_passed_on.is_(None),
                ),
                and_(Application.police_review_due_on < today, Application.police_review_passed_on.is_(None)),
            ),
        ),
        and_(Application.state.in_(DUE_STATES), Application.due_on < today),
    )
    return {
        "late_callbacks": select(func.count())
        .select_from(Callback)
        .where(Callback.state == "open", Callback.call_by_on < today),
        "late_applications": select(func.count()).select_from(Application).where(late_applications),
        "unsent_batches": select(func.count())
        .select_from(NoticeBatch)
        .where(NoticeBatch.composed_at.is_(None)),
    }
