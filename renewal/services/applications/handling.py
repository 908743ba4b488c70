"""Renewal at the window: papers taken or given back, reviews passed or refused, applications withdrawn."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import ApplicationState, Situation, materials, renewal_window
from renewal.domain.application import OPEN_STATES, ApplicationStep, Reviewer, accept, receipt_number
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.services.applications.endorsing import endorse_on_the_spot, refuse_on_the_spot
from renewal.services.applications.rows import (
    ApplicationRefused,
    Done,
    done,
    find_application,
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
from renewal.services.applications.texts import tell
from renewal.services.calendar import PublishedCalendar
from renewal.services.work import Work
from renewal.store.models import Application, Permit
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


def open_application(services: Services, permit_no: str, intake: Intake, *, staff: str) -> Done:
    """Take a renewal at the window: accepted with a receipt, or returned with what is missing.

    Taken from the window's opening on, and after expiry too: within the restoring days, and beyond them, where
    the guide is silent and the centre decides.

    Raises:
        NoSuchApplication: there is no such permit.
        ApplicationRefused: it is too early, the permit has an open application, a paper is unknown, or the rules
            allow no endorsement on the spot.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        permit = permit_by_number(session, permit_no, lock=True)
        _refuse_early(services, permit)
        _refuse_second(session, permit)
        application = _new(work, permit, intake.situation)
        _take_papers(services, application, intake.papers)
        return _decide(work, application, permit, on_the_spot=intake.on_the_spot, was="")


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
        NoSuchApplication: there is no such application.
        ApplicationRefused: it waits for no papers, a paper is unknown, nothing that was missing is there, or the
            rules allow no endorsement on the spot.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        application = find_application(session, reference, lock=True)
        refuse_wrong_step(application, ApplicationStep.PAPERS)
        permit = session.get_one(Permit, application.permit_id, with_for_update=True)
        refuse_renewed(application, permit)
        missed = application.papers_missing
        _take_papers(services, application, papers)
        if application.papers_missing == missed:
            raise ApplicationRefused(
                staff_sentence("application.nothing_new", papers=_listed(services, split(missed)))
            )
        return _decide(work, application, permit, on_the_spot=on_the_spot, was=application.state)


def pass_review(services: Services, reference: str, by: Reviewer, *, staff: str) -> Done:
    """Note that a bureau's review is passed.

    Raises:
        NoSuchApplication: there is no such application.
        ApplicationRefused: it is in no review, or not in this bureau's.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        application = _in_review(session, reference, ApplicationStep.PASS, by)
        setattr(application, f"{by.stage}_passed_on", services.today())
        through = all(review.passed_on for review in reviews(application))
        was = move(work, application, ApplicationState.PASSED if through else ApplicationState.IN_REVIEW)
        action, why = f"application.{by}_passed", by.clause("passed")
        note(work, application, action, was=was, now=application.state, why=why)
        return done(services, session, application)


def refuse_application(services: Services, reference: str, by: Reviewer, reason: str, *, staff: str) -> Done:
    """Note a bureau's refusal with its written reason, which is kept encrypted and ends the application.

    Raises:
        NoSuchApplication: there is no such application.
        ApplicationRefused: it is in no review, or not in this bureau's; or the reason is empty or too long.
    """
    written = mask_id_numbers(reason.strip()).text
    if not 0 < len(written) <= LONGEST_REASON_CHARS:
        raise ApplicationRefused(staff_sentence("application.bad_reason", most=LONGEST_REASON_CHARS))
    with Work.begin(services, actor=staff) as work:
        session = work.session
        application = _in_review(session, reference, ApplicationStep.REFUSE, by)
        was = move(work, application, ApplicationState.REFUSED)
        application.refused_by, application.written_reason = by.value, written
        why = by.clause("refused")
        note(
            work,
            application,
            "application.refused",
            was=was,
            now=application.state,
            why=why,
        )
        permit = session.get_one(Permit, application.permit_id)
        return done(
            services,
            session,
            application,
            told=tell(work, application, permit.holder, "refused"),
        )


def withdraw(services: Services, reference: str, *, staff: str) -> Done:
    """End an application that the holder takes back.

    Raises:
        NoSuchApplication: there is no such application.
        ApplicationRefused: it is over already.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        application = find_application(session, reference, lock=True)
        refuse_wrong_step(application, ApplicationStep.WITHDRAW)
        was = move(work, application, ApplicationState.WITHDRAWN)
        why = staff_sentence("application.why.withdrawn")
        note(
            work,
            application,
            "application.withdrawn",
            was=was,
            now=application.state,
            why=why,
        )
        return done(services, session, application)


