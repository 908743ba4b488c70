"""When the notices that wait will be out: from pace, hours, caps of each phone, and what goes before them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.texts import holds
from renewal.services.texts.claiming import Limits, is_time_for
from renewal.services.texts.meaning import still_so
from renewal.services.texts.provider import DeliveryState
from renewal.settings import SHANGHAI
from renewal.store.models import Delivery, Holder, Notice, NoticeBatch, Permit
from renewal.wording.staff import staff_sentence

MINUTE = timedelta(minutes=1)
A_WHILE = timedelta(seconds=10)  # who waits so long is kept by more than a look
ANSWERS_COUNTED_FOR = timedelta(minutes=10)
LEFT_TO_NOTICES = 0.1  # of the pace at least, however many answers go before them
LONGEST_DAYS = 366
TAKEN = (DeliveryState.ACCEPTED.value, DeliveryState.SENT.value, DeliveryState.DELIVERED.value)

Kinds = Mapping[str, tuple[int, int]]  # of one phone, by template: how many it had today, how many wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What waits, and when the last notice of it leaves at the present pace; `out_at` is None where nobody can say.

    `later` of the notices wait for another day, as their phone gets enough before. `stopped`: something is held, and
    `out_at` is told as if it were lifted now.
    """

    notices: int
    answers: int
    later: int
    per_s: float
    stopped: bool
    out_at: datetime | None
    hours: tuple[int, int]

    def told(self) -> str:
        """One sentence for staff; empty where no notice waits."""
        if not self.notices:
            return ""
        if self.out_at is None:
            return staff_sentence("sending.out.unknown", notices=f"{self.notices:,}")
        later = staff_sentence("sending.out.later", later=f"{self.later:,}") if self.later else ""
        return staff_sentence(
            f"sending.out.{'stopped' if self.stopped else 'at'}",
            notices=f"{self.notices:,}",
            answers=f"{self.answers:,}",
            later=later,
            rate=f"{self.per_s:.1f}",
            since=self.hours[0],
            until=self.hours[1],
            at=f"{self.out_at.astimezone(SHANGHAI):%m-%d %H:%M}",
        )


def forecast(services: Services, *, more: int = 0, now: datetime | None = None) -> Forecast:
    """How long what waits now takes, and `more` notices that are still to be made."""
    now, limits = now or services.now(), Limits.of(services.settings)
    with services.store.read() as session:
        stopped = holds.held(session)
        waits, over = _waiting(session, limits, now)
        answers = _count(session, _PENDING, Delivery.lane == holds.REPLIES, Delivery.not_before_at <= now)
        per_s = _per_s(session, limits, now)
    by_day = _by_day(over.values(), limits)
    by_day[0] += waits - sum(by_day) + more
    out_at = None
    if per_s > 0:
        begins = now + timedelta(seconds=answers / per_s)
        out_at = drained_at(by_day, begins, per_s=per_s, hours=limits.notice_hours)
    return Forecast(
        notices=waits + more,
        answers=answers,
        later=sum(by_day[1:]),
        per_s=per_s,
        stopped=stopped.everything or holds.NOTICES in stopped.lanes or bool(stopped.templates),
        out_at=out_at,
        hours=limits.notice_hours,
    )


def drained_at(
    by_day: Sequence[int], begins_at: datetime, *, per_s: float, hours: tuple[int, int]
) -> datetime:
    """When the last leaves. `by_day` are those that may go from this day of Shanghai on, the next, and so on."""
    out_at, left = begins_at, 0.0
    today = begins_at.astimezone(SHANGHAI).date()
    for day in count():
        left += by_day[day] if day < len(by_day) else 0
        midnight = datetime.combine(today + timedelta(days=day), time.min, SHANGHAI)
        opens, closes = (midnight + timedelta(hours=hour) for hour in hours)
        opens = max(opens, begins_at)
        if left and opens < closes:
            takes = timedelta(seconds=left / per_s)
            out_at = min(opens + takes, closes)
            left = max(0.0, left - (out_at - opens).total_seconds() * per_s)
            left = 0.0 if left < LEFT_TO_NOTICES else left
        if not left and day >= len(by_day) - 1:
            return out_at.astimezone(begins_at.tzinfo)
    raise AssertionError("days do not end")


_PENDING = Delivery.state == DeliveryState.PENDING.value


def _per_s(session: Session, limits: Limits, now: datetime) -> float:
    """The pace that notices get: what is set, or what is seen where texts wait in spite of it, less the answers."""
    known = [pace for pace in (limits.per_s, _seen_per_s(session, limits, now)) if pace > 0]
    if not known:
        return 0.0
    since = now - ANSWERS_COUNTED_FOR
    answers = _count(session, Delivery.lane == holds.REPLIES, Delivery.created_at > since)
    pace = min(known)
    return max(pace - answers / ANSWERS_COUNTED_FOR.total_seconds(), pace * LEFT_TO_NOTICES)


