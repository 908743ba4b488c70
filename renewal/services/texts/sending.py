"""What goes out at the moment, for operators: how much waits and why, how fast it leaves, what is held and by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from renewal.domain import RenewalError
from renewal.services.app import Services
from renewal.services.texts import holds, restored, workers
from renewal.services.texts.forecast import Forecast, forecast
from renewal.services.texts.provider import DeliveryState
from renewal.services.work import Work
from renewal.store.models import Delivery, Hold, Notice, NoticeBatch
from renewal.wording.staff import staff_sentence

COUNTED_FOR = timedelta(minutes=1)
_TAKEN = (DeliveryState.ACCEPTED.value, DeliveryState.SENT.value, DeliveryState.DELIVERED.value)


class UnknownHold(RenewalError):
    """Nothing that can be held has that name; the message says what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Texts of one lane in one state: how many, and since when the oldest of them is."""

    lane: str
    state: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Sending at one moment.

    `due` may go now, `later` when their time has come, `held` not before a hold is lifted; `per_minute` is how many
    the provider took in the last minute, `workers` how many work. `unworded` notices
    are decided and not put into words yet; `out` says when all notices will be out. `doubtful` may have gone out since
    the backup that was restored.
    """

    counted: tuple[Counted, ...]
    due: int
    later: int
    held: int
    doubtful: int
    unworded: int
    per_minute: int
    workers: int
    holds: tuple[Hold, ...]
    out: Forecast


def picture(services: Services) -> Picture:
    """How sending stands now."""
    now = services.now()
    free = holds.not_held()
    out = forecast(services, now=now)
    with services.store.read() as session:
        counted = session.execute(
            select(Delivery.lane, Delivery.state, func.count(), func.min(Delivery.created_at))
            .group_by(Delivery.lane, Delivery.state)
            .order_by(Delivery.lane.desc(), Delivery.state)
        ).all()
        return Picture(
            counted=tuple(
                Counted(lane=lane, state=state, count=number, oldest_at=oldest)
                for lane, state, number, oldest in counted
            ),
            due=_pending(session, free, Delivery.not_before_at <= now),
            later=_pending(session, free, Delivery.not_before_at > now),
            held=_pending(session, ~free),
            doubtful=_pending(session) if restored.backup_made_at(session) else 0,
            unworded=_unworded(session),
            per_minute=_rows(session, Delivery.state.in_(_TAKEN), Delivery.updated_at > now - COUNTED_FOR),
            workers=len(workers.at_work(session, services.store.clock())),
            holds=tuple(holds.standing(session)),
            out=out,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """How many holds stand, and how many texts they keep from going out."""

    holds: int
    texts: int


def held_back(services: Services) -> HeldBack:
    """What is held now."""
    with services.store.read() as session:
        return HeldBack(holds=len(holds.standing(session)), texts=_pending(session, ~holds.not_held()))


def stop(services: Services, what: str, *, why: str, staff: str) -> bool:
    """Hold what staff name, for every worker before its next call; False where it was held already.

    Raises:
        UnknownHold: nothing that can be held has that name.
    """
    name = _named(services, what)
    with Work.begin(services, actor=staff) as work:
        return holds.hold(work.session, name, why=why, by=work.actor, now=work.now)


def go_on(services: Services, what: str, *, staff: str) -> bool:
    """Lift a hold; False where there is none of that name.

    After a restore, what waits may have gone out already: the provider is asked for each before it goes.

    Raises:
        UnknownHold: nothing that can be held has that name.
    """
    name = _named(services, what)
    with Work.begin(services, actor=staff) as work:
        made_at = restored.backup_made_at(work.session) if name == holds.QUEUE else None
        lifted = holds.lift(work.session, name, by=work.actor, now=work.now)
        if made_at is not None:
            restored.ask_first(work.session, made_at, work.now)
        return lifted


def shown_name(name: str) -> str:
    """A hold as staff type it."""
    return name.removeprefix(holds.template_of(""))


def _named(services: Services, what: str) -> str:
    if what in {holds.QUEUE, *holds.LANES}:
        return what
    if what not in services.wording:
        can = "、".join((holds.QUEUE, *holds.LANES))
        raise UnknownHold(staff_sentence("sending.unknown", name=what, can=can))
    return holds.template_of(what)


def _unworded(session: Session) -> int:
    batches = select(NoticeBatch.id).where(NoticeBatch.composed_at.is_(None))
    made = select(Delivery.id).where(Delivery.notice_id == Notice.id)
    query = select(func.count()).select_from(Notice)
    return session.scalar(query.where(Notice.batch_id.in_(batches), ~made.exists())) or 0


def _pending(session: Session, *where: ColumnElement[bool]) -> int:
    return _rows(session, Delivery.state == DeliveryState.PENDING.value, *where)


def _rows(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Delivery).where(*where)) or 0