def _refuse_early(services: Services, permit: Permit) -> None:
    opens_on = renewal_window(permit.expires_on, services.rulebook).opens_on
    if services.today() < opens_on:
        days = (opens_on.isoformat(), permit.expires_on.isoformat())
        raise ApplicationRefused(staff_sentence("application.too_early", opens=days[0], expires=days[1]))


def _refuse_second(session: Session, permit: Permit) -> None:
    """The permit is locked, so nobody opens one meanwhile; the table's index would let no second one in either."""
    query = select(Application).where(
        Application.permit_id == permit.id, Application.state.in_(sorted(OPEN_STATES))
    )
    there = session.scalars(query).first()
    if there is not None:
        raise ApplicationRefused(
            staff_sentence("application.open_already", application=there.receipt_no or there.id)
        )


def _new(work: Work, permit: Permit, situation: Situation) -> Application:
    application = Application(
        permit_id=permit.id,
        period_on=permit.expires_on,
        category=permit.holder.category,
        state=ApplicationState.RETURNED,
        address_changed=situation.address_changed,
        housing=situation.housing,
        relative_home=situation.relative_home,
        id_changes=",".join(sorted(situation.id_changes)),
        opened_on=work.services.today(),
        created_at=work.now,
        updated_at=work.now,
    )
    work.session.add(application)
    work.session.flush()
    return application


def _take_papers(services: Services, application: Application, papers: frozenset[str] | None) -> None:
    """Add papers to those that the application has, and work out anew what is missing by today's rules."""
    needed = materials(situation_of(application), services.rulebook, services.today())
    unknown = sorted(
        paper for paper in papers or () if f"materials.names.{paper}" not in services.rulebook.clauses
    )
    if unknown:
        listed = _listed(services, needed)
        raise ApplicationRefused(
            staff_sentence("application.unknown_paper", paper="、".join(unknown), needed=listed)
        )
    brought = {*split(application.papers), *(needed if papers is None else papers)}
    application.papers = ",".join(sorted(brought))
    application.papers_missing = ",".join(paper for paper in needed if paper not in brought)


def _decide(work: Work, application: Application, permit: Permit, *, on_the_spot: bool, was: str) -> Done:
    """Accept complete papers, or give incomplete ones back."""
    services, session = work.services, work.session
    clause = refuse_on_the_spot(services, session, application) if on_the_spot else ""
    late = lateness(services, application.period_on, services.today())
    if application.papers_missing:
        move(work, application, ApplicationState.RETURNED)
        lack = application.papers_missing
        note(
            work,
            application,
            "application.returned",
            was=was,
            now=lack,
            why=RETURNED_CLAUSE,
        )
        told = tell(work, application, permit.holder, "returned")
        return done(services, session, application, told=told, late=late)
    _accept(work, application, reviewed=not clause)
    note(
        work,
        application,
        "application.accepted",
        was=was,
        now=application.state,
        why=RECEIPT_CLAUSE,
    )
    if clause:
        return endorse_on_the_spot(work, application, permit, clause)
    told = tell(work, application, permit.holder, "accepted")
    return done(services, session, application, told=told, late=late)


def _accept(work: Work, application: Application, *, reviewed: bool) -> None:
    """Give the receipt and set the days; what is endorsed on the spot waits for no review."""
    today = work.services.today()
    accepted = accept(today, application.category, work.services.rulebook, PublishedCalendar())
    due = accepted.reviews if reviewed else ()
    application.receipt_no = receipt_number(today, application.id)
    application.accepted_on, application.due_on = today, accepted.due_on
    for review in due:
        setattr(application, f"{review.reviewer.stage}_due_on", review.due_on)
    application.holidays_known = all(review.holidays_known for review in due)
    move(work, application, ApplicationState.IN_REVIEW if due else ApplicationState.PASSED)


def _in_review(session: Session, reference: str, step: ApplicationStep, by: Reviewer) -> Application:
    application = find_application(session, reference, lock=True)
    refuse_wrong_step(application, step)
    own = {review.reviewer: review for review in reviews(application)}
    if by not in own:
        raise ApplicationRefused(staff_sentence(f"application.no_review.{by}"))
    if own[by].passed_on is not None:
        raise ApplicationRefused(staff_sentence(f"application.reviewed.{by}"))
    return application


def _listed(services: Services, papers: tuple[str, ...]) -> str:
    return "、".join(f"{paper_name(services, paper)}（{paper}）" for paper in papers)
