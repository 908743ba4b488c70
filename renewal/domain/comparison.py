"""Automatic renewal's two steps: what a visit found, and what is on file against what the bureaus say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from renewal.domain.permit_days import renewal_window
from renewal.domain.rules import Rulebook
from renewal.domain.types import Category, Decision, Field, Outcome

VISIT = "visit"  # the source of an address that a visit or call found
RENEWED = Decision(outcome=Outcome.RENEWED, clause="automatic.renewed")
RENEWED_ON_THE_SPOT = Decision(outcome=Outcome.RENEWED, clause="automatic.step_one_on_the_spot")
FAILED_CLAUSE = "automatic.failed"
FAILED_BY_VISIT_CLAUSE = "automatic.step_one"
WAITING_CLAUSE = "automatic.step_two"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What `source` knew of a field on `as_of_on`; `value` is a normalised token."""

    value: str
    as_of_on: date
    source: str


class FieldState(StrEnum):
    """How one field stands in a comparison."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"
    STALE = "stale"


@lru_cache(maxsize=64)
def compared_fields(category: Category, rules: Rulebook, on: date) -> tuple[Field, ...]:
    """What is compared for a category, in the order in which reasons are told.

    Remembered, since a night asks it for every permit and gets one of four answers.
    Source: clauses automatic.compared.* (guide of 2020-03-05, automatic renewal 1.2).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    return tuple(Field(name) for name in rules.texts(f"automatic.compared.{category}", on))


def fresh_since(period_on: date, rules: Rulebook, on: date | None = None) -> date:
    """The first day on which a fact can speak for the period that ends on `period_on`: its window's first.

    After the day of expiry the same span is counted back from `on`: a late endorsement is of that day.

    Source: clause renewal.window_days. That older facts do not speak is our reading of "conditions met in the
    month of endorsement" (guide of 2020-03-05, window renewal, par. 1); the guide names no age.

    Raises:
        RuleNotInForce: the rulebook has no renewal window on that day.
    """
    return renewal_window(max(period_on, on or period_on), rules).opens_on


def field_state(ours: str | None, fact: Fact | None, since_on: date) -> FieldState:
    """What is on file against one fact. Values are the same only when equal.

    Nothing on file, or nothing known, is missing; a fact from before `since_on` is stale, whatever it says.
    """
    if not ours or fact is None or not fact.value:
        return FieldState.MISSING
    if fact.as_of_on < since_on:
        return FieldState.STALE
    return FieldState.SAME if ours == fact.value else FieldState.DIFFERS


def compare(
    category: Category,
    on_file: Mapping[Field, str],
    facts: Mapping[Field, Fact],
    rules: Rulebook,
    on: date,
    *,
    period_on: date,
    renewed_on_the_spot: bool = False,
) -> Decision:
    """Renewed, failed with every reason, or waiting for what is missing or stale.

    A visitor who renewed on the spot has decided, unless it is known since that the address is another one.
    Otherwise a field that differs fails the renewal; one that is
    missing or stale never does. Fields that the category does not compare are ignored. `period_on` is the
    permit's day of expiry. An address that a visit found changed fails by step one, everything else by step two.
    Source: clauses automatic.step_one*, automatic.compared.*, automatic.renewed and automatic.failed
    (guide of 2020-03-05, automatic renewal 1.1 and 1.2).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    since_on = fresh_since(period_on, rules, on)
    found: dict[FieldState, list[Field]] = {state: [] for state in FieldState}
    for field in compared_fields(category, rules, on):
        found[field_state(on_file.get(field), facts.get(field), since_on)].append(field)
    if renewed_on_the_spot and Field.ADDRESS not in found[FieldState.DIFFERS]:
        return RENEWED_ON_THE_SPOT
    missing, stale = tuple(found[FieldState.MISSING]), tuple(found[FieldState.STALE])
    if reasons := tuple(found[FieldState.DIFFERS]):
        by_visit = Field.ADDRESS in reasons and facts[Field.ADDRESS].source == VISIT
        clause = FAILED_BY_VISIT_CLAUSE if by_visit else FAILED_CLAUSE
        return Decision(outcome=Outcome.FAILED, reasons=reasons, missing=missing, stale=stale, clause=clause)
    if missing or stale:
        return Decision(outcome=Outcome.WAITING, missing=missing, stale=stale, clause=WAITING_CLAUSE)
    return RENEWED
