"""One holder's whole story: why the permit is in its state, and everything that was said, sent and asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.explaining.events import Event
from renewal.services.explaining.permit import Explanation, explain
from renewal.services.keeping import whose
from renewal.services.keeping.whose import Whose
from renewal.services.lookup.reasons import Why
from renewal.services.lookup.searching import NoSuchSearch, permits_of, ticket, why_of
from renewal.services.renewals.notice_list import ListedNotice, NoticeFilter, list_notices
from renewal.services.texts.dead_letters import reason_of
from renewal.services.work import Work
from renewal.store.models import Callback, Conversation, Delivery, Message, Permit
from renewal.wording.staff import has_sentence, staff_sentence

OPENED = "permit.story"
MOST_ROWS = 50  # of each kind, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation with the holder. `by_number`: nothing but the phone says that it is theirs."""

    id: str
    channel: str
    began_at: datetime
    last_at: datetime
    said: int
    staffed: bool
    by_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCall:
    """A callback that was asked for."""

    id: int
    state: str
    asked_at: datetime
    call_by_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A text to the holder's number that is no notice: a code, an appointment, a word of staff. Not its words."""

    template: str
    state: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What there is about one permit and its holder; `shared`: others have the same number on file."""

    why: Why
    explained: Explanation
    events: tuple[Event, ...]
    notices: tuple[ListedNotice, ...]
    talks: tuple[Talk, ...]
    calls: tuple[AskedCall, ...]
    texts: tuple[SentText, ...]
    shared: bool


def tell(services: Services, search_id: int, permit_id: int, *, staff: str) -> Story:
    """The story of a permit that a search of this account found; that it was opened is kept, with the search's reason.

    Raises:
        NoSuchSearch: the search is another's, too old, or did not find this permit.
    """
    with Work.begin(services, actor=staff) as work:
        searched = ticket(services, work.session, search_id, staff=staff)
        permit = work.session.get(Permit, permit_id)
        if permit is None or permit_id not in permits_of(searched):
            raise NoSuchSearch(staff_sentence("search.not_in_it"))
        why = {name: searched.detail[name] for name in ("reason", "words") if name in searched.detail}
        work.audit(OPENED, f"permit:{permit_id}", **why, search=search_id)
        number, reason = permit.number, why_of(searched)
    explained = explain(services, number)
    notices, _ = list_notices(services, limit=MOST_ROWS, only=NoticeFilter(permit_id=permit_id))
    with services.store.read() as session:
        person = whose.of_permit(session, number)
        talks = tuple(_talks(session, person))
        calls = tuple(_calls(session, person, [talk.id for talk in talks]))
        texts = () if person.shared else tuple(_texts(session, person))
    told = [*_of_talks(talks), *_of_calls(calls), *_of_texts(texts)]
    return Story(
        why=reason,
        explained=explained,
        events=tuple(sorted((*explained.events, *told), key=lambda event: event.at)),
        notices=notices,
        talks=talks,
        calls=calls,
        texts=texts,
        shared=person.shared,
    )


def _talks(session: Session, person: Whose) -> Iterator[Talk]:
    """Talks that are linked to the holder, and of a number that is theirs alone those that nobody is linked to."""
    theirs: ColumnElement[bool] = Conversation.holder_id.in_(person.holder_ids)
    if not person.shared:
        nobodys = and_(Conversation.holder_id.is_(None), Conversation.phone_hash.in_(person.phone_hashes))
        theirs = or_(theirs, nobodys)
    said = (
        select(func.count())
        .where(Message.conversation_id == Conversation.id)
        .correlate(Conversation)
        .scalar_subquery()
    )
    query = select(Conversation, said).where(theirs).order_by(Conversation.last_at.desc()).limit(MOST_ROWS)
    for talk, count in session.execute(query):
        yield Talk(
            id=talk.id,
            channel=talk.channel,
            began_at=talk.created_at,
            last_at=talk.last_at,
            said=count,
            staffed=talk.staffed,
            by_number=talk.holder_id is None,
        )


def _calls(session: Session, person: Whose, talks: Sequence[str]) -> Iterator[AskedCall]:
    theirs = or_(Callback.holder_id.in_(person.holder_ids), Callback.conversation_id.in_(talks))
    query = select(Callback).where(theirs).order_by(Callback.id.desc()).limit(MOST_ROWS)
    for row in session.scalars(query):
        yield AskedCall(id=row.id, state=row.state, asked_at=row.created_at, call_by_on=row.call_by_on)


def _texts(session: Session, person: Whose) -> Iterator[SentText]:
    query = (
        select(Delivery)
        .where(Delivery.phone_hash.in_(person.phone_hashes), Delivery.notice_id.is_(None))
        .order_by(Delivery.created_at.desc(), Delivery.id)
        .limit(MOST_ROWS)
    )
    for row in session.scalars(query):
        yield SentText(template=row.template, state=row.state, at=row.created_at, reason=reason_of(row))


def _of_talks(talks: Sequence[Talk]) -> Iterator[Event]:
    for talk in talks:
        key = "talk_by_number" if talk.by_number else "talk"
        yield Event(
            kind="talk",
            ref=talk.id,
            at=talk.began_at,
            text=_say(f"event.{key}", channel=_label("channel", talk.channel), count=talk.said),
        )


def _of_calls(calls: Sequence[AskedCall]) -> Iterator[Event]:
    for call in calls:
        yield Event(
            kind="callback",
            ref=str(call.id),
            at=call.asked_at,
            text=_say("event.callback", day=call.call_by_on, state=_label("callback", call.state)),
        )


def _of_texts(texts: Sequence[SentText]) -> Iterator[Event]:
    for text in texts:
        yield Event(
            kind="text",
            at=text.at,
            text=_say(
                "event.text",
                template=template_name(text.template),
                state=staff_sentence(f"explain.delivery.{text.state}"),
            ),
            details=(text.reason,) if text.reason else (),
        )


def template_name(template: str) -> str:
    """What staff call a kind of text; one that has no name stands for itself."""
    key = f"texts.name.{template}"
    return staff_sentence(key) if has_sentence(key) else template


def _say(key: str, **values: object) -> str:
    return staff_sentence(f"story.{key}", **values)


def _label(group: str, name: str) -> str:
    key = f"story.{group}.{name}"
    return staff_sentence(key) if has_sentence(key) else name
