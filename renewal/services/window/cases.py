"""Renewal at the window: papers taken or given back, reviews passed or refused, cases withdrawn."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import CaseState, Situation, materials, renewal_window
from renewal.domain.window_case import OPEN_STATES, CaseStep, Reviewer, accept, receipt_number
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.services.calendar import PublishedCalendar
from renewal.services.window.endorsing import endorse_on_the_spot, refuse_on_the_spot
from renewal.services.window.rows import (
    CaseRefused,
    Done,
    done,
    find_case,
    lateness,
    move,
    note,
    paper_name,
    permit_by_number,
    refuse_renewed,
    refuse_wrong_step,
    reviews,
    situation_of,
    split,
)
from renewal.services.window.texts import tell
from renewal.store.models import Permit, WindowCase
from renewal.wording.staff import staff_sentence

LONGEST_REASON_CHARS = 2_000
RECEIPT_CLAUSE = "stages.receipt"
RETURNED_CLAUSE = "stages.incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is handed in. `papers` are ids; None says that every paper which is needed is there."""

    situation: Situation
    papers: frozenset[str] | None
    on_the_spot: bool = False


def open_case(services: Services, permit_no: str, intake: Intake, *, staff: str) -> Done:
    """Take a renewal at the window: accepted with a receipt, or returned with what is missing.

    Taken from the window's opening on, and after expiry too: within the restoring days, and beyond them, where
    the guide is silent and the centre decides.

    Raises:
        NoSuchCase: there is no such permit.
        CaseRefused: it is too early, the permit has an open case, a paper is unknown, or the rules allow no
            endorsement on the spot.
    """
    with services.store.session() as session:
        permit = permit_by_number(session, permit_no, lock=True)
        _refuse_early(services, permit)
        _refuse_second(session, permit)
        case = _new(services, session, permit, intake.situation)
        _take_papers(services, case, intake.papers)
        return _decide(services, session, case, permit, staff, on_the_spot=intake.on_the_spot, was="")


def bring_papers(
    services: Services,
    reference: str,
    papers: frozenset[str] | None,
    *,
    staff: str,
    on_the_spot: bool = False,
) -> Done:
    """Take what was missing; None: everything that was.

    Raises:
        NoSuchCase: there is no such case.
        CaseRefused: it waits for no papers, a paper is unknown, nothing that was missing is there, or the
            rules allow no endorsement on the spot.
    """
    with services.store.session() as session:
        case = find_case(session, reference, lock=True)
        refuse_wrong_step(case, CaseStep.PAPERS)
        permit = session.get_one(Permit, case.permit_id, with_for_update=True)
        refuse_renewed(case, permit)
        missed = case.papers_missing
        _take_papers(services, case, papers)
        if case.papers_missing == missed:
            raise CaseRefused(staff_sentence("case.nothing_new", papers=_listed(services, split(missed))))
        return _decide(services, session, case, permit, staff, on_the_spot=on_the_spot, was=case.state)


def pass_review(services: Services, reference: str, by: Reviewer, *, staff: str) -> Done:
    """Note that a bureau's review is passed.

    Raises:
        NoSuchCase: there is no such case.
        CaseRefused: it is in no review, or not in this bureau's.
    """
    with services.store.session() as session:
        case = _in_review(session, reference, CaseStep.PASS, by)
        setattr(case, f"{by.stage}_passed_on", services.today())
        through = all(review.passed_on for review in reviews(case))
        was = move(services, case, CaseState.PASSED if through else CaseState.IN_REVIEW)
        action, why = f"case.{by}_passed", by.clause("passed")
        note(services, session, case, action, staff=staff, was=was, now=case.state, why=why)
        return done(services, session, case)


def refuse_case(services: Services, reference: str, by: Reviewer, reason: str, *, staff: str) -> Done:
    """Note a bureau's refusal with its written reason, which is kept encrypted and ends the case.

    Raises:
        NoSuchCase: there is no such case.
        CaseRefused: it is in no review, or not in this bureau's; or the reason is empty or too long.
    """
    written = mask_id_numbers(reason.strip()).text
    if not 0 < len(written) <= LONGEST_REASON_CHARS:
        raise CaseRefused(staff_sentence("case.bad_reason", most=LONGEST_REASON_CHARS))
    with services.store.session() as session:
        case = _in_review(session, reference, CaseStep.REFUSE, by)
        was = move(services, case, CaseState.REFUSED)
        case.refused_by, case.written_reason = by.value, written
        why = by.clause("refused")
        note(services, session, case, "case.refused", staff=staff, was=was, now=case.state, why=why)
        permit = session.get_one(Permit, case.permit_id)
        return done(services, session, case, told=tell(services, session, case, permit.holder, "refused"))


