from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.domain import Housing, IdChange, Rulebook, RuleNotInForce, Situation, materials

EVERYONE = ("application_form", "id_card_copy")


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    housing = draw(st.none() | st.sampled_from(Housing))
    home = st.sampled_from([None, Housing.OWN, Housing.RENTED]) if housing is Housing.RELATIVE else st.none()
    return Situation(
        housing=housing,
        address_changed=draw(st.booleans()),
        id_changes=frozenset(draw(st.sets(st.sampled_from(IdChange)))),
        relative_home=draw(home),
    )


def test_without_any_change_the_form_and_the_identity_card_are_enough(rules: Rulebook):
    assert materials(Situation(), rules) == EVERYONE


@pytest.mark.parametrize("housing", [None, *Housing])
def test_no_home_is_proved_while_the_address_is_the_registered_one(rules: Rulebook, housing: Housing | None):
    assert materials(Situation(housing=housing, address_changed=False), rules) == EVERYONE


@pytest.mark.parametrize(
    ("housing", "papers"),
    [
        (Housing.OWN, ("property_certificate",)),
        (Housing.RENTED, ("lease_filing",)),
        (Housing.DORMITORY, ("dormitory_proof",)),
        (Housing.RELATIVE, ("relative_home_proof", "kinship_proof")),
        (None, ("housing_proof",)),
    ],
)
def test_a_changed_address_is_proved_by_the_kind_of_home(
    rules: Rulebook, housing: Housing | None, papers: tuple[str, ...]
):
    assert materials(Situation(housing=housing, address_changed=True), rules) == EVERYONE + papers


@pytest.mark.parametrize(
    ("relative_home", "paper"), [(Housing.OWN, "property_certificate"), (Housing.RENTED, "lease_filing")]
)
def test_in_a_relatives_home_its_paper_and_the_kinship_are_proved(
    rules: Rulebook, relative_home: Housing, paper: str
):
    living = Situation(housing=Housing.RELATIVE, address_changed=True, relative_home=relative_home)
    assert materials(living, rules) == (*EVERYONE, paper, "kinship_proof")


@pytest.mark.parametrize(
    ("changes", "papers"),
    [
        ({IdChange.ADDRESS}, ("household_register_proof",)),
        ({IdChange.NAME}, ("household_register_proof",)),
        ({IdChange.NUMBER}, ("id_number_correction",)),
        ({IdChange.NAME, IdChange.ADDRESS}, ("household_register_proof",)),
        (set(IdChange), ("household_register_proof", "id_number_correction")),
    ],
)
def test_a_changed_identity_card_is_proved_once_for_each_paper(
    rules: Rulebook, changes: set[IdChange], papers: tuple[str, ...]
):
    assert materials(Situation(id_changes=frozenset(changes)), rules) == EVERYONE + papers


@given(situation=situations())
def test_every_situation_has_named_papers_without_repeats(rules: Rulebook, situation: Situation):
    papers = materials(situation, rules)
    assert papers[: len(EVERYONE)] == EVERYONE
    assert len(set(papers)) == len(papers)
    assert all(rules.text(f"materials.names.{paper}", date(2026, 11, 23)) for paper in papers)


@given(situation=situations())
def test_the_papers_of_a_day_are_the_newest_ones_while_the_rule_stays(rules: Rulebook, situation: Situation):
    assert materials(situation, rules, date(2026, 11, 23)) == materials(situation, rules)


def test_papers_for_a_day_before_the_rule_are_refused(rules: Rulebook):
    with pytest.raises(RuleNotInForce):
        materials(Situation(), rules, date(2010, 1, 1))


def test_a_relatives_home_is_said_only_of_a_relative():
    with pytest.raises(ValueError, match="relative's home only"):
        Situation(housing=Housing.OWN, relative_home=Housing.OWN)


def test_a_relatives_home_is_owned_or_rented():
    with pytest.raises(ValueError, match="own or rented"):
        Situation(housing=Housing.RELATIVE, relative_home=Housing.DORMITORY)
