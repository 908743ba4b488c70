from datetime import date

import pytest

from renewal.domain import Certainty, Clause, Rulebook, RuleNotInForce, Source, UnknownClause, WrongKindOfRule


def clause(key: str = "fees.sample", unit: str = "calendar-day", **changes: object) -> Clause:
    fields: dict[str, object] = {
        "title": "sample",
        "source": Source(document="guide", place="par. 1"),
        "certainty": Certainty.SEED,
        "values": ((date(2020, 1, 1), 30), (date(2026, 1, 1), 45)),
    }
    return Clause(key=key, unit=unit, **fields | changes)


def rulebook(*clauses: Clause) -> Rulebook:
    return Rulebook(clauses={made.key: made for made in clauses}, version="0")


@pytest.mark.parametrize(
    ("on", "value"),
    [(date(2020, 1, 1), 30), (date(2025, 12, 31), 30), (date(2026, 1, 1), 45), (date(2099, 1, 1), 45)],
)
def test_a_value_holds_from_its_day_until_the_next_one(on: date, value: int):
    assert rulebook(clause()).days("fees.sample", on) == value


def test_before_its_first_day_a_rule_is_not_in_force():
    with pytest.raises(RuleNotInForce, match=r"fees\.sample 在 2019-12-31 还没有生效"):
        rulebook(clause()).value("fees.sample", date(2019, 12, 31))


def test_an_unknown_clause_is_named():
    with pytest.raises(UnknownClause, match=r"没有条款 fees\.other"):
        rulebook().clause("fees.other")


def test_days_are_asked_only_of_a_clause_that_counts_days():
    with pytest.raises(WrongKindOfRule, match="单位不是天"):
        rulebook(clause(unit="year")).days("fees.sample", date(2026, 1, 1))


@pytest.mark.parametrize("asked", ["text", "texts", "table"])
def test_a_number_is_not_taken_for_words(asked: str):
    with pytest.raises(WrongKindOfRule, match=r"fees\.sample"):
        getattr(rulebook(clause()), asked)("fees.sample", date(2026, 1, 1))


def test_words_are_not_taken_for_a_number():
    words = clause(unit="text", values=((date(2020, 1, 1), "free"),))
    with pytest.raises(WrongKindOfRule, match="不是数"):
        rulebook(words).integer("fees.sample", date(2026, 1, 1))


def test_newer_practice_is_told_only_once_it_holds():
    old = clause(later=("fees.newer",))
    newer = clause("fees.newer", values=((date(2025, 12, 17), 1),))
    rules = rulebook(old, newer)
    assert rules.later("fees.sample", date(2025, 12, 16)) == ()
    assert rules.later("fees.sample", date(2025, 12, 17)) == (newer,)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "a key, a title and a unit"),
        ({"values": ()}, "at least one dated value"),
        ({"values": ((date(2026, 1, 1), 1), (date(2020, 1, 1), 2))}, "go up by day"),
        ({"values": ((date(2026, 1, 1), 1), (date(2026, 1, 1), 2))}, "go up by day"),
    ],
)
def test_a_clause_that_makes_no_sense_is_refused(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        clause(**changes)


def test_a_source_names_its_document_and_place():
    with pytest.raises(ValueError, match="document and the place"):
        Source(document="guide", place="")
