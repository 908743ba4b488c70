from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import Category, Rulebook, Stage, StageDue, stage_plan
from renewal.services.calendar import PublishedCalendar

RECEIVED_ON = date(2026, 11, 23)


def test_without_a_category_all_four_stages_are_due_in_the_guides_order(
    rules: Rulebook, holidays: PublishedCalendar
):
    plan = stage_plan(RECEIVED_ON, rules, holidays)
    assert [(due.stage, due.due_on) for due in plan] == [
        (Stage.SUBMISSION, RECEIVED_ON),
        (Stage.EMPLOYMENT_REVIEW, date(2026, 12, 7)),
        (Stage.POLICE_REVIEW, date(2026, 12, 7)),
        (Stage.ENDORSEMENT, date(2026, 12, 23)),
    ]


@pytest.mark.parametrize(
    ("category", "review"),
    [
        (Category.EMPLOYMENT, Stage.EMPLOYMENT_REVIEW),
        (Category.BUSINESS, Stage.EMPLOYMENT_REVIEW),
        (Category.DEPENDANT, Stage.POLICE_REVIEW),
        (Category.SCHOOLING, Stage.POLICE_REVIEW),
    ],
)
def test_a_category_has_the_one_review_that_concerns_it(
    rules: Rulebook, holidays: PublishedCalendar, category: Category, review: Stage
):
    stages = [due.stage for due in stage_plan(RECEIVED_ON, rules, holidays, category)]
    assert stages == [Stage.SUBMISSION, review, Stage.ENDORSEMENT]


def test_a_review_that_runs_into_a_year_without_published_holidays_says_so(
    rules: Rulebook, holidays: PublishedCalendar
):
    review = stage_plan(date(2039, 12, 28), rules, holidays, Category.DEPENDANT)[1]
    assert not review.holidays_known


@given(
    received_on=st.dates(date(2020, 1, 1), date(2040, 1, 1)), category=st.none() | st.sampled_from(Category)
)
def test_every_stage_is_due_between_receipt_and_the_longest_term(
    rules: Rulebook, holidays: PublishedCalendar, received_on: date, category: Category | None
):
    plan = stage_plan(received_on, rules, holidays, category)
    assert plan[0].due_on == received_on
    assert plan[-1].due_on == received_on + timedelta(days=rules.days("stages.total_days", received_on))
    assert all(received_on <= due.due_on for due in plan)
    assert all(rules.clause(due.clause) for due in plan)


def test_a_stages_day_names_its_clause():
    with pytest.raises(ValueError, match="names its clause"):
        StageDue(stage=Stage.SUBMISSION, due_on=RECEIVED_ON, clause="")
