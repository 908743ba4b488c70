from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import (
    PermitState,
    RenewalWindow,
    Rulebook,
    RuleNotInForce,
    endorsed_until,
    permit_state,
    reinstatement_deadline,
    renewal_window,
)

ORDER = list(PermitState)
days = st.dates(min_value=date(2013, 7, 1), max_value=date(2100, 12, 31))
offsets = st.integers(min_value=-500, max_value=500)


@pytest.mark.parametrize(
    ("expires_on", "opens_on"),
    [
        (date(2026, 12, 5), date(2026, 11, 5)),
        (date(2027, 1, 10), date(2026, 12, 11)),
        (date(2027, 1, 30), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2028, 1, 30)),
        (date(2027, 3, 1), date(2027, 1, 30)),
        (date(2028, 3, 1), date(2028, 1, 31)),
    ],
)
def test_the_window_opens_thirty_calendar_days_before_expiry_and_closes_on_it(
    rules: Rulebook, expires_on: date, opens_on: date
):
    assert renewal_window(expires_on, rules) == RenewalWindow(opens_on=opens_on, closes_on=expires_on)


@pytest.mark.parametrize(
    ("expires_on", "deadline_on"),
    [
        (date(2026, 9, 24), date(2026, 11, 23)),
        (date(2026, 11, 2), date(2027, 1, 1)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 4, 29)),
    ],
)
def test_the_sixty_days_are_counted_from_the_day_after_expiry(
    rules: Rulebook, expires_on: date, deadline_on: date
):
    assert reinstatement_deadline(expires_on, rules) == deadline_on


@pytest.mark.parametrize(
    ("days_after_expiry", "state"),
    [
        (-31, PermitState.VALID),
        (-30, PermitState.IN_WINDOW),
        (-1, PermitState.IN_WINDOW),
        (0, PermitState.IN_WINDOW),
        (1, PermitState.SUSPENDED),
        (60, PermitState.SUSPENDED),
        (61, PermitState.LAPSED),
        (2000, PermitState.LAPSED),
    ],
)
@pytest.mark.parametrize("expires_on", [date(2026, 12, 31), date(2028, 2, 29), date(2026, 11, 23)])
def test_a_permit_is_usable_on_its_expiry_day_and_restorable_for_sixty_days_after(
    rules: Rulebook, expires_on: date, days_after_expiry: int, state: PermitState
):
    assert permit_state(expires_on, expires_on + timedelta(days=days_after_expiry), rules) is state


@pytest.mark.parametrize(
    ("from_on", "last_on"),
    [
        (date(2026, 3, 10), date(2027, 3, 10)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_an_endorsement_runs_one_year_and_ends_in_february_where_there_is_no_29th(
    rules: Rulebook, from_on: date, last_on: date
):
    assert endorsed_until(from_on, rules) == last_on


@given(expires_on=days)
def test_the_window_always_contains_the_expiry_day_and_never_the_day_after(rules: Rulebook, expires_on: date):
    window = renewal_window(expires_on, rules)
    assert expires_on in window
    assert expires_on + timedelta(days=1) not in window
    assert window.opens_on in window
    assert window.opens_on - timedelta(days=1) not in window


@given(expires_on=days, first=offsets, second=offsets)
def test_a_state_never_goes_back_as_days_pass(rules: Rulebook, expires_on: date, first: int, second: int):
    earlier, later = sorted((first, second))
    states = [permit_state(expires_on, expires_on + timedelta(days=n), rules) for n in (earlier, later)]
    assert ORDER.index(states[0]) <= ORDER.index(states[1])


@given(expires_on=days, offset=offsets)
def test_the_state_agrees_with_the_window_and_the_deadline(rules: Rulebook, expires_on: date, offset: int):
    today = expires_on + timedelta(days=offset)
    state = permit_state(expires_on, today, rules)
    assert (state is PermitState.IN_WINDOW) == (today in renewal_window(expires_on, rules))
    assert (state is PermitState.LAPSED) == (today > reinstatement_deadline(expires_on, rules))


@given(first=days, second=days)
def test_a_later_endorsement_never_ends_sooner(rules: Rulebook, first: date, second: date):
    earlier, later = sorted((first, second))
    assert earlier < endorsed_until(earlier, rules) <= endorsed_until(later, rules)


def test_a_permit_from_before_the_rule_is_refused_rather_than_guessed(rules: Rulebook):
    with pytest.raises(RuleNotInForce, match=r"renewal\.window_days"):
        renewal_window(date(2013, 6, 30), rules)


def test_a_window_that_closes_before_it_opens_is_refused():
    with pytest.raises(ValueError, match="closes on the day it opens or later"):
        RenewalWindow(opens_on=date(2026, 2, 2), closes_on=date(2026, 2, 1))
