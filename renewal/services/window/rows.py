"""A renewal at the window as a row: finding it, what is told of it to staff, and its history."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import CaseState, Category, IdChange, RenewalError, Situation, permit_state
from renewal.domain.window_case import CaseStep, Reviewer, is_receipt_number, late_clause, may
from renewal.language.masking import mask_name
from renewal.language.records import number_as_kept
from renewal.services.app import Services
from renewal.store.models import Change, Permit, WindowCase
from renewal.wording.staff import staff_sentence

LONGEST_ID_DIGITS = 9
DUE_STATES = (CaseState.IN_REVIEW, CaseState.PASSED)


class NoSuchCase(RenewalError):
    """There is no such renewal at the window, or no such permit."""


class CaseRefused(RenewalError):
    """The rules, or the case's state, don't allow this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review that the case has: the last day for it, and the day it was passed."""

    reviewer: Reviewer
    due_on: date
    passed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as staff see it; the name is masked, and the written reason is not in it."""

    id: int
    permit_no: str
    holder: str
    category: Category
    state: CaseState
    receipt_no: str
    period_on: date
    expires_on: date
    opened_on: date
    accepted_on: date | None
    reviews: tuple[ReviewView, ...]
    holidays_known: bool
    due_on: date | None
    papers: tuple[str, ...]
    papers_missing: tuple[str, ...]
    refused_by: Reviewer | None
    endorsed_on: date | None
    on_the_spot: bool
    address_changed: bool
    overdue: bool

    @property
    def open_review(self) -> ReviewView | None:
        """The review that is under way."""
        if self.state is not CaseState.IN_REVIEW:
            return None
        return next((review for review in self.reviews if review.passed_on is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a case; whether a text about it is on the way; the clause about lateness, where it is late."""

    case: CaseView
    told: bool
    late: str


def done(
    services: Services, session: Session, case: WindowCase, *, told: bool = False, late: str = ""
) -> Done:
    """The result of a step, as staff see it today."""
    return Done(case=view(session, case, services.today()), told=told, late=late)


def permit_by_number(session: Session, number: str, *, lock: bool = False) -> Permit:
    """The permit of that number.

    Raises:
        NoSuchCase: the store has no such permit.
    """
    query = select(Permit).where(Permit.number == number_as_kept(number))
    permit = session.scalars(query.with_for_update() if lock else query).first()
    if permit is None:
        raise NoSuchCase(staff_sentence("case.no_permit", number=number))
    return permit


def find_case(session: Session, reference: str, *, lock: bool = False) -> WindowCase:
    """The case of a receipt's number or of an id.

    Raises:
        NoSuchCase: there is none, or the receipt's check character says that it was mistyped.
    """
    typed = number_as_kept(reference)
    if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_ID_DIGITS:
        wanted = WindowCase.id == int(typed)
    elif is_receipt_number(typed):
        wanted = WindowCase.receipt_no == typed
    else:
        raise NoSuchCase(staff_sentence("case.mistyped", reference=reference))
    query = select(WindowCase).where(wanted)
    case = session.scalars(query.with_for_update() if lock else query).first()
    if case is None:
        raise NoSuchCase(staff_sentence("case.unknown", reference=reference))
    return case


def view(session: Session, case: WindowCase, today: date) -> CaseView:
    """A case as staff see it on a day."""
    permit = session.get_one(Permit, case.permit_id)
    seen = reviews(case)
    late = any(review.passed_on is None and review.due_on < today for review in seen)
    overdue = (late and case.state is CaseState.IN_REVIEW) or (
        case.state in DUE_STATES and case.due_on is not None and case.due_on < today
    )
    return CaseView(
        id=case.id,
        permit_no=permit.number,
        holder=mask_name(permit.holder.name),
        category=case.category,
        state=case.state,
        receipt_no=case.receipt_no or "",
        period_on=case.period_on,
        expires_on=permit.expires_on,
        opened_on=case.opened_on,
        accepted_on=case.accepted_on,
        reviews=seen,
        holidays_known=case.holidays_known,
        due_on=case.due_on,
        papers=split(case.papers),
        papers_missing=split(case.papers_missing),
        refused_by=Reviewer(case.refused_by) if case.refused_by else None,
        endorsed_on=case.endorsed_on,
        on_the_spot=case.on_the_spot,
        address_changed=case.address_changed,
        overdue=overdue,
    )


def reviews(case: WindowCase) -> tuple[ReviewView, ...]:
    """The reviews that the case's category has, in order; none before it was accepted."""
    days = {
        Reviewer.EMPLOYMENT: (case.employment_review_due_on, case.employment_review_passed_on),
        Reviewer.POLICE: (case.police_review_due_on, case.police_review_passed_on),
    }
    return tuple(
        ReviewView(reviewer=reviewer, due_on=due_on, passed_on=passed_on)
        for reviewer, (due_on, passed_on) in days.items()
        if due_on is not None
    )


def move(services: Services, case: WindowCase, state: CaseState) -> CaseState:
    """Put a case into a state now; returns the one before."""
    was, case.state, case.updated_at = case.state, state, services.now()
    return was


def lateness(services: Services, period_on: date, on: date) -> str:
    """The clause about a renewal on that day of a period that ended before; empty for one in time."""
    return late_clause(permit_state(period_on, on, services.rulebook)) or ""


def refuse_wrong_step(case: WindowCase, step: CaseStep) -> None:
    """Raises CaseRefused where the case's state does not allow the step; the sentence says what would."""
    if not may(step, case.state):
        named = case.receipt_no or str(case.id)
        raise CaseRefused(staff_sentence(f"case.wrong_step.{case.state}", case=named))


def refuse_renewed(case: WindowCase, permit: Permit) -> None:
    """Raises CaseRefused where the period was renewed in the meantime, by a night or an import."""
    if permit.expires_on != case.period_on:
        named = case.receipt_no or str(case.id)
        raise CaseRefused(
            staff_sentence("case.renewed_meanwhile", day=permit.expires_on.isoformat(), case=named)
        )


def note(
    services: Services,
    session: Session,
    case: WindowCase,
    action: str,
    *,
    staff: str,
    was: str = "",
    now: str = "",
    why: str,
) -> None:
    """Add a row to the permit's history; no value in it may be personal data."""
    session.add(
        Change(
            permit_id=case.permit_id,
            at=services.now(),
            actor=staff,
            action=action,
            case_id=case.id,
            was=was,
            now=now,
            why=why,
            rulebook_version=services.rulebook.version,
        )
    )


def split(joined: str) -> tuple[str, ...]:
    """Ids joined by commas, as a row keeps them."""
    return tuple(part for part in joined.split(",") if part)


def situation_of(case: WindowCase) -> Situation:
    """What was said of the holder when the case was opened."""
    return Situation(
        housing=case.housing,
        address_changed=case.address_changed,
        id_changes=frozenset(IdChange(change) for change in split(case.id_changes)),
        relative_home=case.relative_home,
    )


def paper_name(services: Services, paper: str) -> str:
    """What the rulebook calls a paper."""
    return services.rulebook.text(f"materials.names.{paper}", services.today())
