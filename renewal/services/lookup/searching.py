"""Finding a holder by phone, permit or whole name: never without a reason, never faster than a person works.

A search is a row of the audit: who, why, by what kind of thing, and which permits came out. What was typed is not
kept. The row is also the ticket to what was found: results and stories are opened by its number, by whoever
searched, for as long as it counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from renewal.domain import Category, RenewalError
from renewal.language.controls import without_controls
from renewal.language.masking import mask_name
from renewal.language.records import is_id_number, mobile_number, name_searched, number_as_kept
from renewal.services.app import Services
from renewal.services.lookup.reasons import Reason, SearchRefused, Why
from renewal.services.work import Work
from renewal.store.models import AuditEntry, Conversation, Holder, Permit
from renewal.wording.staff import staff_sentence

log = structlog.get_logger(__name__)

SEARCHED = "holder.searched"
MOST_FOUND = 20
MOST_TALKS = 5
_SEVERAL = "permits"
COUNTS_FOR = timedelta(minutes=30)  # how long results may be opened
LONGEST_TYPED_CHARS = 60
TAIL_CHARS = 4


class Kind(StrEnum):
    """What a search was by."""

    PHONE = "phone"
    PERMIT = "permit"
    NAME = "name"


class TooManySearches(RenewalError):
    """The account has searched as often as it may for now."""


class NoSuchSearch(RenewalError):
    """There is no such search of this account, or it counts no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One holder's permit, with the least that tells two apart."""

    permit_id: int
    holder: str
    phone_tail: str
    permit_tail: str
    category: Category
    district: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search that was made: its number, why and by what, what came out, and how many there are in all.

    `talks` are conversations from the number that was typed, with nobody who is on file.
    """

    id: int
    at: datetime
    kind: Kind
    why: Why
    found: tuple[Found, ...]
    count: int
    talks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hits:
    """What a search came to, as it is kept."""

    kind: Kind
    permit_ids: Sequence[int]
    count: int
    talks: Sequence[str] = ()


def search(services: Services, typed: str, why: Why, *, staff: str) -> int:
    """Look for holders, keep that it was done and why; returns the search's number.

    Raises:
        SearchRefused: nothing, too much, an ID number or a piece of something was typed.
        TooManySearches: the account has searched often enough for now.
    """
    kind, wanted, phone_hash = _wanted(services, typed)
    with Work.begin(services, actor=staff) as work:
        session = work.session
        _refuse_too_many(work)
        query = select(Permit.id).join(Holder, Holder.id == Permit.holder_id).where(wanted)
        count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        newest = query.order_by(Permit.expires_on.desc(), Permit.id).limit(MOST_FOUND)
        hits = _Hits(
            kind=kind,
            permit_ids=session.scalars(newest).all(),
            count=count,
            talks=_nobodys_talks(session, phone_hash) if phone_hash else (),
        )
        return _keep(work, why, hits)


def search_permit(services: Services, permit_id: int, why: Why, *, staff: str) -> int:
    """The same for a permit that another page names, without its number being typed.

    Raises:
        SearchRefused: there is no such permit.
        TooManySearches: the account has searched often enough for now.
    """
    with Work.begin(services, actor=staff) as work:
        _refuse_too_many(work)
        if work.session.get(Permit, permit_id) is None:
            raise SearchRefused(staff_sentence("search.permit_gone"))
        hits = _Hits(kind=Kind.PERMIT, permit_ids=(permit_id,), count=1)
        return _keep(work, why, hits)


def results(services: Services, search_id: int, *, staff: str) -> Search:
    """What a search of this account found.

    Raises:
        NoSuchSearch: it is another's, there is none, or it was made too long ago.
    """
    with services.store.read() as session:
        row = ticket(services, session, search_id, staff=staff)
        query = (
            select(Permit, Holder)
            .join(Holder, Holder.id == Permit.holder_id)
            .where(Permit.id.in_(permits_of(row)))
            .order_by(Permit.expires_on.desc(), Permit.id)
        )
        found = tuple(_found(permit, holder) for permit, holder in session.execute(query))
    return Search(
        id=row.id,
        at=row.at,
        kind=Kind(row.detail["by"]),
        why=why_of(row),
        found=found,
        count=row.detail["found"],
        talks=tuple(row.detail.get("talks", ())),
    )


def ticket(services: Services, session: Session, search_id: int, *, staff: str) -> AuditEntry:
    """The row of a search that this account made not long ago.

    Raises:
        NoSuchSearch: it is another's, there is none, or it was made too long ago.
    """
    row = session.get(AuditEntry, search_id)
    if row is None or row.action != SEARCHED or row.actor != staff or row.at < services.now() - COUNTS_FOR:
        raise NoSuchSearch(staff_sentence("search.over", minutes=int(COUNTS_FOR.total_seconds() // 60)))
    return row


def why_of(row: AuditEntry) -> Why:
    """The reason that a search's row keeps."""
    return Why(reason=Reason(row.detail["reason"]), words=row.detail.get("words", ""))


