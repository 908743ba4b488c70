"""Automatic renewal's second step: what is on file against what the bureaus say."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from renewal.domain.rules import Rulebook
from renewal.domain.types import Category, Decision, Field, Outcome

RENEWED = Decision(outcome=Outcome.RENEWED, clause="automatic.renewed")
FAILED_CLAUSE = "automatic.failed"
WAITING_CLAUSE = "automatic.step_two"


@lru_cache(maxsize=64)
def compared_fields(category: Category, rules: Rulebook, on: date) -> tuple[Field, ...]:
    """What is compared for a category, in the order in which reasons are told.

    Remembered, since a night asks it for every permit and gets one of four answers.
    Source: clauses automatic.compared.* (guide of 2020-03-05, automatic renewal 1.2).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    return tuple(Field(name) for name in rules.texts(f"automatic.compared.{category}", on))


def compare(
    category: Category, on_file: Mapping[Field, str], facts: Mapping[Field, str], rules: Rulebook, on: date
) -> Decision:
    """Renewed, failed with every reason, or waiting for what is missing.

    Values are normalised tokens and are the same only when equal; a field that is absent or empty on either
    side is missing, never a mismatch. Fields that the category does not compare are ignored.
    Source: clauses automatic.compared.*, automatic.renewed and automatic.failed (guide of 2020-03-05,
    automatic renewal 1.2).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    reasons: list[Field] = []
    missing: list[Field] = []
    for field in compared_fields(category, rules, on):
        ours, theirs = on_file.get(field), facts.get(field)
        if not ours or not theirs:
            missing.append(field)
        elif ours != theirs:
            reasons.append(field)
    if reasons:
        return Decision(
            outcome=Outcome.FAILED, reasons=tuple(reasons), missing=tuple(missing), clause=FAILED_CLAUSE
        )
    if missing:
        return Decision(outcome=Outcome.WAITING, missing=tuple(missing), clause=WAITING_CLAUSE)
    return RENEWED
