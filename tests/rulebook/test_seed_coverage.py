"""Every rule of the guide is a clause, found by its line; and no number differs from that line."""

import re
from datetime import date
from pathlib import Path

import pytest

from renewal.domain import Category, Certainty, Clause, Housing, IdChange, Rulebook, Stage

SEED = "000_35b0381d97407f4e"
SEED_FILE = Path(__file__).parents[3] / "shared" / "domain" / f"{SEED}.txt"
DAY = date(2026, 11, 23)
NUMERALS = {1: "一"}

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


@pytest.mark.skipif(not SEED_FILE.exists(), reason="the guide's text is not beside the repository")
def test_every_number_taken_from_the_guide_stands_in_its_line(rules: Rulebook):
    text = SEED_FILE.read_text(encoding="utf-8").splitlines()
    for clause in seed_clauses(rules):
        number = clause.values[-1][1]
        if not isinstance(number, int) or number == 0:
            continue
        told = "".join(text[line - 1] for line in lines_of(clause))
        assert str(number) in told or NUMERALS.get(number, "?") in told, clause.key


@pytest.mark.skipif(not SEED_FILE.exists(), reason="the guide's text is not beside the repository")
@pytest.mark.parametrize(
    "key",
    ["materials.close_relatives", "data_sources.bureaus", "eligibility.any_of", "automatic.step_one_by"],
)
def test_lists_taken_from_the_guide_are_in_its_words(rules: Rulebook, key: str):
    text = SEED_FILE.read_text(encoding="utf-8").splitlines()
    told = "".join(text[line - 1] for line in lines_of(rules.clause(key)))
    assert all(word in told for word in rules.texts(key, DAY))


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
