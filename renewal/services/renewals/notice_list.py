"""The notices that were made and how far each got, for staff to read. Names come out masked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from renewal.domain import Field, RenewalError
from renewal.language.masking import mask_name
from renewal.services.app import Services
from renewal.services.texts.dead_letters import reason_of
from renewal.services.texts.provider import DeliveryState
from renewal.services.work import Work
from renewal.store.models import Delivery, DeliveryEvent, Holder, Notice, NoticeBatch, Permit
from renewal.wording.staff import staff_sentence

KINDS = ("failure", "renewed", "no_result")
NO_TEXT = "none"  # asked for as a state: notices that got no text
STATES = (*(state.value for state in DeliveryState), NO_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNotice:
    """One notice. `state` and `attempts` are its text's; a holder whose number is bad gets none (`state` empty).

    A text that its batch's job has still to make counts as pending.
    """

    id: str
    permit_id: int
    made_at: datetime
    holder: str
    permit: str
    kind: str
    reasons: tuple[Field, ...]
    period_on: date
    state: str
    attempts: int
    error_code: str


class NoNotices(RenewalError):
    """A permit of that number has no notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """One step of a notice's text; `reason` stands at the last one of a text that did not get through."""

    kind: str
    at: datetime
    state: str
    raw: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices are asked for; what is empty asks nothing. `state` is one of STATES, `kind` one of KINDS."""

    state: str = ""
    kind: str = ""
    permit_id: int | None = None

    def __post_init__(self) -> None:
        if self.state not in ("", *STATES) or self.kind not in ("", *KINDS):
            raise ValueError("a notice has no such state or kind")

    def clauses(self) -> list[ColumnElement[bool]]:
        """What the rows of a notice, its permit, its text, its batch and its holder must say."""
        wanted: list[ColumnElement[bool]] = []
        if self.state == NO_TEXT:
            wanted += [Delivery.id.is_(None), ~_UNMADE]
        elif self.state == DeliveryState.PENDING:
            wanted.append(or_(Delivery.state == self.state, and_(Delivery.id.is_(None), _UNMADE)))
        elif self.state:
            wanted.append(Delivery.state == self.state)
        if self.kind:
            wanted.append(Notice.kind == self.kind)
        if self.permit_id is not None:
            wanted.append(Notice.permit_id == self.permit_id)
        return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNotice:
    """One notice with the words of its text, where they are still kept, and its steps."""

    notice: ListedNotice
    body: str
    segments: int
    lane: str
    template: str
    not_before_at: datetime | None
    steps: tuple[NoticeStep, ...]
    text_id: str


_UNMADE = and_(NoticeBatch.id.is_not(None), NoticeBatch.composed_at.is_(None), Holder.phone_ok)
EVERY = NoticeFilter()


def list_notices(
    services: Services, *, limit: int, page: int = 1, only: NoticeFilter = EVERY
) -> tuple[tuple[ListedNotice, ...], int]:
    """A page of `limit` notices, newest first, and how many there are in all."""
    wanted = only.clauses()
    query = _notices().where(*wanted).order_by(Notice.created_at.desc(), Notice.id.desc())
    with services.store.read() as session:
        counted = _notices().with_only_columns(func.count()).where(*wanted) if wanted else None
        count = session.scalar(select(func.count()).select_from(Notice) if counted is None else counted) or 0
        rows = session.execute(query.offset((page - 1) * limit).limit(limit)).all()
    return tuple(_listed(*row) for row in rows), count


def read_notice(services: Services, notice_id: str, *, staff: str) -> WholeNotice:
    """One notice with the words that went out; who read it is kept.

    Raises:
        NoNotices: there is none of that id.
    """
    steps = (
        select(Notice, Delivery, DeliveryEvent)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .outerjoin(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(Notice.id == notice_id)
        .order_by(DeliveryEvent.id)
    )
    with Work.begin(services, actor=staff) as work:
        found = work.session.execute(_notices().where(Notice.id == notice_id)).first()
        if found is None:
            raise NoNotices(staff_sentence("notices.no_such"))
        rows = work.session.execute(steps).all()
        work.audit("notice.read", f"notice:{notice_id}")
    text: Delivery | None = found[3]
    return WholeNotice(
        notice=_listed(*found),
        body=text.body if text else "",
        segments=text.segments if text else 0,
        lane=text.lane if text else "",
        template=text.template if text else "",
        not_before_at=text.not_before_at if text and text.state == DeliveryState.PENDING else None,
        steps=tuple(_step(*row, ended=place == len(rows) - 1) for place, row in enumerate(rows)),
        text_id=text.id if text else "",
    )


def course_of(services: Services, permit: str) -> tuple[NoticeStep, ...]:
    """Each step of the notices of a permit, oldest first; one that got no text has a step of its own.

    Raises:
        NoNotices: it has none.
    """
    query = (
        select(Notice, Delivery, DeliveryEvent)
        .join(Permit, Notice.permit_id == Permit.id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .outerjoin(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(Permit.number == permit.strip())
        .order_by(Notice.created_at, DeliveryEvent.id)
    )
    with services.store.read() as session:
        rows = session.execute(query).all()
    if not rows:
        raise NoNotices(staff_sentence("notices.unknown", permit=permit))
    last = {notice.id: number for number, (notice, _, _) in enumerate(rows)}
    return tuple(
        _step(notice, row, event, ended=last[notice.id] == number)
        for number, (notice, row, event) in enumerate(rows)
    )


def _notices() -> Select[Notice, Holder, str, Delivery, NoticeBatch]:
    return (
        select(Notice, Holder, Permit.number, Delivery, NoticeBatch)
        .join(Holder, Notice.holder_id == Holder.id)
        .join(Permit, Notice.permit_id == Permit.id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .outerjoin(NoticeBatch, NoticeBatch.id == Notice.batch_id)
    )


def _step(notice: Notice, row: Delivery | None, event: DeliveryEvent | None, *, ended: bool) -> NoticeStep:
    if row is None or event is None:
        state = "" if row is None else row.state
        return NoticeStep(kind=notice.kind, at=notice.created_at, state=state, raw="", reason="")
    reason = reason_of(row) if ended else ""
    return NoticeStep(kind=notice.kind, at=event.at, state=event.state_to, raw=event.raw, reason=reason)


def _listed(
    notice: Notice, holder: Holder, permit: str, delivery: Delivery | None, batch: NoticeBatch | None
) -> ListedNotice:
    to_be_made = batch is not None and batch.composed_at is None and holder.phone_ok
    unmade = DeliveryState.PENDING.value if to_be_made else ""
    return ListedNotice(
        id=notice.id,
        permit_id=notice.permit_id,
        made_at=notice.created_at,
        holder=mask_name(holder.name),
        permit=permit,
        kind=notice.kind,
        reasons=tuple(Field(reason) for reason in notice.reasons.split(",") if reason),
        period_on=notice.period_on,
        state=delivery.state if delivery else unmade,
        attempts=delivery.attempts if delivery else 0,
        error_code=(delivery.error_code or "") if delivery else "",
    )