def permits_of(row: AuditEntry) -> frozenset[int]:
    """The permits that a search's row names."""
    return frozenset(int(part) for part in row.subject.partition(":")[2].split(",") if part)


def mentions(permit_id: int) -> ColumnElement[bool]:
    """Clause on `AuditEntry`: a search that found this permit among others. One that found it alone names it so."""
    return and_(AuditEntry.action == SEARCHED, AuditEntry.subject.like(f"{_SEVERAL}%,{permit_id},%"))


def permit_named(services: Services, typed: str) -> int:
    """The id of the permit of that number, by which pages name it in their addresses.

    Raises:
        SearchRefused: an ID number was typed, or there is no such permit.
    """
    number = number_as_kept(without_controls(typed)[:LONGEST_TYPED_CHARS])
    if is_id_number(number):
        raise SearchRefused(staff_sentence("search.id_number"))
    found = permit_ids(services, (number,)).get(number)
    if found is None:
        raise SearchRefused(staff_sentence("search.no_permit"))
    return found


def permit_ids(services: Services, numbers: Collection[str]) -> Mapping[str, int]:
    """The ids of permits by their numbers; what is no permit's is left out."""
    with services.store.read() as session:
        query = select(Permit.number, Permit.id).where(Permit.number.in_(numbers))
        return {row.number: row.id for row in session.execute(query)}


def _wanted(services: Services, typed: str) -> tuple[Kind, ColumnElement[bool], str]:
    """By what is looked for, and a phone's hash. A number may be a phone or a permit: both are looked at."""
    text = without_controls(typed).strip()
    if not text:
        raise SearchRefused(staff_sentence("search.empty"))
    if len(text) > LONGEST_TYPED_CHARS:
        raise SearchRefused(staff_sentence("search.too_long", most=LONGEST_TYPED_CHARS))
    number = number_as_kept(text)
    if is_id_number(number):
        raise SearchRefused(staff_sentence("search.id_number"))
    phone = mobile_number(text)
    if phone:
        hashed = services.store.phone_hash(phone)
        return Kind.PHONE, or_(Holder.phone_hash == hashed, Permit.number == number), hashed
    if any(char.isdigit() for char in number):
        return Kind.PERMIT, Permit.number == number, ""
    name = name_searched(text)
    if len(name) < 2:
        raise SearchRefused(staff_sentence("search.whole_name"))
    return Kind.NAME, Holder.name_hash == services.store.name_hash(name), ""


def _nobodys_talks(session: Session, phone_hash: str) -> Sequence[str]:
    """The newest talks from a number in which nobody on file is known."""
    query = select(Conversation.id).where(
        Conversation.phone_hash == phone_hash, Conversation.holder_id.is_(None)
    )
    return session.scalars(query.order_by(Conversation.last_at.desc()).limit(MOST_TALKS)).all()


def _refuse_too_many(work: Work) -> None:
    """Count what the account searched; others of the account wait until this search is kept."""
    settings = work.services.settings
    work.services.store.one_at_a_time(work.session, f"search:{work.actor}")
    limits = (
        (timedelta(minutes=10), settings.desk_searches_per_10_minutes, "search.too_many"),
        (timedelta(days=1), settings.desk_searches_per_day, "search.too_many_today"),
    )
    for span, most, told in limits:
        theirs = (AuditEntry.actor == work.actor, AuditEntry.action == SEARCHED)
        made = select(func.count()).select_from(AuditEntry).where(*theirs, AuditEntry.at > work.now - span)
        if (work.session.scalar(made) or 0) >= most:
            log.warning("searches_capped", account=work.actor, most=most)
            raise TooManySearches(staff_sentence(told, most=most))


def _keep(work: Work, why: Why, hits: _Hits) -> int:
    detail: dict[str, object] = {"by": hits.kind.value, "reason": why.reason.value, "found": hits.count}
    if why.words:
        detail["words"] = why.words
    if hits.talks:
        detail["talks"] = list(hits.talks)
    one = f"permit:{hits.permit_ids[0]}" if len(hits.permit_ids) == 1 else ""
    several = "".join(f"{permit_id}," for permit_id in hits.permit_ids)
    entry = work.audit(SEARCHED, one or f"{_SEVERAL}:,{several}", **detail)
    work.session.flush()
    return entry.id


def _found(permit: Permit, holder: Holder) -> Found:
    return Found(
        permit_id=permit.id,
        holder=mask_name(holder.name),
        phone_tail=holder.phone[-TAIL_CHARS:],
        permit_tail=permit.number[-TAIL_CHARS:],
        category=holder.category,
        district=holder.district,
        expires_on=permit.expires_on,
    )
