"""A points estimate: the tables' rows, the worked examples, and what holds whatever a holder tells."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import Rulebook, RuleNotInForce
from renewal.domain.points import (
    AgeOutsideTable,
    Award,
    Bonus,
    Deduction,
    Degree,
    Item,
    PointsSituation,
    Skill,
    age_table,
    base_bands,
    estimate_points,
    months_for_base,
)
from renewal.domain.points_ways import FARTHEST_YEARS, Way, ways_to_raise, years_to_standard
from renewal.rulebook import load_rulebook

TODAY = date(2026, 11, 23)
RULES = load_rulebook()
AGES = sorted(age_table(RULES, TODAY))


def total(**told) -> int:
    return estimate_points(PointsSituation(**told), RULES, TODAY).total


def table(key: str) -> dict[str, int]:
    return dict(RULES.table(key, TODAY))


situations = st.builds(
    PointsSituation,
    age=st.none() | st.sampled_from(AGES),
    degree=st.none() | st.sampled_from(Degree),
    skill=st.none() | st.sampled_from(Skill),
    insurance_months=st.none() | st.integers(0, 42 * 12),
    base_multiple=st.none() | st.decimals(0, 6, places=2),
    spouse_years=st.none() | st.integers(0, 42),
    bonuses=st.frozensets(st.sampled_from(Bonus)),
    award=st.none() | st.sampled_from(Award),
    deductions=st.dictionaries(st.sampled_from(Deduction), st.integers(1, 3)).map(lambda d: tuple(d.items())),
)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ({"age": 35, "degree": Degree.BACHELOR_WITH_DEGREE}, 120),
        ({"age": 43, "degree": Degree.BACHELOR_WITH_DEGREE}, 120),
        ({"age": 35, "degree": Degree.COLLEGE, "base_multiple": Decimal(1)}, 130),
        ({"age": 35, "degree": Degree.BACHELOR, "base_multiple": Decimal(1)}, 140),
        ({"age": 40, "degree": Degree.COLLEGE, "insurance_months": 96}, 104),
    ],
)
def test_the_worked_examples_come_out_exactly(told: dict, points: int) -> None:
    made = estimate_points(PointsSituation(**told), RULES, TODAY)
    assert made.total == points
    assert made.gap == max(120 - points, 0)


@pytest.mark.parametrize(
    ("clause", "rows"),
    [
        ("points.education", set(Degree) - {Degree.NONE}),
        ("points.skills", set(Skill)),
        ("points.bonus", set(Bonus)),
        ("points.awards", set(Award)),
        ("points.deductions", set(Deduction)),
    ],
)
def test_every_row_of_a_table_can_be_told_and_nothing_else(rules: Rulebook, clause: str, rows: set) -> None:
    assert set(rules.table(clause, TODAY)) == rows


def test_the_table_of_ages_has_a_row_for_every_year_in_it() -> None:
    assert list(range(min(AGES), max(AGES) + 1)) == AGES
    assert (min(AGES), max(AGES)) == (18, 60)


@pytest.mark.parametrize(
    ("age", "points"), [(18, 30), (43, 30), (44, 29), (45, 27), (55, 7), (56, 5), (60, 5)]
)
def test_points_by_age(age: int, points: int) -> None:
    assert total(age=age) == points


@pytest.mark.parametrize("age", [0, 17, 61, 100])
def test_an_age_outside_the_table_is_an_error(age: int) -> None:
    with pytest.raises(AgeOutsideTable):
        total(age=age)


def test_of_degree_and_skill_the_higher_counts() -> None:
    assert total(degree=Degree.COLLEGE, skill=Skill.LEVEL_2) == table("points.skills")[Skill.LEVEL_2]
    assert total(degree=Degree.MASTER, skill=Skill.LEVEL_3) == table("points.education")[Degree.MASTER]
    assert total(degree=Degree.NONE) == 0


def test_only_full_years_of_insurance_count() -> None:
    each = RULES.integer("points.insurance_per_year", TODAY)
    assert [total(insurance_months=months) for months in (0, 11, 12, 23, 24)] == [0, 0, each, each, 2 * each]


@pytest.mark.parametrize(
    ("multiple", "points"),
    [
        ("0", 0),
        ("0.79", 0),
        ("0.8", 25),
        ("0.99", 25),
        ("1", 50),
        ("1.99", 50),
        ("2", 100),
        ("3", 120),
        ("5", 120),
    ],
)
def test_points_by_base(multiple: str, points: int) -> None:
    assert total(base_multiple=Decimal(multiple)) == points


@pytest.mark.parametrize(("months", "points"), [(23, 3), (24, 6 + 120), (35, 6 + 120), (36, 9 + 120)])
def test_a_base_counts_only_with_the_months_its_clause_asks_for(months: int, points: int) -> None:
    assert total(insurance_months=months, base_multiple=Decimal(3)) == points
    assert months_for_base(RULES, TODAY) == 24


def test_a_lower_base_asks_for_more_months() -> None:
    assert total(insurance_months=35, base_multiple=Decimal(2)) == 6
    assert total(insurance_months=36, base_multiple=Decimal(2)) == 9 + 100


def test_a_spouses_years_are_capped() -> None:
    cap = RULES.integer("points.spouse_cap", TODAY)
    assert total(spouse_years=3) == 12
    assert total(spouse_years=30) == cap


def test_a_deduction_is_taken_off_as_often_as_it_happened() -> None:
    each = table("points.deductions")[Deduction.DETENTION]
    assert total(age=30, deductions=((Deduction.DETENTION, 2),)) == 30 + 2 * each


def test_who_is_not_insured_long_enough_is_told_so() -> None:
    def long_enough(months: int | None) -> bool | None:
        told = PointsSituation(insurance_months=months)
        return estimate_points(told, RULES, TODAY).insured_long_enough

    assert [long_enough(months) for months in (None, 5, 6)] == [None, False, True]


@pytest.mark.parametrize(
    "told", [{"age": -1}, {"insurance_months": -1}, {"deductions": ((Deduction.CRIME, 0),)}]
)
def test_nonsense_is_refused_at_birth(told: dict) -> None:
    with pytest.raises(ValueError, match=r"not negative|at least once"):
        PointsSituation(**told)


def test_before_the_tables_there_is_no_estimate(rules: Rulebook) -> None:
    with pytest.raises(RuleNotInForce):
        estimate_points(PointsSituation(age=30), rules, date(2010, 1, 1))


def test_every_line_names_a_clause(rules: Rulebook) -> None:
    told = PointsSituation(
        age=30, degree=Degree.MASTER, insurance_months=60, base_multiple=Decimal(3), spouse_years=2
    )
    lines = estimate_points(told, rules, TODAY).lines
    assert {line.item for line in lines} == {Item.AGE, Item.DEGREE, Item.INSURANCE, Item.BASE, Item.SPOUSE}
    assert all(rules.clause(line.clause) for line in lines)


@given(situations, st.integers(0, 60))
def test_more_insurance_never_lowers_the_total(told: PointsSituation, more: int) -> None:
    months = told.insurance_months or 0
    before = replace(told, insurance_months=months)
    after = replace(told, insurance_months=months + more)
    assert estimate_points(after, RULES, TODAY).total >= estimate_points(before, RULES, TODAY).total


@given(situations)
def test_the_total_is_the_sum_of_its_lines_and_never_above_the_maxima(told: PointsSituation) -> None:
    made = estimate_points(told, RULES, TODAY)
    most = (
        max(table("points.age").values())
        + max(*table("points.education").values(), *table("points.skills").values())
        + 42 * RULES.integer("points.insurance_per_year", TODAY)
        + max(band.points for band in base_bands(RULES, TODAY))
        + RULES.integer("points.spouse_cap", TODAY)
        + sum(table("points.bonus").values())
        + max(table("points.awards").values())
    )
    assert made.total == sum(line.points for line in made.lines) <= most


@given(situations, st.sampled_from(["age", "degree", "skill", "base_multiple", "spouse_years", "award"]))
def test_leaving_an_answer_out_never_raises_the_total(told: PointsSituation, left_out: str) -> None:
    without = replace(told, **{left_out: None})
    assert estimate_points(without, RULES, TODAY).total <= estimate_points(told, RULES, TODAY).total


@given(situations)
def test_leaving_the_insurance_out_never_raises_the_total_of_who_has_the_months_for_the_base(
    told: PointsSituation,
) -> None:
    told = replace(told, insurance_months=max(told.insurance_months or 0, 36))
    without = replace(told, insurance_months=None)
    assert estimate_points(without, RULES, TODAY).total <= estimate_points(told, RULES, TODAY).total


@given(situations)
def test_each_way_adds_what_it_says(told: PointsSituation) -> None:
    made = estimate_points(told, RULES, TODAY)
    ways = ways_to_raise(told, RULES, TODAY)
    assert len(ways) <= 2
    assert not ways or made.gap
    for way in ways:
        assert way.gain > 0
        assert way.enough == (way.gain >= made.gap)
        assert estimate_points(_after(told, way), RULES, TODAY).total == made.total + way.gain


def _after(told: PointsSituation, way) -> PointsSituation:
    if way.way is Way.BASE:
        return replace(told, base_multiple=way.band.low)
    if way.way is Way.YEARS:
        assert way.years <= FARTHEST_YEARS
        older = None if told.age is None else told.age + way.years
        return replace(told, insurance_months=told.insurance_months + 12 * way.years, age=older)
    row = way.rows[0]
    return replace(told, degree=row) if isinstance(row, Degree) else replace(told, skill=row)


def test_waiting_counts_the_birthdays_in() -> None:
    told = PointsSituation(age=40, degree=Degree.COLLEGE, insurance_months=96)
    years = next(way for way in ways_to_raise(told, RULES, TODAY) if way.way is Way.YEARS)
    assert years.years == 9
    assert total(age=49, degree=Degree.COLLEGE, insurance_months=96 + 9 * 12) >= 120


def test_nobody_is_sent_to_a_doctorate_from_afar() -> None:
    told = PointsSituation(age=60, degree=Degree.COLLEGE)
    rows = [row for way in ways_to_raise(told, RULES, TODAY) for row in way.rows]
    assert Degree.DOCTOR not in rows
    assert Skill.LEVEL_1 not in rows


def test_what_was_not_told_is_no_way_to_raise() -> None:
    assert ways_to_raise(PointsSituation(age=30), RULES, TODAY) == ()


@pytest.mark.parametrize(
    ("told", "years"),
    [
        (PointsSituation(age=30, degree=Degree.MASTER), 0),
        (PointsSituation(age=41, skill=Skill.LEVEL_3, insurance_months=84), 4),
        (PointsSituation(degree=Degree.COLLEGE, insurance_months=120), 14),
        (PointsSituation(age=58, degree=Degree.NONE, insurance_months=120), None),
    ],
)
def test_insurance_alone_reaches_the_standard_in_full_years_or_never(
    told: PointsSituation, years: int | None
) -> None:
    assert years_to_standard(told, RULES, TODAY) == years
