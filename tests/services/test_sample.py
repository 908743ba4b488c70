"""The sample holders: what they cover, and that the same seed always makes the same ones."""

from datetime import date, timedelta
from itertools import combinations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from renewal.domain import Category, Decision, Fact, Field, Outcome, compare, compared_fields
from renewal.rulebook import load_rulebook
from renewal.services.samples.sample import find_sample, make_sample
from renewal.services.samples.sample_plan import DAYS_TO_EXPIRY, FIELDS, MOST, SamplePermit, sample_plan
from renewal.store import Store
from renewal.store.models import BureauFact, Holder, Permit, Record

TODAY = date(2026, 11, 23)
RULES = load_rulebook()


def everything(store: Store) -> list[tuple[object, ...]]:
    with store.read() as session:
        people = session.execute(
            select(
                Permit.number, Permit.expires_on, Holder.name, Holder.phone, Holder.category, Holder.district
            )
            .join(Permit.holder)
            .order_by(Permit.number)
        ).all()
        records = session.execute(
            select(Permit.number, *(getattr(Record, field.value) for field in Field))
            .join(Permit, Permit.id == Record.permit_id)
            .order_by(Permit.number)
        ).all()
        facts = session.execute(
            select(Permit.number, BureauFact.field, BureauFact.value, BureauFact.as_of_on)
            .join(Permit, Permit.id == BureauFact.permit_id)
            .order_by(Permit.number, BureauFact.field)
        ).all()
    return [tuple(row) for row in [*people, *records, *facts]]


def decision(store: Store, permit: Permit) -> Decision:
    with store.read() as session:
        on_file = session.get_one(Record, permit.id).values
        facts = {
            row.field: Fact(value=row.value, as_of_on=row.as_of_on, source=row.source)
            for row in session.scalars(select(BureauFact).where(BureauFact.permit_id == permit.id))
        }
    category, period_on = permit.holder.category, permit.expires_on
    return compare(category, on_file, facts, RULES, TODAY, period_on=period_on)


def expected(plan: SamplePermit) -> Outcome:
    if plan.expires_in_days > 30:
        return Outcome.WAITING  # no fact of today can speak for a window that is not open yet
    if plan.mismatched:
        return Outcome.FAILED
    return Outcome.WAITING if plan.waits else Outcome.RENEWED


def test_two_hundred_holders_are_made(store: Store) -> None:
    summary = make_sample(store, seed=7, today=TODAY)
    assert (summary.made, summary.kept) == (200, 0)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Permit)) == 200
        assert set(session.scalars(select(Holder.origin))) == {"sample"}


def test_the_same_seed_makes_the_same_people(store: Store) -> None:
    make_sample(store, seed=7, count=60, today=TODAY)
    first = everything(store)
    with store.session() as session:
        for table in (BureauFact, Record, Permit, Holder):
            session.execute(table.__table__.delete())
    make_sample(store, seed=7, count=60, today=TODAY)
    assert everything(store) == first


def test_another_seed_makes_other_people(store: Store) -> None:
    make_sample(store, seed=7, count=20, today=TODAY)
    with store.read() as session:
        first = session.scalars(select(Holder.name).order_by(Holder.id)).all()
    with store.session() as session:
        for table in (BureauFact, Record, Permit, Holder):
            session.execute(table.__table__.delete())
    make_sample(store, seed=8, count=20, today=TODAY)
    with store.read() as session:
        assert session.scalars(select(Holder.name).order_by(Holder.id)).all() != first


def test_making_the_sample_again_changes_nothing(store: Store) -> None:
    make_sample(store, seed=7, count=40, today=TODAY)
    before = everything(store)
    again = make_sample(store, seed=8, count=40, today=TODAY + timedelta(days=3))
    assert (again.made, again.kept) == (0, 40)
    assert everything(store) == before


def test_a_larger_sample_adds_to_a_smaller_one(store: Store) -> None:
    make_sample(store, seed=7, count=20, today=TODAY)
    summary = make_sample(store, seed=7, count=25, today=TODAY)
    assert (summary.made, summary.kept) == (5, 20)


