"""What the rulebook says, in examples; and what it must never say."""

from datetime import date

import pytest

from renewal.domain import Certainty, Rulebook

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("validity.years", 1),
        ("validity.endorsements_per_year", 1),
        ("endorsement.years", 1),
        ("renewal.window_days", 30),
        ("overdue.restore_days", 60),
        ("automatic.result_by_days_before_expiry", 0),
        ("stages.employment_review_workdays", 10),
        ("stages.police_review_workdays", 10),
        ("stages.total_days", 30),
        ("callback.workdays", 1),
        ("change.report_days", 30),
        ("registration.months", 6),
        ("registration.valid_years", 1),
        ("card_update.online_hours", 24),
        ("points.standard", 120),
    ],
)
def test_the_numbers_of_the_rules(rules: Rulebook, key: str, value: int):
    assert rules.integer(key, TODAY) == value


@pytest.mark.parametrize(
    ("key", "certainty"),
    [
        ("overdue.restore_days", Certainty.SEED),
        ("overdue.later_recount", Certainty.REPORTED),
        ("change.report_days", Certainty.REPORTED),
        ("points.insurance_months", Certainty.OFFICIAL),
        ("fees.reissue", Certainty.LOW),
        ("in_person.agent", Certainty.LOW),
    ],
)
def test_a_clause_says_how_sure_it_is(rules: Rulebook, key: str, certainty: Certainty):
    assert rules.clause(key).certainty is certainty


@pytest.mark.parametrize(
    ("key", "later"),
    [
        ("materials.housing.rented", "materials.lease_contract_or_filing"),
        ("materials.housing.relative", "materials.kinship_commitment"),
        ("places.renewal_which", "places.any_centre"),
        ("online.appointment", "online.full_process"),
        ("overdue.beyond", "overdue.later_recount"),
        ("registration.months", "registration.social_insurance"),
    ],
)
def test_a_rule_that_newer_practice_changes_names_it(rules: Rulebook, key: str, later: str):
    assert later in [clause.key for clause in rules.later(key, TODAY)]


def test_newer_practice_is_unknown_on_a_day_before_it(rules: Rulebook):
    assert rules.later("materials.housing.rented", date(2025, 12, 16)) == ()


def test_no_newer_practice_is_called_the_guides_own(rules: Rulebook):
    for clause in rules.clauses.values():
        for newer in clause.later:
            assert rules.clause(newer).certainty is not Certainty.SEED, (clause.key, newer)


def test_the_ninety_days_of_agents_stand_nowhere(rules: Rulebook):
    for clause in rules.clauses.values():
        told = f"{clause.title}{clause.note}{[value for _, value in clause.values]}"
        assert "90天" not in told, clause.key
        assert clause.unit not in {"calendar-day", "workday"} or clause.newest != 90, clause.key


def test_no_amount_of_money_is_told_where_sources_disagree(rules: Rulebook):
    for key in ("fees.reissue", "fees.endorsement", "fees.first_issue"):
        assert not any(sign.isdigit() for sign in rules.text(key, TODAY))


@pytest.mark.parametrize(
    ("table", "name", "points"),
    [
        ("points.age", "18-43", 30),
        ("points.age", "44", 29),
        ("points.age", "45", 27),
        ("points.age", "55", 7),
        ("points.age", "56-60", 5),
        ("points.education", "本科并有学士学位", 90),
        ("points.education", "大专", 50),
        ("points.skills", "技能二级或中级职称", 100),
        ("points.insurance_base", "1倍至2倍", 50),
        ("points.deductions", "三年内每次虚假材料", -150),
    ],
)
def test_the_points_tables(rules: Rulebook, table: str, name: str, points: int):
    assert rules.table(table, TODAY)[name] == points


def test_the_points_add_up_as_in_the_worked_examples(rules: Rulebook):
    age = rules.table("points.age", TODAY)["18-43"]
    education = rules.table("points.education", TODAY)
    years = rules.integer("points.insurance_per_year", TODAY)
    standard = rules.integer("points.standard", TODAY)
    assert education["本科并有学士学位"] + age == standard
    assert education["大专"] + age + 8 * years == standard - 16


def test_a_table_cannot_be_written_to(rules: Rulebook):
    with pytest.raises(TypeError):
        rules.table("points.age", TODAY)["18-43"] = 120  # type: ignore[index]
