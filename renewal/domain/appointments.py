"""On which days a holder may come by appointment."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from renewal.domain.permit_days import permit_state, reinstatement_deadline, renewal_window
from renewal.domain.rules import Rulebook
from renewal.domain.types import PermitState


class Bar(StrEnum):
    """Why no day can be had: the window opens later than is booked ahead, or closes before the next working day."""

    TOO_EARLY = "too_early"
    NO_DAY_LEFT = "no_day_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentDays:
    """From `first_on` to `last_on`, unless there is a `bar`; `opens_on` is the first day of the permit's window."""

    opens_on: date
    first_on: date
    last_on: date
    bar: Bar | None = None

    def __contains__(self, day: date) -> bool:
        return self.bar is None and self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A slot of a centre's day."""

    centre_id: int
    day: date
    starts: time


def appointment_days(
    expires_on: date, today: date, next_workday_on: date, ahead_days: int, rules: Rulebook
) -> AppointmentDays:
    """The days for an endorsement by appointment: within the window, the next working day at the earliest.

    A permit in its window is not put off beyond its expiry, and one that a late endorsement still restores not
    beyond that day, as long as there is a day left; after it, any day will do. `ahead_days` is how far ahead the
    product books.
    Source: clauses online.appointment, renewal.window_days and overdue.restore_days (guide of 2020-03-05).

    Raises:
        RuleNotInForce: the rulebook has no such rule on the expiry day.
    """
    window = renewal_window(expires_on, rules)
    state = permit_state(expires_on, today, rules)
    first_on = max(next_workday_on, window.opens_on)
    last_on = today + timedelta(days=ahead_days)
    bar = Bar.TOO_EARLY if first_on > last_on else None
    if state in {PermitState.VALID, PermitState.IN_WINDOW}:
        last_on = min(last_on, window.closes_on)
        bar = bar or (Bar.NO_DAY_LEFT if first_on > last_on else None)
    elif state is PermitState.SUSPENDED and first_on <= (
        deadline_on := reinstatement_deadline(expires_on, rules)
    ):
        last_on = min(last_on, deadline_on)
    return AppointmentDays(opens_on=window.opens_on, first_on=first_on, last_on=last_on, bar=bar)
