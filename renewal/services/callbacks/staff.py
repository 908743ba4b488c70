"""The callbacks that holders asked for, as staff work through them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from renewal.services.app import Services
from renewal.services.callbacks.calling import MOST_TRIES
from renewal.services.callbacks.rows import Note, claimed_by, notes_of
from renewal.services.talks.callback_rows import UNCONFIRMED
from renewal.services.work import Work
from renewal.store.models import Callback, Conversation

PAGE = 50  # callbacks on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCallback:
    """One callback. `state` is open, closed, unreached (closed, as nobody answered) or cancelled.

    `late`: open, and its day has passed. `tries` counts how often nobody answered.
    """

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
    claimed_by: str
    tries: int
    call_after_at: datetime | None
    created_at: datetime
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many callbacks are open, and how many of them are due today or late."""

    open: int
    due_today: int
    late: int


def list_callbacks(
    services: Services, *, staff: str, with_closed: bool = False, page: int = 1, noted: bool = True
) -> tuple[tuple[ListedCallback, ...], int]:
    """One page of callbacks, and how many there are in all.

    Who looked is kept, unless it is not to be `noted`: a page that looks for news by itself was, when it was opened.

    One that waits for its code is not among them.

    Open ones first, by the day on which they are due; of one day the holders who are known, then those who texted
    from a number, then who left one on the web, and last who is rung again later.
    """
    today, now = services.today(), services.now()
    again = case((Callback.call_after_at > now, 1), else_=0)
    proof = case((Callback.holder_id.is_not(None), 0), (Conversation.phone_hash.is_not(None), 1), else_=2)
    query = (
        select(Callback)
        .join(Conversation, Conversation.id == Callback.conversation_id)
        .order_by(
            case((Callback.state == "open", 0), else_=1), Callback.call_by_on, again, proof, Callback.id
        )
    )
    shown = Callback.state != UNCONFIRMED if with_closed else Callback.state == "open"
    query, counted = query.where(shown), select(func.count()).select_from(Callback).where(shown)
    with services.store.read() as session:
        rows = session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all()
        count = session.scalar(counted) or 0
        listed = tuple(_listed(row, today, now) for row in rows)
    if noted:
        _note(services, staff, len(listed))
    return listed, count


def _note(services: Services, staff: str, count: int) -> None:
    with Work.begin(services, actor=staff) as work:
        work.audit("callbacks.read", "callbacks", count=count)


def counts(services: Services) -> Counts:
    """How many callbacks wait."""
    today = services.today()
    waiting = select(
        func.count(),
        func.count().filter(Callback.call_by_on == today),
        func.count().filter(Callback.call_by_on < today),
    ).where(Callback.state == "open")
    with services.store.read() as session:
        all_open, due_today, late = session.execute(waiting).one()
        return Counts(open=all_open, due_today=due_today, late=late)


def _listed(callback: Callback, today: date, now: datetime) -> ListedCallback:
    unreached = callback.state == "closed" and callback.tries >= MOST_TRIES
    return ListedCallback(
        id=callback.id,
        conversation_id=callback.conversation_id,
        call_by_on=callback.call_by_on,
        name=callback.name,
        phone=callback.phone,
        about=callback.about,
        expires_on=callback.expires_on,
        housing=callback.housing.value if callback.housing else "",
        state="unreached" if unreached else callback.state,
        late=callback.state == "open" and callback.call_by_on < today,
        claimed_by=claimed_by(callback, now) if callback.state == "open" else "",
        tries=callback.tries,
        call_after_at=callback.call_after_at if callback.state == "open" else None,
        created_at=callback.created_at,
        notes=notes_of(callback),
    )
