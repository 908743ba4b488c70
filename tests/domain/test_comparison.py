from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import (
    Category,
    Decision,
    Fact,
    Field,
    Outcome,
    Rulebook,
    RuleNotInForce,
    compare,
    compared_fields,
    fresh_since,
)

TONIGHT = date(2026, 11, 23)
PERIOD = date(2026, 12, 5)
OPENS = date(2026, 11, 5)
COMMON = (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE)

categories = st.sampled_from(Category)
tokens = st.text(alphabet="abc", min_size=1, max_size=2)
records = st.dictionaries(st.sampled_from(Field), tokens)
full_records = st.fixed_dictionaries(dict.fromkeys(Field, tokens))
ages = st.dictionaries(st.sampled_from(Field), st.integers(-3, 25), max_size=6)


def told(values: dict[Field, str], on: date = TONIGHT, source: str = "police") -> dict[Field, Fact]:
    return {field: Fact(value=value, as_of_on=on, source=source) for field, value in values.items()}


def decide(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
) -> Decision:
    return compare(category, on_file, told(facts), rules, TONIGHT, period_on=PERIOD)


@pytest.mark.parametrize(
    ("category", "fields"),
    [
        (Category.EMPLOYMENT, COMMON),
        (Category.BUSINESS, COMMON),
        (Category.DEPENDANT, (*COMMON, Field.SPONSOR, Field.MARRIAGE)),
        (Category.SCHOOLING, (*COMMON, Field.ENROLMENT)),
    ],
)
def test_each_category_is_compared_on_its_own_fields(
    rules: Rulebook, category: Category, fields: tuple[Field, ...]
):
    assert compared_fields(category, rules, TONIGHT) == fields


@pytest.mark.parametrize("field", list(Field))
def test_one_changed_field_fails_a_renewal_with_that_reason(rules: Rulebook, field: Field):
    category = {Field.ENROLMENT: Category.SCHOOLING}.get(field, Category.DEPENDANT)
    on_file = dict.fromkeys(Field, "same")
    decision = decide(rules, category, on_file, on_file | {field: "other"})
    assert (decision.outcome, decision.reasons) == (Outcome.FAILED, (field,))


