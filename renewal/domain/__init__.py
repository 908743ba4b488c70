"""Dates, outcomes and clauses of renewal."""

from renewal.domain.comparison import compare, compared_fields
from renewal.domain.errors import RenewalError
from renewal.domain.materials import Situation, materials
from renewal.domain.rules import (
    Certainty,
    Clause,
    Document,
    Rulebook,
    RuleNotInForce,
    RuleValue,
    Source,
    UnknownClause,
    WrongKindOfRule,
)
from renewal.domain.stages import StageDue, stage_plan
from renewal.domain.types import (
    AppointmentState,
    CaseState,
    Category,
    Decision,
    Field,
    Housing,
    IdChange,
    Outcome,
    PermitState,
    Stage,
    VisitFinding,
    VisitWay,
)
from renewal.domain.windows import (
    Window,
    endorsed_until,
    permit_state,
    reinstatement_deadline,
    renewal_window,
)
from renewal.domain.workdays import Calendar, DueDay, due_on

__all__ = [
    "AppointmentState",
    "Calendar",
    "CaseState",
    "Category",
    "Certainty",
    "Clause",
    "Decision",
    "Document",
    "DueDay",
    "Field",
    "Housing",
    "IdChange",
    "Outcome",
    "PermitState",
    "RenewalError",
    "RuleNotInForce",
    "RuleValue",
    "Rulebook",
    "Situation",
    "Source",
    "Stage",
    "StageDue",
    "UnknownClause",
    "VisitFinding",
    "VisitWay",
    "Window",
    "WrongKindOfRule",
    "compare",
    "compared_fields",
    "due_on",
    "endorsed_until",
    "materials",
    "permit_state",
    "reinstatement_deadline",
    "renewal_window",
    "stage_plan",
]
