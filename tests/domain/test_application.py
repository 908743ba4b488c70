from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import ApplicationState, Category, Decision, Field, Outcome, PermitState, Rulebook, Stage
from renewal.domain.application import (
    OPEN_STATES,
    Acceptance,
    ApplicationStep,
    ReviewDue,
    Reviewer,
    SpotBar,
    accept,
    is_receipt_number,
    late_clause,
    may,
    receipt_number,
    spot_bar,
    spot_clause,
)
from renewal.services.calendar import PublishedCalendar

TODAY = date(2026, 11, 23)
MATCHES = Decision(outcome=Outcome.RENEWED, clause="automatic.renewed")
DIFFERS = Decision(outcome=Outcome.FAILED, reasons=(Field.PHONE,), clause="automatic.failed")
WAITS = Decision(outcome=Outcome.WAITING, missing=(Field.SPONSOR,), clause="automatic.step_two")
STALE = Decision(outcome=Outcome.WAITING, stale=(Field.MARRIAGE,), clause="automatic.step_two")


@pytest.mark.parametrize(
    ("category", "reviewer"),
    [
        (Category.EMPLOYMENT, Reviewer.EMPLOYMENT),
        (Category.BUSINESS, Reviewer.EMPLOYMENT),
        (Category.DEPENDANT, Reviewer.POLICE),
        (Category.SCHOOLING, Reviewer.POLICE),
    ],
)
def test_complete_papers_start_the_one_review_that_the_category_has(
    rules: Rulebook, holidays: PublishedCalendar, category: Category, reviewer: Reviewer
):
    accepted = accept(TODAY, category, rules, holidays)
    assert [review.reviewer for review in accepted.reviews] == [reviewer]
    assert accepted.reviews[0].due_on == date(2026, 12, 7)
    assert accepted.due_on == TODAY + timedelta(days=30)
    assert accepted.holidays_known


def test_a_review_that_runs_into_a_year_without_published_holidays_says_so(
    rules: Rulebook, holidays: PublishedCalendar
):
    assert not accept(date(2039, 12, 28), Category.DEPENDANT, rules, holidays).holidays_known


def test_a_reviewer_has_a_stage_and_clauses_of_its_own(rules: Rulebook):
    assert Reviewer.POLICE.stage is Stage.POLICE_REVIEW
    for reviewer in Reviewer:
        assert all(rules.clause(reviewer.clause(result)) for result in ("passed", "refused"))


@pytest.mark.parametrize(
    ("step", "states"),
    [
        (ApplicationStep.PAPERS, {ApplicationState.RETURNED}),
        (ApplicationStep.PASS, {ApplicationState.IN_REVIEW}),
        (ApplicationStep.REFUSE, {ApplicationState.IN_REVIEW}),
        (ApplicationStep.ENDORSE, {ApplicationState.PASSED}),
        (ApplicationStep.WITHDRAW, set(OPEN_STATES)),
    ],
)
def test_each_step_is_taken_only_from_its_states(step: ApplicationStep, states: set[ApplicationState]):
    assert {state for state in ApplicationState if may(step, state)} == states


def test_an_application_that_is_over_takes_no_step():
    over = set(ApplicationState) - OPEN_STATES
    assert over == {ApplicationState.REFUSED, ApplicationState.ENDORSED, ApplicationState.WITHDRAWN}
    assert not any(may(step, state) for step in ApplicationStep for state in over)


@pytest.mark.parametrize("category", list(Category))
def test_who_matches_and_has_not_moved_is_endorsed_on_the_spot(rules: Rulebook, category: Category):
    assert spot_bar(category, MATCHES, rules, TODAY, address_changed=False) is None
    assert rules.clause(spot_clause(category, rules, TODAY) or "")


@pytest.mark.parametrize(
    ("decision", "moved", "bar"),
    [
        (MATCHES, True, (SpotBar.ADDRESS, (Field.ADDRESS,))),
        (DIFFERS, False, (SpotBar.MISMATCH, (Field.PHONE,))),
        (WAITS, False, (SpotBar.MISSING, (Field.SPONSOR,))),
        (STALE, False, (SpotBar.MISSING, (Field.MARRIAGE,))),
    ],
)
def test_who_moved_differs_or_was_not_compared_is_not_endorsed_on_the_spot(
    rules: Rulebook, decision: Decision, moved: bool, bar: tuple[SpotBar, tuple[Field, ...]]
):
    assert spot_bar(Category.DEPENDANT, decision, rules, TODAY, address_changed=moved) == bar


def test_a_category_that_no_clause_names_is_not_endorsed_on_the_spot(rules: Rulebook):
    class Narrower(type(rules)):  # type: ignore[misc]
        def texts(self, key: str, on: date) -> tuple[str, ...]:
            return ("dependant",) if key.startswith("on_the_spot.") else super().texts(key, on)

    narrow = Narrower(clauses=rules.clauses, documents=rules.documents, version="test")
    assert spot_bar(Category.BUSINESS, MATCHES, narrow, TODAY, address_changed=False) == (
        SpotBar.CATEGORY,
        (),
    )


def test_only_a_late_renewal_falls_under_a_clause_of_lateness(rules: Rulebook):
    assert late_clause(PermitState.IN_WINDOW) is None
    assert late_clause(PermitState.SUSPENDED) == "overdue.restore_effect"
    assert late_clause(PermitState.LAPSED) == "overdue.beyond"
    assert rules.clause("overdue.restore_effect")
    assert rules.clause("overdue.beyond")


def test_a_receipt_names_its_day_its_running_number_and_a_check_character():
    assert receipt_number(TODAY, 17) == "20261123-0000177"
    assert len(receipt_number(TODAY, 12_345_678)) == 8 + 1 + 8 + 1
    with pytest.raises(ValueError, match="numbered from one"):
        receipt_number(TODAY, 0)


@given(running=st.integers(1, 99_999_999), where=st.integers(0, 20), wrong=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(running: int, where: int, wrong: str):
    number = receipt_number(TODAY, running)
    assert is_receipt_number(number)
    at = where % (len(number) - 1)
    if number[at] not in ("-", wrong):
        assert not is_receipt_number(number[:at] + wrong + number[at + 1 :])


@given(running=st.integers(1, 99_999_999), where=st.integers(9, 13))
def test_two_swapped_digits_are_noticed(running: int, where: int):
    number = receipt_number(TODAY, running)
    one, two = number[where], number[where + 1]
    if one != two:
        assert not is_receipt_number(number[:where] + two + one + number[where + 2 :])


@pytest.mark.parametrize("text", ["", "-", "17", "20261123", "20261123-", "20261123-17", "2026112３-0000177"])
def test_what_is_no_receipt_is_told_apart(text: str):
    assert not is_receipt_number(text)


def test_an_acceptance_refuses_nonsense():
    with pytest.raises(ValueError, match="before it was accepted"):
        Acceptance(accepted_on=TODAY, reviews=(), due_on=TODAY - timedelta(days=1))
    review = ReviewDue(reviewer=Reviewer.POLICE, due_on=TODAY, holidays_known=True)
    with pytest.raises(ValueError, match="twice"):
        Acceptance(accepted_on=TODAY, reviews=(review, review), due_on=TODAY)
