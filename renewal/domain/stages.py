"""The four stages of a renewal at the window, and by when each is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from renewal.domain.rules import Rulebook
from renewal.domain.types import Category, Stage
from renewal.domain.workdays import Calendar, DueDay, due_on

REVIEWS = frozenset({Stage.EMPLOYMENT_REVIEW, Stage.POLICE_REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDue:
    """A stage, the last day for it, whether holidays up to then are known, and the clause that sets it."""

    stage: Stage
    due_on: date
    holidays_known: bool = True
    clause: str

    def __post_init__(self) -> None:
        if not self.clause:
            raise ValueError("a stage's day names its clause")


def stage_plan(
    received_on: date, rules: Rulebook, calendar: Calendar, category: Category | None = None
) -> tuple[StageDue, ...]:
    """By when each stage of a renewal handed in complete on `received_on` is due, in order.

    Complete papers are accepted on the day they are handed in. A review counts working days from the day
    after its bureau has the papers; that day is taken to be `received_on`, since the guide gives no time for
    passing them on. The whole takes at most so many calendar days from `received_on`. Only the review that a
    category has is listed; without a category, both are.
    Source: clauses stages.order, stages.*_review_workdays, stages.*_review_categories and stages.total_days
    (guide of 2020-03-05, stages 1 to 4 and time limit).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    stages = (Stage(name) for name in rules.texts("stages.order", received_on))
    return tuple(
        _due(stage, received_on, rules, calendar)
        for stage in stages
        if category is None or _concerns(stage, category, received_on, rules)
    )


def _concerns(stage: Stage, category: Category, on: date, rules: Rulebook) -> bool:
    return stage not in REVIEWS or category in rules.texts(f"stages.{stage}_categories", on)


def _due(stage: Stage, received_on: date, rules: Rulebook, calendar: Calendar) -> StageDue:
    if stage is Stage.SUBMISSION:
        return StageDue(stage=stage, due_on=received_on, clause="stages.receipt")
    if stage is Stage.ENDORSEMENT:
        last = received_on + timedelta(days=rules.days("stages.total_days", received_on))
        return StageDue(stage=stage, due_on=last, clause="stages.total_days")
    clause = f"stages.{stage}_workdays"
    due: DueDay = due_on(received_on, rules.days(clause, received_on), calendar)
    return StageDue(stage=stage, due_on=due.due_on, holidays_known=due.holidays_known, clause=clause)
