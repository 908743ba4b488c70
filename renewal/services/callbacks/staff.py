"""The callbacks that holders asked for, as staff work through them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.store.models import AuditEntry, Callback, Conversation
from renewal.wording.staff import staff_sentence

PAGE = 50  # callbacks on a page


class NoSuchCallback(RenewalError):
    """There is no such callback."""


class CallbackCancelled(RenewalError):
    """The holder cancelled the callback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCallback:
    """One callback. `state` is open, closed or cancelled; `late`: open, and its day has passed."""

    id: int
    conversation_id: str
    call_by_on: date
    name: str
    phone: str
    about: str
    expires_on: date | None
    housing: str
    state: str
    late: bool


def list_callbacks(
    services: Services, *, staff: str, with_closed: bool = False, page: int = 1
) -> tuple[tuple[ListedCallback, ...], int]:
    """One page of callbacks, and how many there are in all; who looked is kept.

    Open ones first; of these the holders who are known, then those who texted from a number, then who left one on
    the web; each in the order in which they are due.
    """
    today = services.today()
    proof = case((Callback.holder_id.is_not(None), 0), (Conversation.phone_hash.is_not(None), 1), else_=2)
    query = (
        select(Callback)
        .join(Conversation, Conversation.id == Callback.conversation_id)
        .order_by(case((Callback.state == "open", 0), else_=1), proof, Callback.call_by_on, Callback.id)
    )
    counted = select(func.count()).select_from(Callback)
    if not with_closed:
        query = query.where(Callback.state == "open")
        counted = counted.where(Callback.state == "open")
    with services.store.session() as session:
        rows = session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all()
        count = session.scalar(counted) or 0
        session.add(
            AuditEntry(
                at=services.now(),
                actor=staff,
                action="callbacks.read",
                subject="callbacks",
                detail={"count": len(rows)},
            )
        )
        return tuple(_listed(row, today) for row in rows), count


def close_callback(services: Services, callback_id: int, *, staff: str) -> bool:
    """Mark a callback as made; False where it was so already.

    Raises:
        NoSuchCallback: there is none with that number.
        CallbackCancelled: its holder wants none any more.
    """
    with services.store.session() as session:
        callback = session.get(Callback, callback_id, with_for_update=True)
        if callback is None:
            raise NoSuchCallback(staff_sentence("callbacks.unknown", id=callback_id))
        if callback.state == "cancelled":
            raise CallbackCancelled(staff_sentence("callbacks.was_cancelled", id=callback_id))
        if callback.state == "closed":
            return False
        callback.state, callback.ended_at = "closed", services.now()
        subject = f"callback:{callback_id}"
        session.add(
            AuditEntry(at=services.now(), actor=staff, action="callback.closed", subject=subject, detail={})
        )
        return True


def _listed(callback: Callback, today: date) -> ListedCallback:
    return ListedCallback(
        id=callback.id,
        conversation_id=callback.conversation_id,
        call_by_on=callback.call_by_on,
        name=callback.name,
        phone=callback.phone,
        about=callback.about,
        expires_on=callback.expires_on,
        housing=callback.housing.value if callback.housing else "",
        state=callback.state,
        late=callback.state == "open" and callback.call_by_on < today,
    )