def withdraw(services: Services, reference: str, *, staff: str) -> Done:
    """End a case that the holder takes back.

    Raises:
        NoSuchCase: there is no such case.
        CaseRefused: it is over already.
    """
    with services.store.session() as session:
        case = find_case(session, reference, lock=True)
        refuse_wrong_step(case, CaseStep.WITHDRAW)
        was = move(services, case, CaseState.WITHDRAWN)
        why = staff_sentence("case.why.withdrawn")
        note(services, session, case, "case.withdrawn", staff=staff, was=was, now=case.state, why=why)
        return done(services, session, case)


def _refuse_early(services: Services, permit: Permit) -> None:
    opens_on = renewal_window(permit.expires_on, services.rulebook).opens_on
    if services.today() < opens_on:
        days = (opens_on.isoformat(), permit.expires_on.isoformat())
        raise CaseRefused(staff_sentence("case.too_early", opens=days[0], expires=days[1]))


def _refuse_second(session: Session, permit: Permit) -> None:
    """The permit is locked, so nobody opens one meanwhile; the table's index would let no second one in either."""
    query = select(WindowCase).where(
        WindowCase.permit_id == permit.id, WindowCase.state.in_(sorted(OPEN_STATES))
    )
    there = session.scalars(query).first()
    if there is not None:
        raise CaseRefused(staff_sentence("case.open_already", case=there.receipt_no or there.id))


def _new(services: Services, session: Session, permit: Permit, situation: Situation) -> WindowCase:
    now = services.now()
    case = WindowCase(
        permit_id=permit.id,
        period_on=permit.expires_on,
        category=permit.holder.category,
        state=CaseState.RETURNED,
        address_changed=situation.address_changed,
        housing=situation.housing,
        relative_home=situation.relative_home,
        id_changes=",".join(sorted(situation.id_changes)),
        opened_on=services.today(),
        created_at=now,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _take_papers(services: Services, case: WindowCase, papers: frozenset[str] | None) -> None:
    """Add papers to those that the case has, and work out anew what is missing by today's rules."""
    needed = materials(situation_of(case), services.rulebook, services.today())
    unknown = sorted(
        paper for paper in papers or () if f"materials.names.{paper}" not in services.rulebook.clauses
    )
    if unknown:
        listed = _listed(services, needed)
        raise CaseRefused(staff_sentence("case.unknown_paper", paper="、".join(unknown), needed=listed))
    brought = {*split(case.papers), *(needed if papers is None else papers)}
    case.papers = ",".join(sorted(brought))
    case.papers_missing = ",".join(paper for paper in needed if paper not in brought)


def _decide(
    services: Services,
    session: Session,
    case: WindowCase,
    permit: Permit,
    staff: str,
    *,
    on_the_spot: bool,
    was: str,
) -> Done:
    """Accept complete papers, or give incomplete ones back."""
    clause = refuse_on_the_spot(services, session, case) if on_the_spot else ""
    late = lateness(services, case.period_on, services.today())
    if case.papers_missing:
        move(services, case, CaseState.RETURNED)
        lack = case.papers_missing
        note(services, session, case, "case.returned", staff=staff, was=was, now=lack, why=RETURNED_CLAUSE)
        told = tell(services, session, case, permit.holder, "returned")
        return done(services, session, case, told=told, late=late)
    _accept(services, case, reviewed=not clause)
    note(services, session, case, "case.accepted", staff=staff, was=was, now=case.state, why=RECEIPT_CLAUSE)
    if clause:
        return endorse_on_the_spot(services, session, case, permit, clause, staff=staff)
    told = tell(services, session, case, permit.holder, "accepted")
    return done(services, session, case, told=told, late=late)


def _accept(services: Services, case: WindowCase, *, reviewed: bool) -> None:
    """Give the receipt and set the days; what is endorsed on the spot waits for no review."""
    today = services.today()
    accepted = accept(today, case.category, services.rulebook, PublishedCalendar())
    due = accepted.reviews if reviewed else ()
    case.receipt_no = receipt_number(today, case.id)
    case.accepted_on, case.due_on = today, accepted.due_on
    for review in due:
        setattr(case, f"{review.reviewer.stage}_due_on", review.due_on)
    case.holidays_known = all(review.holidays_known for review in due)
    move(services, case, CaseState.IN_REVIEW if due else CaseState.PASSED)


def _in_review(session: Session, reference: str, step: CaseStep, by: Reviewer) -> WindowCase:
    case = find_case(session, reference, lock=True)
    refuse_wrong_step(case, step)
    own = {review.reviewer: review for review in reviews(case)}
    if by not in own:
        raise CaseRefused(staff_sentence(f"case.no_review.{by}"))
    if own[by].passed_on is not None:
        raise CaseRefused(staff_sentence(f"case.reviewed.{by}"))
    return case


def _listed(services: Services, papers: tuple[str, ...]) -> str:
    return "、".join(f"{paper_name(services, paper)}（{paper}）" for paper in papers)
