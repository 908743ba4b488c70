"""What a day means for one permit today: the values that a wording names, worked out under the rulebook."""

from datetime import date, timedelta
from typing import Any

from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.domain import (
    Category,
    Field,
    PermitState,
    Rulebook,
    Stage,
    endorsed_until,
    permit_state,
    reinstatement_deadline,
    renewal_window,
    stage_plan,
)
from renewal.domain.workdays import SATURDAY

OPEN = "open"
STATES = {
    PermitState.VALID: "early",
    PermitState.IN_WINDOW: OPEN,
    PermitState.SUSPENDED: "suspended",
    PermitState.LAPSED: "lapsed",
}
_REVIEWS = {
    Category.EMPLOYMENT: "employment",
    Category.BUSINESS: "employment",
    Category.DEPENDANT: "police",
    Category.SCHOOLING: "police",
}


def state_of(ground: Ground, expires_on: date) -> str:
    """early, open, last_day, suspended or lapsed, as a permit stands today."""
    if expires_on == ground.today:
        return "last_day"
    return STATES[permit_state(expires_on, ground.today, ground.rules)]


def expiry_values(
    ground: Ground, expires_on: date, *, roughly: bool = False, yours: bool = True
) -> dict[str, Any]:
    """What an expiry day comes to: when renewal opens, until when a late one restores, how many days each is off.

    Days are calendar days; `yours`: the permit is the writer's own.
    Source: clauses renewal.window_days and overdue.restore_days.
    """
    today, rules = ground.today, ground.rules
    opens_on = renewal_window(expires_on, rules).opens_on
    deadline_on = reinstatement_deadline(expires_on, rules)
    return {
        "roughly": roughly,
        "yours": yours,
        "state": state_of(ground, expires_on),
        "expires_on": expires_on,
        "opens_on": opens_on,
        "deadline_on": deadline_on,
        "days_left": (expires_on - today).days,
        "days_overdue": (today - expires_on).days,
        "days_to_deadline": (deadline_on - today).days,
        "days_to_open": (opens_on - today).days,
    }


def within_values(ground: Ground, first_on: date, last_on: date, *, yours: bool = True) -> dict[str, Any]:
    """What it comes to that a permit ends on a day from `first_on` to `last_on`: its states today, oldest day first.

    `split_on` is the first day of the second state, where there are two. The states are those of `state_of`, but
    that the last day is "open" as the others in the window.
    """
    days = [first_on + timedelta(days=day) for day in range((last_on - first_on).days + 1)]
    states = [OPEN if (state := state_of(ground, day)) == "last_day" else state for day in days]
    split = next((day for day, state in zip(days, states, strict=True) if state != states[0]), last_on)
    first, last = expiry_values(ground, first_on), expiry_values(ground, last_on)
    return {
        "yours": yours,
        "states": tuple(dict.fromkeys(states)),
        "first_on": first_on,
        "last_on": last_on,
        "split_on": split,
        "before_split_on": split - timedelta(days=1),
        "opens_on": first["opens_on"],
        "opens_last_on": last["opens_on"],
        "deadline_on": first["deadline_on"],
        "deadline_last_on": last["deadline_on"],
    }


def visit_values(ground: Ground, expires_on: date, visit_on: date) -> dict[str, Any]:
    """The day of a visit, what a renewal on it would be, and whether it is a weekend's or a holiday."""
    known = ground.calendar.is_workday(visit_on)
    closed = visit_on.weekday() >= SATURDAY if known is None else not known
    return {"visit": visit_of(ground.rules, expires_on, visit_on), "visit_on": visit_on, "day_off": closed}


def visit_of(rules: Rulebook, expires_on: date, visit_on: date) -> str:
    """What a renewal on `visit_on` would be: too_early, in_time, restores or too_late."""
    window = renewal_window(expires_on, rules)
    if visit_on < window.opens_on:
        return "too_early"
    if visit_on <= window.closes_on:
        return "in_time"
    return "restores" if visit_on <= reinstatement_deadline(expires_on, rules) else "too_late"


def handed_in_values(ground: Ground, case: Case, handed_in_on: date) -> dict[str, Any]:
    """By when each review of papers handed in complete on that day is due, all is done, and the new term's end.

    Without a category the later of both reviews. Source: clauses stages.* and endorsement.years.
    """
    category = case.ground_of_permit
    plan = stage_plan(handed_in_on, ground.rules, ground.calendar, category)
    reviews = [due for due in plan if due.stage in (Stage.EMPLOYMENT_REVIEW, Stage.POLICE_REVIEW)]
    done = next(due for due in plan if due.stage is Stage.ENDORSEMENT)
    review_due_on = max(due.due_on for due in reviews)
    return {
        "handed_in_on": handed_in_on,
        "review_by": _REVIEWS[category] if category else "",
        "review_due_on": review_due_on,
        "done_by_on": done.due_on,
        "holidays_known": all(due.holidays_known for due in plan),
        "valid_until_on": endorsed_until(handed_in_on, ground.rules),
    }


def notice_values(ground: Ground, reasons: tuple[Field, ...], expires_on: date) -> dict[str, Any]:
    """What a wording about a notice may name: the reasons, the day, how much time is left, the end if it is renewed."""
    until_on = endorsed_until(expires_on, ground.rules)
    return {
        **expiry_values(ground, expires_on),
        "reasons": reasons,
        "endorsed_until_on": until_on,
        "next_opens_on": renewal_window(until_on, ground.rules).opens_on,
    }
