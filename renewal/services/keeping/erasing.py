"""Erases what one person left with us, on their word: the counts of it first, then the rows, then Rasa's."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.keeping import leavings, whose
from renewal.services.keeping.whose import Whose
from renewal.services.work import Work
from renewal.store import trackers
from renewal.store.engine import scrub
from renewal.store.models import (
    Application,
    Appointment,
    Callback,
    Conversation,
    Delivery,
    InboundText,
    LoginCode,
    Notice,
    Permit,
    SimulatedText,
    Visit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """The ids of what there is of one person, by table."""

    talks: frozenset[str]
    received: frozenset[str]
    sent: frozenset[str]
    notice_texts: frozenset[str]
    callbacks: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasing came to. `scrubbed` is false where the database's log still holds it for a while."""

    counts: dict[str, int]
    tracker_rows: int
    scrubbed: bool


def find(services: Services, *, permit: str = "", phone: str = "") -> tuple[Whose, dict[str, int]]:
    """Whose talk it is, and how much there is of it, by kind; nothing is changed.

    Raises:
        NobodyKnown: there is no such permit, or the number was never met.
    """
    with services.store.read() as session:
        person = whose.of_permit(session, permit) if permit else whose.of_phone(services, session, phone)
        return person, _counts(session, person, _left(services, session, person))


def erase(services: Services, person: Whose, *, actor: str) -> Erased:
    """Delete what a person left; done again, nothing is left to delete. Who did it is kept, with the counts.

    What stays: the opt-out under the number's hash, that something was done and when, what a night decided, and
    the bureaus' record of the permit.
    """
    with services.store.read() as session:
        talks = sorted(_left(services, session, person).talks)
    # Before the rows, by which the talks are found: stopped here, the next run still knows them.
    rows = trackers.forget(services.settings, talks)
    with Work.begin(services, actor=actor) as work:
        left = _left(services, work.session, person)
        counts = _counts(work.session, person, left)
        _delete(services, work.session, person, left)
        work.audit(whose.ERASED, person.subject, **{name: count for name, count in counts.items() if count})
    # And after: a turn that was under way has written its last by now.
    rows += trackers.forget(services.settings, sorted({*talks, *left.talks}))
    lines = {*person.phone_hashes, *talks, *left.talks}
    services.jobs.forget(lines, waiting=not person.shared)  # what waits on a shared number may be another's
    return Erased(counts=counts, tracker_rows=rows, scrubbed=scrub(services.store.engine))


def _left(services: Services, session: Session, person: Whose) -> _Left:
    callbacks = set(session.scalars(select(Callback.id).where(Callback.holder_id.in_(person.holder_ids))))
    callbacks |= whose.callbacks_for(services, session, person.phone_hashes) if not person.shared else set()
    talks = frozenset(session.scalars(select(Conversation.id).where(_their_talk(person, callbacks))))
    for part in leavings.in_parts(talks):
        callbacks |= set(session.scalars(select(Callback.id).where(Callback.conversation_id.in_(part))))
    received = _received(session, person, talks)
    return _Left(
        talks=talks,
        received=received,
        sent=_sent(session, person, received),
        notice_texts=frozenset(session.scalars(select(Delivery.id).where(_their_notice(person)))),
        callbacks=frozenset(callbacks),
    )


def _their_talk(person: Whose, callbacks: Iterable[int]) -> ColumnElement[bool]:
    """Talks with them, under their number, and nameless ones in which something was left for them."""
    nobody = Conversation.holder_id.is_(None)
    known = Conversation.holder_id.in_(person.holder_ids)
    codes = select(LoginCode.conversation_id).where(
        LoginCode.holder_id.in_(person.holder_ids), LoginCode.state == "used"
    )
    calls = select(Callback.conversation_id).where(Callback.id.in_(list(callbacks)))
    seats = (
        select(Appointment.conversation_id)
        .join(Permit, Permit.id == Appointment.permit_id)
        .where(Permit.holder_id.in_(person.holder_ids), Appointment.conversation_id.is_not(None))
    )
    linked = or_(*(Conversation.id.in_(ids) for ids in (codes, calls, seats)))
    texted = Conversation.phone_hash.in_(person.phone_hashes)
    return or_(known, and_(nobody, or_(linked, texted)))


def _received(session: Session, person: Whose, talks: Iterable[str]) -> frozenset[str]:
    """Texts in their talks, and those from their number that nobody answered; of a shared number the former alone."""
    found: set[str] = set()
    for part in leavings.in_parts(talks):
        query = select(InboundText.id).where(InboundText.conversation_id.in_(part))
        found |= set(session.scalars(query.where(InboundText.phone_hash != leavings.EMPTY)))
    if not person.shared:
        found |= set(
            session.scalars(select(InboundText.id).where(InboundText.phone_hash.in_(person.phone_hashes)))
        )
    return frozenset(found)