def test_every_permit_comes_out_of_the_comparison_as_it_was_planned(store: Store) -> None:
    make_sample(store, seed=7, today=TODAY)
    with store.read() as session:
        permits = {permit.number: permit for permit in session.scalars(select(Permit))}
        for permit in permits.values():
            assert permit.holder.phone
    for plan in sample_plan(7, 200):
        found = decision(store, permits[plan.number])
        assert found.outcome is expected(plan), plan
        if plan.expires_in_days <= 30:
            assert (found.reasons, found.missing, found.stale) == (
                plan.mismatched,
                plan.missing,
                plan.stale,
            ), plan
        assert permits[plan.number].expires_on == TODAY + timedelta(days=plan.expires_in_days)


@pytest.mark.parametrize("category", list(Category))
def test_the_sample_has_on_file_what_the_rules_compare(category: Category) -> None:
    assert set(FIELDS[category]) == set(compared_fields(category, RULES, TODAY))


@pytest.mark.parametrize("category", list(Category))
def test_two_hundred_cover_every_category_mismatch_and_date(category: Category) -> None:
    plans = [plan for plan in sample_plan(7, 200) if plan.category is category]
    mismatches = {plan.mismatched for plan in plans}
    assert {()} | {(field,) for field in FIELDS[category]} | set(
        combinations(FIELDS[category], 2)
    ) <= mismatches
    assert {plan.expires_in_days for plan in plans if not plan.mismatched and not plan.waits} == set(
        DAYS_TO_EXPIRY
    )
    assert {(field,) for field in FIELDS[category]} <= {plan.missing for plan in plans}
    assert any(plan.stale for plan in plans)


@pytest.mark.parametrize("field", list(Field))
def test_two_hundred_have_each_mismatch_alone_on_every_date(field: Field) -> None:
    days = {plan.expires_in_days for plan in sample_plan(7, 200) if plan.mismatched == (field,)}
    assert days == set(DAYS_TO_EXPIRY)


def test_sample_phones_are_valid_different_and_plainly_made_up(store: Store) -> None:
    make_sample(store, seed=7, today=TODAY)
    with store.read() as session:
        phones = session.scalars(select(Holder.phone)).all()
    assert len(set(phones)) == 200
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)
    assert all(phone.startswith("+861990000") for phone in phones)


@given(seed=st.integers(), count=st.integers(min_value=1, max_value=400))
def test_any_seed_and_count_make_a_plan_of_that_size_without_repeated_numbers(seed: int, count: int) -> None:
    assert len({plan.number for plan in sample_plan(seed, count)}) == count


@pytest.mark.parametrize("count", [0, -1, MOST + 1])
def test_a_sample_of_impossible_size_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="sample"):
        sample_plan(1, count)


@pytest.mark.parametrize("field", list(Field))
def test_a_failure_is_found_whose_only_reason_is_that_field(store: Store, field: Field) -> None:
    make_sample(store, seed=7, count=12, today=TODAY)
    with store.read() as session:
        permit = find_sample(session, mismatch=field, situation="failure", today=TODAY)
    assert permit is not None
    assert permit.expires_on == TODAY + timedelta(days=15)
    assert decision(store, permit).reasons == (field,)


@pytest.mark.parametrize(
    ("situation", "outcome", "days"),
    [("renewed", Outcome.RENEWED, 15), ("no_result", Outcome.WAITING, 0), ("overdue", Outcome.RENEWED, -20)],
)
def test_the_other_situations_are_found(store: Store, situation: str, outcome: Outcome, days: int) -> None:
    make_sample(store, seed=7, count=12, today=TODAY)
    with store.read() as session:
        permit = find_sample(session, mismatch=None, situation=situation, today=TODAY)
    assert permit is not None
    assert permit.expires_on == TODAY + timedelta(days=days)
    assert decision(store, permit).outcome is outcome


def test_a_sample_that_was_made_weeks_ago_still_has_a_failure_near_its_expiry(store: Store) -> None:
    make_sample(store, seed=7, today=TODAY)
    later = TODAY + timedelta(days=25)
    with store.read() as session:
        permit = find_sample(session, mismatch=Field.ADDRESS, situation="failure", today=later)
    assert permit is not None
    assert later <= permit.expires_on <= later + timedelta(days=30)


def test_a_situation_is_not_found_in_a_store_without_sample(store: Store) -> None:
    with store.read() as session:
        assert find_sample(session, mismatch=Field.PHONE, situation="failure", today=TODAY) is None


def test_a_situation_that_there_is_not_is_refused(store: Store) -> None:
    with store.read() as session, pytest.raises(ValueError, match="situation"):
        find_sample(session, mismatch=None, situation="lottery", today=TODAY)
