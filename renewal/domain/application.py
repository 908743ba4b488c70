"""A renewal at the window, from the papers to the endorsement: what may follow what, what is due, what is barred."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from renewal.domain.rules import Rulebook
from renewal.domain.stages import stage_plan
from renewal.domain.types import ApplicationState, Category, Decision, Field, Outcome, PermitState, Stage
from renewal.domain.workdays import Calendar

OPEN_STATES = frozenset({ApplicationState.RETURNED, ApplicationState.IN_REVIEW, ApplicationState.PASSED})
BEYOND_CLAUSE = "overdue.beyond"
_SPOT_CLAUSES = ("on_the_spot.population_match", "on_the_spot.exchange_match")
_LATE_CLAUSES: Mapping[PermitState, str] = MappingProxyType(
    {PermitState.SUSPENDED: "overdue.restore_effect", PermitState.LAPSED: BEYOND_CLAUSE}
)
_CHECK_CHARACTERS = "0123456789X"
_RUNNING_DIGITS = 6


class ApplicationStep(StrEnum):
    """What can be done with an application that is there."""

    PAPERS = "papers"
    PASS = "pass"  # noqa: S105 - a review that is passed
    REFUSE = "refuse"
    ENDORSE = "endorse"
    WITHDRAW = "withdraw"


STEPS_FROM: Mapping[ApplicationStep, frozenset[ApplicationState]] = MappingProxyType(
    {
        ApplicationStep.PAPERS: frozenset({ApplicationState.RETURNED}),
        ApplicationStep.PASS: frozenset({ApplicationState.IN_REVIEW}),
        ApplicationStep.REFUSE: frozenset({ApplicationState.IN_REVIEW}),
        ApplicationStep.ENDORSE: frozenset({ApplicationState.PASSED}),
        ApplicationStep.WITHDRAW: OPEN_STATES,
    }
)


class Reviewer(StrEnum):
    """Who reviews an application: the employment bureau (人社) or the police (公安)."""

    EMPLOYMENT = "employment"
    POLICE = "police"

    @property
    def stage(self) -> Stage:
        """The stage that is this reviewer's."""
        return Stage(f"{self}_review")

    def clause(self, result: str) -> str:
        """The clause about a review's result, `passed` or `refused`."""
        return f"stages.{self.stage}_{result}"


class CountedFrom(StrEnum):
    """From which day a window endorsement's term runs; the guide names both and leaves the choice open."""

    ACCEPTED = "accepted"
    ENDORSED = "endorsed"


class SpotBar(StrEnum):
    """Why a renewal cannot be endorsed on the spot."""

    CATEGORY = "category"
    ADDRESS = "address"
    MISMATCH = "mismatch"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """The last day for a review, and whether every holiday up to it was known."""

    reviewer: Reviewer
    due_on: date
    holidays_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What follows from complete papers: the category's reviews in order, and by when all of it is done."""

    accepted_on: date
    reviews: tuple[ReviewDue, ...]
    due_on: date

    def __post_init__(self) -> None:
        if self.due_on < self.accepted_on:
            raise ValueError("nothing is due before it was accepted")
        if len({review.reviewer for review in self.reviews}) != len(self.reviews):
            raise ValueError("nobody reviews an application twice")

    @property
    def holidays_known(self) -> bool:
        """Whether the reviews' days were counted with every holiday known."""
        return all(review.holidays_known for review in self.reviews)


def may(step: ApplicationStep, state: ApplicationState) -> bool:
    """Whether a step can be taken in this state."""
    return state in STEPS_FROM[step]


def accept(received_on: date, category: Category, rules: Rulebook, calendar: Calendar) -> Acceptance:
    """The days that complete papers, handed in on `received_on`, set for a category.

    Source: clauses stages.*_review_workdays, stages.*_review_categories and stages.total_days (guide of
    2020-03-05, stages 1 to 4 and time limit).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    plan = {due.stage: due for due in stage_plan(received_on, rules, calendar, category)}
    reviews = tuple(
        ReviewDue(reviewer=reviewer, due_on=due.due_on, holidays_known=due.holidays_known)
        for reviewer in Reviewer
        if (due := plan.get(reviewer.stage)) is not None
    )
    return Acceptance(accepted_on=received_on, reviews=reviews, due_on=plan[Stage.ENDORSEMENT].due_on)


def spot_clause(category: Category, rules: Rulebook, on: date) -> str | None:
    """The clause by which a category is endorsed on the spot; None where none allows it.

    Source: clauses on_the_spot.population_match and on_the_spot.exchange_match (guide of 2020-03-05, 当场签注).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    return next((clause for clause in _SPOT_CLAUSES if category in rules.texts(clause, on)), None)


def spot_bar(
    category: Category, decision: Decision, rules: Rulebook, on: date, *, address_changed: bool
) -> tuple[SpotBar, tuple[Field, ...]] | None:
    """What stands in the way of an endorsement on the spot, with the fields it is about; None for nothing.

    `decision` is the comparison of what is on file with what the bureaus say on that day. What was not
    compared bars as well: "比对属实" asks that everything was.
    Source: clauses on_the_spot.* (guide of 2020-03-05, 当场签注).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    if spot_clause(category, rules, on) is None:
        return SpotBar.CATEGORY, ()
    if address_changed:
        return SpotBar.ADDRESS, (Field.ADDRESS,)
    if decision.reasons:
        return SpotBar.MISMATCH, decision.reasons
    if decision.outcome is not Outcome.RENEWED:
        return SpotBar.MISSING, (*decision.missing, *decision.stale)
    return None


def late_clause(state: PermitState) -> str | None:
    """The clause that a renewal past the expiry day falls under; None for one in time.

    Within the restoring days it is overdue.restore_effect. Beyond them it is overdue.beyond, where the guide
    is silent and the centre decides: it forbids nothing and promises nothing.
    Source: guide of 2020-03-05, window renewal, par. 3.
    """
    return _LATE_CLAUSES.get(state)


def receipt_number(accepted_on: date, running: int) -> str:
    """A receipt's number, `20261123-0000177`: the day, a running number, and a check character.

    Raises:
        ValueError: the running number is not positive.
    """
    if running < 1:
        raise ValueError("receipts are numbered from one")
    digits = f"{accepted_on:%Y%m%d}{running:0{_RUNNING_DIGITS}d}"
    return f"{digits[:8]}-{digits[8:]}{_check_character(digits)}"


def is_receipt_number(text: str) -> bool:
    """Whether a text is a receipt's number with the right check character: no digit mistyped, no two swapped."""
    day, _, rest = text.partition("-")
    digits = day + rest[:-1]
    if len(day) != 8 or len(rest) <= _RUNNING_DIGITS or not (digits.isascii() and digits.isdigit()):
        return False
    return rest[-1] == _check_character(digits)


def _check_character(digits: str) -> str:
    """ISO 7064 MOD 11-2, as identity cards have it: one wrong digit or two swapped neighbours never pass."""
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    return _CHECK_CHARACTERS[(12 - rest) % 11]