def _sent(session: Session, person: Whose, received: Iterable[str]) -> frozenset[str]:
    """Answers to their texts, and what else went to their number but notices: codes, staff's words, announcements."""
    found: set[str] = set()
    for part in leavings.in_parts(received):
        found |= set(session.scalars(select(Delivery.id).where(Delivery.inbound_id.in_(part))))
    others = select(Delivery.id).where(
        Delivery.phone_hash.in_(person.phone_hashes),
        Delivery.notice_id.is_(None),
        Delivery.inbound_id.is_(None),
    )
    if person.shared:  # what waits to be sent may be another's
        others = others.where(Delivery.state.not_in(list(leavings.NOT_SENT)))
    return frozenset({*found, *session.scalars(others)})


def _their_notice(person: Whose) -> ColumnElement[bool]:
    notices = select(Notice.id).where(Notice.holder_id.in_(person.holder_ids))
    whole = Delivery.phone_hash != leavings.EMPTY
    if person.shared:
        return and_(Delivery.notice_id.in_(notices), whole)
    numbered = and_(Delivery.notice_id.is_not(None), Delivery.phone_hash.in_(person.phone_hashes))
    return and_(or_(Delivery.notice_id.in_(notices), numbered), whole)


def _counts(session: Session, person: Whose, left: _Left) -> dict[str, int]:
    def rows(table: type, *where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    permits = _permits(person)
    opened = (
        rows(Callback, Callback.id.in_(part), Callback.state == "open")
        for part in leavings.in_parts(left.callbacks)
    )
    reasoned = Application.written_reason.is_not(None)
    linked = Appointment.conversation_id.is_not(None)
    return {
        "talks": len(left.talks),
        "messages": leavings.count_messages(session, left.talks),
        "callbacks": len(left.callbacks),
        "open_callbacks": sum(opened),
        "received": len(left.received),
        "sent": len(left.sent),
        "notice_texts": len(left.notice_texts),
        "codes": rows(LoginCode, _their_code(person)),
        "simulated": 0 if person.shared else rows(SimulatedText, _on_their_screen(person)),
        "appointments": rows(Appointment, Appointment.permit_id.in_(permits), linked),
        "written_reasons": rows(Application, Application.permit_id.in_(permits), reasoned),
        "visitors": rows(Visit, Visit.permit_id.in_(permits), Visit.visitor != ""),
    }


def _delete(services: Services, session: Session, person: Whose, left: _Left) -> None:
    now = services.now()
    for part in leavings.in_parts(left.callbacks):
        session.execute(delete(Callback).where(Callback.id.in_(part)))
    session.execute(delete(LoginCode).where(_their_code(person)))
    if not person.shared:
        session.execute(delete(SimulatedText).where(_on_their_screen(person)))
    leavings.delete_texts(session, left.sent)
    for part in leavings.in_parts(left.notice_texts):
        sent = select(Delivery).where(Delivery.id.in_(part)).with_for_update()
        leavings.empty_sent(session, session.scalars(sent).all(), now)
        session.execute(delete(SimulatedText).where(SimulatedText.delivery_id.in_(part)))
    for part in leavings.in_parts(left.received):
        received = select(InboundText).where(InboundText.id.in_(part)).with_for_update()
        leavings.empty_received(session.scalars(received).all(), now)
    session.flush()
    leavings.delete_talks(session, left.talks)
    _clear(session, person)


def _clear(session: Session, person: Whose) -> None:
    """Take free text and links out of what stays as the course of a permit."""
    permits = _permits(person)
    seats = update(Appointment).where(Appointment.permit_id.in_(permits))
    session.execute(seats.values(conversation_id=None))
    refusals = update(Application).where(Application.permit_id.in_(permits))
    session.execute(refusals.where(Application.written_reason.is_not(None)).values(written_reason=None))
    visits = update(Visit).where(Visit.permit_id.in_(permits), Visit.visitor != "")
    session.execute(visits.values(visitor=""))


def _their_code(person: Whose) -> ColumnElement[bool]:
    theirs = LoginCode.holder_id.in_(person.holder_ids)
    return theirs if person.shared else or_(theirs, LoginCode.phone_hash.in_(person.phone_hashes))


def _on_their_screen(person: Whose) -> ColumnElement[bool]:
    return SimulatedText.phone_hash.in_(person.phone_hashes)


def _permits(person: Whose) -> Select[int]:
    return select(Permit.id).where(Permit.holder_id.in_(person.holder_ids))
