"""Every rule of the guide is a clause, found by its line; and no number differs from that line."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from renewal.domain import Category, Certainty, Clause, Housing, IdChange, Rulebook, Stage

SEED = "000_35b0381d97407f4e"
GUIDE = yaml.safe_load(Path(__file__).with_name("guide.yml").read_text("utf-8"))
DAY = date(2026, 11, 23)

# Each line of the guide that states a rule; the rest are headings, adverts and repeats.
RULE_LINES = {
    12: "two ways",
    16: "step one: visit or call",
    18: "renewed on the spot",
    20: "step two: what is compared",
    22: "failure text, or renewed",
    24: "bureaus that share data",
    26: "no text by the day of expiry",
    32: "validity and who may renew",
    34: "thirty days, at the service centre",
    36: "suspended, sixty days",
    40: "form",
    42: "home proved only when it changed",
    44: "own home",
    46: "rented home",
    48: "dormitory",
    50: "relatives",
    52: "identity card",
    54: "identity card changed",
    58: "stage 1",
    60: "receipt, or told on the spot",
    62: "registered, photographed, receipt",
    64: "stage 2",
    66: "employment review: 10 working days",
    68: "its result",
    70: "stage 3",
    72: "police review: 10 working days",
    74: "its result",
    76: "stage 4",
    78: "endorsed for a year",
    80: "on the spot: dependants, schooling",
    82: "on the spot: employment, business",
    84: "online appointment, disputes",
    92: "at most thirty days",
    96: "fees",
    100: "places",
    103: "callback asks the name",
    105: "callback asks the phone",
    111: "callback by phone, privacy",
    115: "callback taken",
    116: "callback within a working day",
}


def seed_clauses(rules: Rulebook) -> list[Clause]:
    return [clause for clause in rules.clauses.values() if clause.certainty is Certainty.SEED]


def lines_of(clause: Clause) -> list[int]:
    return [int(number) for number in re.findall(r"L(\d+)", clause.source.fact)]


@pytest.mark.parametrize("line", RULE_LINES, ids=lambda line: f"L{line}")
def test_every_rule_of_the_guide_has_a_clause(rules: Rulebook, line: int):
    assert any(line in lines_of(clause) for clause in seed_clauses(rules)), RULE_LINES[line]


def test_every_clause_of_the_guide_names_its_line_and_no_other_clause_does(rules: Rulebook):
    for clause in rules.clauses.values():
        of_guide = clause.source.document == SEED
        assert of_guide == (clause.certainty is Certainty.SEED), clause.key
        pattern = r"seed L\d+(–L\d+|、L\d+)*" if of_guide else r"(facts [\d.]+(、[\d.]+)*)?"
        assert re.fullmatch(pattern, clause.source.fact), clause.key


def test_every_number_of_the_guide_is_the_rulebook_s_and_the_other_way_round(rules: Rulebook):
    told: dict[int, set[int]] = {}
    for clause in seed_clauses(rules):
        number = clause.values[-1][1]
        if isinstance(number, int) and number:
            lines = [line for line in lines_of(clause) if line in GUIDE["numbers"]]
            assert lines, f"{clause.key}: the guide has no number in {clause.source.fact}"
            for line in lines:
                told.setdefault(line, set()).add(number)
    assert {line: sorted(numbers) for line, numbers in told.items()} == GUIDE["numbers"]


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("materials.close_relatives", 50),
        ("data_sources.bureaus", 24),
        ("eligibility.any_of", 32),
        ("automatic.step_one_by", 16),
    ],
)
def test_a_list_of_the_guide_is_whole_in_the_rulebook(rules: Rulebook, key: str, line: int):
    assert line in lines_of(rules.clause(key))
    assert list(rules.texts(key, DAY)) == GUIDE["lists"][line]


def test_every_member_of_the_domain_that_needs_a_clause_has_one(rules: Rulebook):
    for category in Category:
        assert rules.texts(f"automatic.compared.{category}", DAY)
    for housing in Housing:
        assert rules.texts(f"materials.housing.{housing}", DAY)
    for change in IdChange:
        assert rules.texts(f"materials.id_change.{change}", DAY)
    for stage in Stage:
        assert rules.text(f"stages.names.{stage}", DAY)


def test_each_category_has_one_review_and_one_way_on_the_spot(rules: Rulebook):
    for first, second in (
        ("stages.employment_review_categories", "stages.police_review_categories"),
        ("on_the_spot.population_match", "on_the_spot.exchange_match"),
    ):
        assert sorted(rules.texts(first, DAY) + rules.texts(second, DAY)) == sorted(Category)
