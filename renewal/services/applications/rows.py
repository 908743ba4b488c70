"""A renewal at the window as a row: finding it, what is told of it to staff, and its history."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import ApplicationState, Category, IdChange, RenewalError, Situation, permit_state
from renewal.domain.application import ApplicationStep, Reviewer, is_receipt_number, late_clause, may
from renewal.language.masking import mask_name
from renewal.language.records import is_id_number, number_as_kept
from renewal.services.app import Services
from renewal.services.work import Work
from renewal.store.models import Application, Permit
from renewal.wording.staff import staff_sentence

LONGEST_ID_DIGITS = 9
DUE_STATES = (ApplicationState.IN_REVIEW, ApplicationState.PASSED)


class NoSuchApplication(RenewalError):
    """There is no such renewal at the window, or no such permit."""


class ApplicationRefused(RenewalError):
    """The rules, or the application's state, don't allow this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review that the application has: the last day for it, and the day it was passed."""

    reviewer: Reviewer
    due_on: date
    passed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """An application as staff see it; the name is masked, and the written reason is not in it."""

    id: int
    permit_no: str
    holder: str
    category: Category
    state: ApplicationState
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
        if self.state is not ApplicationState.IN_REVIEW:
            return None
        return next((review for review in self.reviews if review.passed_on is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of an application; whether a text about it is on the way; where it is late, the clause on that."""

    application: ApplicationView
    told: bool
    late: str


def done(
    services: Services, session: Session, application: Application, *, told: bool = False, late: str = ""
) -> Done:
    """The result of a step, as staff see it today."""
    return Done(application=view(session, application, services.today()), told=told, late=late)


def permit_by_number(session: Session, number: str, *, lock: bool = False) -> Permit:
    """The permit of that number.

    Raises:
        NoSuchApplication: the store has no such permit.
    """
    query = select(Permit).where(Permit.number == number_as_kept(number))
    permit = session.scalars(query.with_for_update() if lock else query).first()
    if permit is None:
        if is_id_number(number):  # it is not repeated, either
            raise NoSuchApplication(staff_sentence("import.id_number"))
        raise NoSuchApplication(staff_sentence("application.no_permit", number=number))
    return permit


def find_application(session: Session, reference: str, *, lock: bool = False) -> Application:
    """The application of a receipt's number or of an id.

    Raises:
        NoSuchApplication: there is none, or the receipt's check character says that it was mistyped.
    """
    typed = number_as_kept(reference)
    if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_ID_DIGITS:
        wanted = Application.id == int(typed)
    elif is_receipt_number(typed):
        wanted = Application.receipt_no == typed
    else:
        raise NoSuchApplication(staff_sentence("application.mistyped", reference=reference))
    query = select(Application).where(wanted)
    application = session.scalars(query.with_for_update() if lock else query).first()
    if application is None:
        raise NoSuchApplication(staff_sentence("application.unknown", reference=reference))
    return application


def view(session: Session, application: Application, today: date) -> ApplicationView:
    """An application as staff see it on a day."""
    permit = session.get_one(Permit, application.permit_id)
    seen = reviews(application)
    late = any(review.passed_on is None and review.due_on < today for review in seen)
    overdue = (late and application.state is ApplicationState.IN_REVIEW) or (
        application.state in DUE_STATES and application.due_on is not None and application.due_on < today
    )
    return ApplicationView(
        id=application.id,
        permit_no=permit.number,
        holder=mask_name(permit.holder.name),
        category=application.category,
        state=application.state,
        receipt_no=application.receipt_no or "",
        period_on=application.period_on,
        expires_on=permit.expires_on,
        opened_on=application.opened_on,
        accepted_on=application.accepted_on,
        reviews=seen,
        holidays_known=application.holidays_known,
        due_on=application.due_on,
        papers=split(application.papers),
        papers_missing=split(application.papers_missing),
        refused_by=Reviewer(application.refused_by) if application.refused_by else None,
        endorsed_on=application.endorsed_on,
        on_the_spot=application.on_the_spot,
        address_changed=application.address_changed,
        overdue=overdue,
    )


def reviews(application: Application) -> tuple[ReviewView, ...]:
    """The reviews that the application's category has, in order; none before it was accepted."""
    days = {
        Reviewer.EMPLOYMENT: (application.employment_review_due_on, application.employment_review_passed_on),
        Reviewer.POLICE: (application.police_review_due_on, application.police_review_passed_on),
    }
    return tuple(
        ReviewView(reviewer=reviewer, due_on=due_on, passed_on=passed_on)
        for reviewer, (due_on, passed_on) in days.items()
        if due_on is not None
    )


def move(work: Work, application: Application, state: ApplicationState) -> ApplicationState:
    """Put an application into a state now; returns the one before."""
    was, application.state, application.updated_at = application.state, state, work.now
    return was


def lateness(services: Services, period_on: date, on: date) -> str:
    """The clause about a renewal on that day of a period that ended before; empty for one in time."""
    return late_clause(permit_state(period_on, on, services.rulebook)) or ""


def refuse_wrong_step(application: Application, step: ApplicationStep) -> None:
    """Raises ApplicationRefused where the application's state does not allow the step; the sentence says what would."""
    if not may(step, application.state):
        named = application.receipt_no or str(application.id)
        raise ApplicationRefused(
            staff_sentence(f"application.wrong_step.{application.state}", application=named)
        )


def refuse_renewed(application: Application, permit: Permit) -> None:
    """Raises ApplicationRefused where the period was renewed in the meantime, by a night or an import."""
    if permit.expires_on != application.period_on:
        named = application.receipt_no or str(application.id)
        raise ApplicationRefused(
            staff_sentence(
                "application.renewed_meanwhile", day=permit.expires_on.isoformat(), application=named
            )
        )


def note(
    work: Work, application: Application, action: str, *, was: str = "", now: str = "", why: str
) -> None:
    """Add a row to the permit's history; no value in it may be personal data."""
    work.change(application.permit_id, action, application_id=application.id, was=was, now=now, why=why)


def split(joined: str) -> tuple[str, ...]:
    """Ids joined by commas, as a row keeps them."""
    return tuple(part for part in joined.split(",") if part)


def situation_of(application: Application) -> Situation:
    """What was said of the holder when the application was opened."""
    return Situation(
        housing=application.housing,
        address_changed=application.address_changed,
        id_changes=frozenset(IdChange(change) for change in split(application.id_changes)),
        relative_home=application.relative_home,
    )


def paper_name(services: Services, paper: str) -> str:
    """What the rulebook calls a paper."""
    return services.rulebook.text(f"materials.names.{paper}", services.today())
