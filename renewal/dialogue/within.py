"""A permit of whose end only the month, or the like, is known: what is true of every day of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.days import within_values
from renewal.dialogue.facts import Source

# Computed topics that hang on the day of expiry alone; where only its month is known, they are answered for that.
OF_THE_DAY = frozenset({
    "restore_by", "days_over", "days_left", "opens_on", "lapse_effect", "years_kept", "may_go", "whole_day",
})  # fmt: skip


def told_within(ask: Ask) -> tuple[str, Mapping[str, Any]] | None:
    """The wording for the month's days, with its values: of two kinds of days, of each; None where none is known."""
    within = ask.case.expires_within
    if within is None or ask.case.handed_in_on is not None:
        return None
    values = within_values(ask.ground, *within, yours=not ask.case.about_another)
    key = f"within.{'_'.join(values['states'])}"
    return (key, values) if key in ask.ground.wording else None


def is_of_another_month(ask: Ask, on: date) -> bool:
    """Whether `on`, a day that comes again, is not the one meant: the permit is known to end in another month."""
    within, expiry = ask.case.facts.value("expires_within"), ask.case.expiry
    if within is None or expiry is None or expiry.source is not Source.NOW:
        return False
    first_on, last_on = within
    return not first_on <= on <= last_on