def test_a_failure_tells_every_reason_and_what_was_not_compared(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    facts = {Field.PHONE: "other", Field.ADDRESS: "other", Field.SPONSOR: "same"}
    assert decide(rules, Category.DEPENDANT, on_file, facts) == Decision(
        outcome=Outcome.FAILED,
        reasons=(Field.ADDRESS, Field.PHONE),
        missing=(Field.EMPLOYMENT, Field.MARRIAGE),
        clause="automatic.failed",
    )


def test_an_empty_value_is_missing_and_not_a_change(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    decision = decide(rules, Category.EMPLOYMENT, on_file, on_file | {Field.PHONE: ""})
    assert (decision.outcome, decision.missing) == (Outcome.WAITING, (Field.PHONE,))


@given(category=categories, record=full_records)
def test_equal_records_are_renewed(rules: Rulebook, category: Category, record: dict[Field, str]):
    assert decide(rules, category, record, dict(record)).outcome is Outcome.RENEWED


@given(category=categories, record=records)
def test_equal_records_never_fail_however_little_is_known(
    rules: Rulebook, category: Category, record: dict[Field, str]
):
    assert decide(rules, category, record, dict(record)).outcome is not Outcome.FAILED


@given(category=categories, on_file=records, facts=records)
def test_a_missing_fact_never_becomes_a_mismatch(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
):
    decision = decide(rules, category, on_file, facts)
    known = on_file.keys() & facts.keys()
    compared = set(compared_fields(category, rules, TONIGHT))
    assert set(decision.missing) == compared - known
    assert set(decision.reasons) == {field for field in compared & known if on_file[field] != facts[field]}
    assert rules.clause(decision.clause)


@given(category=categories, on_file=records, facts=records)
def test_filling_gaps_with_what_is_on_file_changes_no_reason(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
):
    before = decide(rules, category, on_file, facts)
    after = decide(rules, category, on_file, dict(on_file) | facts)
    assert set(before.reasons) == set(after.reasons)


@given(category=categories, on_file=full_records, facts=full_records)
def test_fields_of_other_categories_are_ignored(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
):
    own = compared_fields(category, rules, TONIGHT)
    only = {field: facts[field] for field in own}
    assert decide(rules, category, on_file, facts) == decide(rules, category, on_file, only)


def test_a_fact_counts_from_the_first_day_of_the_window_on(rules: Rulebook):
    assert fresh_since(PERIOD, rules) == OPENS
    on_file = dict.fromkeys(Field, "same")
    on_the_day = compare(Category.EMPLOYMENT, on_file, told(on_file, OPENS), rules, TONIGHT, period_on=PERIOD)
    assert on_the_day.outcome is Outcome.RENEWED
    before = compare(
        Category.EMPLOYMENT,
        on_file,
        told(on_file, OPENS - timedelta(days=1)),
        rules,
        TONIGHT,
        period_on=PERIOD,
    )
    assert (before.outcome, before.stale, before.missing) == (Outcome.WAITING, COMMON, ())


def test_a_stale_fact_that_differs_waits_and_does_not_fail(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    facts = told(on_file) | told({Field.PHONE: "other"}, OPENS - timedelta(days=1))
    decision = compare(Category.EMPLOYMENT, on_file, facts, rules, TONIGHT, period_on=PERIOD)
    assert (decision.outcome, decision.stale) == (Outcome.WAITING, (Field.PHONE,))


def test_an_address_that_a_visit_found_changed_fails_by_step_one(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    facts = told(on_file) | told({Field.ADDRESS: "changed"}, source="visit")
    decision = compare(Category.EMPLOYMENT, on_file, facts, rules, TONIGHT, period_on=PERIOD)
    assert (decision.reasons, decision.clause) == ((Field.ADDRESS,), "automatic.step_one")


def test_a_visitor_who_renewed_on_the_spot_has_decided_whatever_else_is_known(rules: Rulebook):
    decision = compare(
        Category.EMPLOYMENT, {}, {}, rules, TONIGHT, period_on=PERIOD, renewed_on_the_spot=True
    )
    assert (decision.outcome, decision.clause) == (Outcome.RENEWED, "automatic.step_one_on_the_spot")


def test_an_address_that_is_known_to_be_another_since_undoes_a_renewal_on_the_spot(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    facts = told(on_file) | told({Field.ADDRESS: "changed"}, source="visit")
    decision = compare(
        Category.EMPLOYMENT, on_file, facts, rules, TONIGHT, period_on=PERIOD, renewed_on_the_spot=True
    )
    assert (decision.outcome, decision.clause) == (Outcome.FAILED, "automatic.step_one")


def test_after_expiry_a_fact_must_be_of_the_days_before_the_comparison(rules: Rulebook):
    late_on = PERIOD + timedelta(days=100)
    on_file = dict.fromkeys(Field, "same")
    old = compare(Category.EMPLOYMENT, on_file, told(on_file, PERIOD), rules, late_on, period_on=PERIOD)
    assert old.stale == COMMON
    fresh_on = late_on - timedelta(days=30)
    new = compare(Category.EMPLOYMENT, on_file, told(on_file, fresh_on), rules, late_on, period_on=PERIOD)
    assert new.outcome is Outcome.RENEWED


@given(category=categories, on_file=records, facts=records, ages=ages)
def test_an_older_fact_is_told_apart_from_none_and_from_a_mismatch(
    rules: Rulebook,
    category: Category,
    on_file: dict[Field, str],
    facts: dict[Field, str],
    ages: dict[Field, int],
):
    dated = {
        field: Fact(value=value, as_of_on=OPENS + timedelta(days=ages.get(field, 0)), source="police")
        for field, value in facts.items()
    }
    decision = compare(category, on_file, dated, rules, TONIGHT, period_on=PERIOD)
    compared = set(compared_fields(category, rules, TONIGHT))
    both = compared & on_file.keys() & facts.keys()
    assert set(decision.missing) == compared - both
    assert set(decision.stale) == {field for field in both if ages.get(field, 0) < 0}
    assert not set(decision.reasons) & (set(decision.missing) | set(decision.stale))


def test_a_night_before_automatic_renewal_was_told_of_is_refused(rules: Rulebook):
    with pytest.raises(RuleNotInForce):
        compare(Category.EMPLOYMENT, {}, {}, rules, date(2019, 12, 31), period_on=date(2019, 12, 31))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"outcome": Outcome.FAILED}, "has reasons"),
        ({"outcome": Outcome.RENEWED, "reasons": (Field.PHONE,)}, "has reasons"),
        ({"outcome": Outcome.WAITING}, "waits for"),
        ({"outcome": Outcome.RENEWED, "missing": (Field.PHONE,)}, "not compared"),
        ({"outcome": Outcome.RENEWED, "stale": (Field.PHONE,)}, "not compared"),
        ({"outcome": Outcome.RENEWED, "clause": ""}, "names its clause"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(fields: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        Decision(**{"clause": "automatic.renewed"} | fields)