def _seen_per_s(session: Session, limits: Limits, now: datetime) -> float:
    """How fast texts left in the last minute, if others waited to; 0 where that says nothing of what is possible."""
    waits = (_PENDING, Delivery.not_before_at <= now - A_WHILE, holds.not_held())
    if not is_time_for("notices", limits, now) or not _count(session, *waits, Delivery.lane == holds.NOTICES):
        return 0.0
    called = (Delivery.updated_at > now - MINUTE, Delivery.called_at > now - MINUTE)
    row = session.execute(
        select(func.count(), func.min(Delivery.called_at)).where(Delivery.state.in_(TAKEN), *called)
    ).one()
    first_at = row[1]
    return row[0] / max((now - first_at).total_seconds(), 1.0) if first_at else 0.0


def _waiting(session: Session, limits: Limits, now: datetime) -> tuple[int, Mapping[str, Kinds]]:
    """How many notices wait, worded or not, and by phone those of phones that get more than one day allows."""
    each = _each(now)
    grouped = (
        select(
            each.c.phone,
            each.c.kind,
            func.sum(each.c.had).label("had"),
            func.sum(each.c.waits).label("waits"),
        )
        .group_by(each.c.phone, each.c.kind)
        .subquery()
    )
    in_all = session.scalar(select(func.coalesce(func.sum(grouped.c.waits), 0))) or 0
    both = grouped.c.had + grouped.c.waits
    too_many = [
        *([func.sum(both) > limits.notices_a_day] if limits.notices_a_day else []),
        *([func.max(both) > limits.notices_a_day_of_a_kind] if limits.notices_a_day_of_a_kind else []),
    ]
    over: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    if too_many:
        phones = select(grouped.c.phone).group_by(grouped.c.phone)
        phones = phones.having(or_(*too_many), func.sum(grouped.c.waits) > 0)
        for phone, kind, had, waits in session.execute(select(grouped).where(grouped.c.phone.in_(phones))):
            over[phone][kind] = (had, waits)
    return int(in_all), over


def _each(now: datetime) -> Subquery:
    """A row for each notice that waits, worded or not, and for each that went out today."""
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    notices = Delivery.lane == holds.NOTICES
    one, none = literal(1), literal(0)
    of_text = (Delivery.phone_hash.label("phone"), Delivery.template.label("kind"))
    of_notice = (Holder.phone_hash.label("phone"), (literal("notice.") + Notice.kind).label("kind"))
    waits = select(*of_text, none.label("had"), one.label("waits")).where(notices, _PENDING)
    had = select(*of_text, one.label("had"), none.label("waits")).where(
        notices, ~_PENDING, Delivery.called_at >= midnight
    )
    unworded: Select[str, str, int, int] = (
        select(*of_notice, none.label("had"), one.label("waits"))
        .select_from(Notice)
        .join(Holder, Holder.id == Notice.holder_id)
        .join(Permit, Permit.id == Notice.permit_id)
        .join(NoticeBatch, NoticeBatch.id == Notice.batch_id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .where(
            NoticeBatch.composed_at.is_(None), Delivery.id.is_(None), Holder.phone_ok.is_(True), still_so()
        )
    )
    return union_all(waits, had, unworded).subquery()


def _by_day(phones: Iterable[Kinds], limits: Limits) -> list[int]:
    """How many notices of phones that get too many go on each day, the present one first."""
    days = [0]
    for kinds in phones:
        had = {kind: number for kind, (number, _) in kinds.items()}
        left = {kind: number for kind, (_, number) in kinds.items()}
        for day in range(LONGEST_DAYS):
            gone = _a_days(had, left, limits)
            days += [0] * (day + 1 - len(days))
            days[day] += gone
            had = dict.fromkeys(had, 0)
            if not any(left.values()):
                break
    return days


def _a_days(had: dict[str, int], left: dict[str, int], limits: Limits) -> int:
    """Take out of `left` what a phone that `had` so many gets today; returns how many."""
    before = sum(had.values())
    for kind, waits in left.items():
        room = [waits]
        if limits.notices_a_day:
            room.append(limits.notices_a_day - sum(had.values()))
        if limits.notices_a_day_of_a_kind:
            room.append(limits.notices_a_day_of_a_kind - had[kind])
        goes = max(0, min(room))
        left[kind] -= goes
        had[kind] += goes
    return sum(had.values()) - before


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Delivery).where(*where)) or 0
