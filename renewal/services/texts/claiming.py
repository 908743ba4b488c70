"""Which texts may go now: looked at in the transaction that marks them as being sent, just before their calls."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from renewal.services.texts import pace
from renewal.services.texts.delivery_states import move_all
from renewal.services.texts.holds import Held, held
from renewal.services.texts.meaning import still_so
from renewal.services.texts.outbox import CONFIRMATION_PART
from renewal.services.texts.provider import DeliveryState, TextTemplate
from renewal.services.texts.said import FREE
from renewal.settings import SHANGHAI, Settings
from renewal.store.models import Delivery, Notice, Permit, Suppression
from renewal.store.types import UtcTime

Lane = Literal["replies", "notices"]

CALL_AT_MOST = timedelta(seconds=60)  # from the claim to the end of the provider's call, whatever happens
EARLIER_FOR = timedelta(minutes=2)  # an earlier text that waits longer holds up no other answer


# Why a text that is due does not go, and where it ends for it.
TOO_LATE, UNWANTED, NO_LONGER_SO, ENOUGH = "too late", "suppressed", "no longer so", "enough for today"
ENDS = {
    TOO_LATE: DeliveryState.EXPIRED,
    UNWANTED: DeliveryState.SUPPRESSED,
    NO_LONGER_SO: DeliveryState.EXPIRED,
}

NOW, SOON, A_WHILE_AGO, MIDNIGHT = (
    bindparam(name, type_=UtcTime()) for name in ("now", "soon", "a_while_ago", "midnight")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast, at what hours of Shanghai, and how much one handset gets in a day; 0 is no limit."""

    per_s: float = 0.0
    notice_hours: tuple[int, int] = (0, 24)
    notices_a_day: int = 0
    notices_a_day_of_a_kind: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """What the operator set."""
        return cls(
            per_s=settings.sms_per_s,
            notice_hours=settings.notice_hours,
            notices_a_day=settings.sms_notices_a_day,
            notices_a_day_of_a_kind=settings.sms_notices_a_day_of_a_kind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A text that is ours to hand over, now or at `go_at`, and nobody else's until its lease ends."""

    id: str
    phone: str
    body: str
    go_at: datetime
    template: TextTemplate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What one look gave. `looked_at` counts also those that turned out not to go: where it is not 0, look again."""

    texts: tuple[Claimed, ...]
    looked_at: int


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether a claim may find something; costs a look at an index."""
    due = Delivery.not_before_at <= now
    return bool(session.scalar(select(exists().where(Delivery.state == DeliveryState.PENDING.value, due))))


def claim(
    session: Session,
    *,
    sender: str,
    room: Mapping[Lane, int],
    limits: Limits,
    now: datetime,
    among: Sequence[str] | None = None,
) -> Claims:
    """Mark texts as being sent, up to `room` of each lane in its order, and in all no more than the largest of them.

    Several workers may claim at once: what one looks at, the others pass over (PostgreSQL), or they wait (SQLite).
    `now` is the store's own time. With `among`, those only.
    """
    stopped = held(session)
    claimed: list[Claimed] = []
    looked_at = 0
    for lane, wanted in room.items():
        most = min(wanted, max(room.values()) - len(claimed), pace.most_at_once(limits.per_s))
        if most <= 0 or stopped.everything or lane in stopped.lanes or not is_time_for(lane, limits, now):
            continue
        query = _due(lane, stopped, limits)
        if among is not None:
            query = query.where(Delivery.id.in_(among))
        rows = session.execute(query, _instants(now) | {"most": most}).all()
        ready, others = _sorted_out(rows)
        moments = pace.take(session, sender, per_s=limits.per_s, most=len(ready), now=now) if ready else ()
        texts = [
            Claimed(id=row.id, phone=row.phone, body=row.body, go_at=go_at, template=_template(row))
            for row, go_at in zip(ready, moments, strict=False)
        ]
        _mark(session, [text.id for text in texts], now)
        _put_aside(session, others, limits, now)
        claimed += texts
        # What the pace leaves over needs no second look: it waits for the next moment.
        looked_at += len(texts) + sum(map(len, others.values()))
    return Claims(texts=tuple(claimed), looked_at=looked_at)


def _template(row: Row[*tuple[Any, ...]]) -> TextTemplate | None:
    """Which sentence of ours it is, for a provider that sends no free text."""
    if row.template == FREE:
        return None
    values = json.loads(row.parameters or "{}")
    return TextTemplate(name=row.template, values={name: str(value) for name, value in values.items()})


def is_time_for(lane: Lane, limits: Limits, now: datetime) -> bool:
    """Whether it is day for what nobody asked for; a retry of the evening waits like the night's own texts."""
    from_hour, until_hour = limits.notice_hours
    return lane == "replies" or from_hour <= now.astimezone(SHANGHAI).hour < until_hour


def _instants(now: datetime) -> dict[str, datetime]:
    """What the query compares with."""
    return {
        "now": now,
        "soon": now + EARLIER_FOR,
        "a_while_ago": now - EARLIER_FOR,
        "midnight": _midnight(now),
    }


@lru_cache(maxsize=64)
def _due(lane: Lane, stopped: Held, limits: Limits) -> Select[*tuple[Any, ...]]:
    """Pending texts whose time has come, that nothing holds and that come next to their phone; longest due first.

    So there is at most one of each phone. Beside them, what may keep them from going. The query takes longer to put
    together than to run, so it is kept; what changes from one look to the next is bound to it.
    """
    too_late = Delivery.not_after_at <= NOW
    unwanted = and_(
        Delivery.part != CONFIRMATION_PART,
        exists().where(Suppression.phone_hash == Delivery.phone_hash, Suppression.lifted_at.is_(None)),
    )
    no_longer_so = and_(
        Delivery.notice_id.is_not(None),
        exists().where(Notice.id == Delivery.notice_id, Permit.id == Notice.permit_id, ~still_so()),
    )
    enough = _has_had_enough(limits) if lane == "notices" else false()
    return (
        select(
            Delivery.id,
            Delivery.phone,
            Delivery.body,
            Delivery.template,
            Delivery.parameters,
            case(
                (too_late, TOO_LATE), (unwanted, UNWANTED), (no_longer_so, NO_LONGER_SO), (enough, ENOUGH)
            ).label("why_not"),
        )
        .where(Delivery.state == DeliveryState.PENDING.value, Delivery.lane == lane)
        .where(Delivery.not_before_at <= NOW, Delivery.template.not_in(stopped.templates))
        .where(~_has_earlier(stopped))
        .order_by(Delivery.not_before_at, Delivery.created_at)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=Delivery)
    )


