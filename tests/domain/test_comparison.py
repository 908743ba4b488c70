from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import (
    Category,
    Decision,
    Field,
    Outcome,
    Rulebook,
    RuleNotInForce,
    compare,
    compared_fields,
)

TONIGHT = date(2026, 11, 23)
COMMON = (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE)

categories = st.sampled_from(Category)
tokens = st.text(alphabet="abc", min_size=1, max_size=2)
records = st.dictionaries(st.sampled_from(Field), tokens)
full_records = st.fixed_dictionaries(dict.fromkeys(Field, tokens))


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
    decision = compare(category, on_file, on_file | {field: "other"}, rules, TONIGHT)
    assert (decision.outcome, decision.reasons) == (Outcome.FAILED, (field,))


def test_a_failure_tells_every_reason_and_what_was_not_compared(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    facts = {Field.PHONE: "other", Field.ADDRESS: "other", Field.SPONSOR: "same"}
    assert compare(Category.DEPENDANT, on_file, facts, rules, TONIGHT) == Decision(
        outcome=Outcome.FAILED,
        reasons=(Field.ADDRESS, Field.PHONE),
        missing=(Field.EMPLOYMENT, Field.MARRIAGE),
        clause="automatic.failed",
    )


def test_an_empty_value_is_missing_and_not_a_change(rules: Rulebook):
    on_file = dict.fromkeys(Field, "same")
    decision = compare(Category.EMPLOYMENT, on_file, on_file | {Field.PHONE: ""}, rules, TONIGHT)
    assert (decision.outcome, decision.missing) == (Outcome.WAITING, (Field.PHONE,))


@given(category=categories, record=full_records)
def test_equal_records_are_renewed(rules: Rulebook, category: Category, record: dict[Field, str]):
    assert compare(category, record, dict(record), rules, TONIGHT).outcome is Outcome.RENEWED


@given(category=categories, record=records)
def test_equal_records_never_fail_however_little_is_known(
    rules: Rulebook, category: Category, record: dict[Field, str]
):
    assert compare(category, record, dict(record), rules, TONIGHT).outcome is not Outcome.FAILED


@given(category=categories, on_file=records, facts=records)
def test_a_missing_fact_never_becomes_a_mismatch(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
):
    decision = compare(category, on_file, facts, rules, TONIGHT)
    known = on_file.keys() & facts.keys()
    compared = set(compared_fields(category, rules, TONIGHT))
    assert set(decision.missing) == compared - known
    assert set(decision.reasons) == {field for field in compared & known if on_file[field] != facts[field]}
    assert rules.clause(decision.clause)


@given(category=categories, on_file=records, facts=records)
def test_filling_gaps_with_what_is_on_file_changes_no_reason(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
):
    before = compare(category, on_file, facts, rules, TONIGHT)
    after = compare(category, on_file, dict(on_file) | facts, rules, TONIGHT)
    assert set(before.reasons) == set(after.reasons)


@given(category=categories, on_file=full_records, facts=full_records)
def test_fields_of_other_categories_are_ignored(
    rules: Rulebook, category: Category, on_file: dict[Field, str], facts: dict[Field, str]
):
    own = compared_fields(category, rules, TONIGHT)
    only = {field: facts[field] for field in own}
    assert compare(category, on_file, facts, rules, TONIGHT) == compare(
        category, on_file, only, rules, TONIGHT
    )


def test_a_night_before_automatic_renewal_was_told_of_is_refused(rules: Rulebook):
    with pytest.raises(RuleNotInForce):
        compare(Category.EMPLOYMENT, {}, {}, rules, date(2019, 12, 31))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"outcome": Outcome.FAILED}, "has reasons"),
        ({"outcome": Outcome.RENEWED, "reasons": (Field.PHONE,)}, "has reasons"),
        ({"outcome": Outcome.WAITING}, "waits for"),
        ({"outcome": Outcome.RENEWED, "missing": (Field.PHONE,)}, "not compared"),
        ({"outcome": Outcome.RENEWED, "clause": ""}, "names its clause"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(fields: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        Decision(**{"clause": "automatic.renewed"} | fields)
