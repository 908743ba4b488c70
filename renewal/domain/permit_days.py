"""A permit's days: when renewal opens, until when a late one restores it, how long an endorsement runs.

Days are calendar days in Shanghai. A permit is valid on its expiry day, which is its last. The rules applied
are those in force on the day that is given.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from renewal.domain.rules import Rulebook
from renewal.domain.types import PermitState


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalWindow:
    """The days on which a renewal is taken in time, both ends among them."""

    opens_on: date
    closes_on: date

    def __post_init__(self) -> None:
        if self.opens_on > self.closes_on:
            raise ValueError("a window closes on the day it opens or later")

    def __contains__(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


def renewal_window(expires_on: date, rules: Rulebook) -> RenewalWindow:
    """The days before expiry on which the window takes a renewal, the expiry day being the last.

    "到期前30日内" opens 30 calendar days before the expiry day.
    Source: clause renewal.window_days (guide of 2020-03-05, window renewal, par. 2).

    Raises:
        RuleNotInForce: the rulebook has no such rule on the expiry day.
    """
    before = timedelta(days=rules.days("renewal.window_days", expires_on))
    return RenewalWindow(opens_on=expires_on - before, closes_on=expires_on)


def reinstatement_deadline(expires_on: date, rules: Rulebook) -> date:
    """Last day on which a late endorsement restores the permit's use.

    Counted in calendar days from the day after expiry, which is the first of them.
    Source: clause overdue.restore_days (guide of 2020-03-05, window renewal, par. 3).

    Raises:
        RuleNotInForce: the rulebook has no such rule on the expiry day.
    """
    return expires_on + timedelta(days=rules.days("overdue.restore_days", expires_on))


def permit_state(expires_on: date, today: date, rules: Rulebook) -> PermitState:
    """What an unrenewed permit is on `today`.

    The expiry day itself is still in the window; the deadline's day still restores.
    Source: clauses renewal.window_days, overdue.effect and overdue.restore_days.

    Raises:
        RuleNotInForce: the rulebook has no such rule on the expiry day.
    """
    window = renewal_window(expires_on, rules)
    if today < window.opens_on:
        return PermitState.VALID
    if today <= window.closes_on:
        return PermitState.IN_WINDOW
    if today <= reinstatement_deadline(expires_on, rules):
        return PermitState.SUSPENDED
    return PermitState.LAPSED


def endorsed_until(from_on: date, rules: Rulebook) -> date:
    """Last valid day of an endorsement that runs from `from_on`.

    At the window `from_on` is the day of acceptance or endorsement; for an automatic renewal it is the old
    expiry day. The term ends on the same day of the last year, or on 28 February where that year has no 29th.
    Source: clause endorsement.years (guide of 2020-03-05, stage 4).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    year = from_on.year + rules.integer("endorsement.years", from_on)
    try:
        return from_on.replace(year=year)
    except ValueError:
        return from_on.replace(year=year, day=28)