def _has_earlier(stopped: Held) -> ColumnElement[bool]:
    """Whether another text has to reach the phone first: one made before it that goes soon or is on its way."""
    other = aliased(Delivery)
    of_one_answer = other.inbound_id == Delivery.inbound_id
    goes_soon = and_(
        other.state == DeliveryState.PENDING.value,
        other.template.not_in(stopped.templates),
        or_(other.not_before_at <= SOON, of_one_answer),
    )
    on_its_way = or_(
        other.state == DeliveryState.SENDING.value,
        and_(
            other.state == DeliveryState.UNCERTAIN.value,
            or_(other.updated_at > A_WHILE_AGO, of_one_answer),
        ),
    )
    # Texts of one moment, as an earlier release made them, need an order too: one of a phone goes at a time.
    place, other_place = (tuple_(row.created_at, row.part, row.id) for row in (Delivery, other))
    same_line = and_(other.phone_hash == Delivery.phone_hash, other.lane == Delivery.lane)
    return exists().where(same_line, other_place < place, or_(goes_soon, on_its_way)).correlate(Delivery)


def _has_had_enough(limits: Limits) -> ColumnElement[bool]:
    """Whether the phone got as many notices today (Shanghai) as one may, in all or of this kind."""
    told = aliased(Delivery)
    today = and_(
        told.phone_hash == Delivery.phone_hash,
        told.lane == "notices",
        told.called_at >= MIDNIGHT,
        told.state != DeliveryState.PENDING.value,
    )
    # Both are counted over the phone's few texts: by its template, SQLite would look through all that ever had it.
    of_a_kind = func.sum(case((told.template == Delivery.template, 1), else_=0))
    bounds = ((func.count(), limits.notices_a_day), (of_a_kind, limits.notices_a_day_of_a_kind))
    counts = (
        (select(count).select_from(told).where(today).correlate(Delivery), most) for count, most in bounds
    )
    return or_(false(), *(count.scalar_subquery() >= most for count, most in counts if most))


def _sorted_out(
    rows: Sequence[Row[*tuple[Any, ...]]],
) -> tuple[list[Row[*tuple[Any, ...]]], Mapping[str, list[str]]]:
    """Those that may go, and the ids of the others by why not."""
    others: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.why_not:
            others[row.why_not].append(row.id)
    return [row for row in rows if not row.why_not], others


def _mark(session: Session, ids: Sequence[str], now: datetime) -> None:
    if not ids:
        return
    move_all(
        session,
        ids,
        DeliveryState.PENDING,
        DeliveryState.SENDING,
        now=now,
        attempts=Delivery.attempts + 1,
        provider_ref=None,
        called_at=now,
        leased_until_at=now + CALL_AT_MOST,
    )


def _put_aside(session: Session, others: Mapping[str, list[str]], limits: Limits, now: datetime) -> None:
    for why, ids in others.items():
        if why == ENOUGH:
            morning = _midnight(now) + timedelta(days=1, hours=limits.notice_hours[0])
            session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(not_before_at=morning))
        else:
            move_all(session, ids, DeliveryState.PENDING, ENDS[why], now=now, raw=why)


def _midnight(now: datetime) -> datetime:
    return now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
