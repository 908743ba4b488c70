"""Whether one paper that a text names is needed, by this person, and why not."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.facts import Facts
from renewal.dialogue.ground import Ground
from renewal.dialogue.papers import (
    as_unlike,
    closeness,
    facts_in_view,
    is_unlisted,
    not_listed,
    papers_values,
    record_is_unlike,
    situation_of,
    whose_home,
)
from renewal.domain import Housing, IdChange, Situation, materials
from renewal.language.papers import all_papers_named, unlisted_paper
from renewal.language.words import says

OF_HOME = frozenset({"property_certificate", "lease_filing", "dormitory_proof", "kinship_proof"})
OF_IDENTITY = frozenset({"household_register_proof", "id_number_correction"})
OF_RELATIVE = frozenset(
    {"property_certificate", "lease_filing"}
)  # by whether their home is their own or rented


class Need(StrEnum):
    """Whether a paper is needed; the names are those of the wording's values."""

    YES = "needed"
    SAME_ADDRESS = "same_address"
    OTHER_HOME = "other_home"
    SAME_IDENTITY = "same_identity"
    DEPENDS = "depends"
    UNWRITTEN = "unwritten"


def paper_needed(ask: Ask) -> tuple[str, Mapping[str, Any]] | None:
    """The wording that says yes or no of the papers named, and what it names; None where none is named.

    A text that names none ("that one") asks of those that the text before named.
    """
    named = all_papers_named(ask.text)
    facts = facts_in_view(ask)
    if record_is_unlike(ask) and facts.value("moved") is not True:
        facts = as_unlike(facts)
    situation = situation_of(ask.ground, facts)
    known = facts.value("moved") is not None or bool(facts.value("id_changes"))
    listed = papers_values(ask.ground, situation, facts) if situation and known else {"papers": ()}
    unlisted = unlisted_paper(ask.text)
    near = closeness(ask.ground, whose_home(facts)) == "close" and facts.value("moved") is not False
    if near and not named and says("shows_kinship", ask.text):
        return "paper_needed.shows_kinship", {**listed, "named": unlisted, "relation": whose_home(facts)}
    if not named and unlisted:
        # What a notice found unlike is proved by a paper of its own, which is on no list.
        reasons = ask.case.present_reasons
        of_notice = ("paper_needed.for_reason", {"reasons": reasons})
        return of_notice if reasons else ("paper_needed.unlisted", {**listed, "named": unlisted})
    named = named or all_papers_named(ask.memory.last.text)
    if not named:
        return None
    of_unlisted = facts.value("moved") is not False and is_unlisted(ask.ground, facts)
    if (situation is None or of_unlisted) and OF_HOME & set(named):
        return not_listed(ask.ground, facts, ask.text)
    by_need: dict[str, tuple[str, ...]] = {need.value: () for need in Need}
    for paper in named:
        need = _need(ask.ground, paper, situation, facts)
        by_need[need] = (*by_need[need], paper)
    return "paper_needed", {**by_need, **listed}


def _need(ground: Ground, paper: str, situation: Situation | None, facts: Facts) -> Need:
    if paper in OF_IDENTITY:
        return _of_identity(paper, facts)
    if paper not in OF_HOME:
        return Need.YES
    if facts.value("moved") is False:
        return Need.SAME_ADDRESS
    return _of_home(ground, paper, situation, moved=facts.value("moved") is True)


def _of_home(ground: Ground, paper: str, situation: Situation | None, *, moved: bool) -> Need:
    """Of who moved, or may have: a home of another kind never needs the paper."""
    if situation is None or situation.housing is None:
        return Need.DEPENDS
    if paper in materials(replace(situation, address_changed=True), ground.rules, ground.today):
        return Need.YES if moved else Need.DEPENDS
    unlike = situation.housing is not Housing.RELATIVE or situation.relative_home is not None
    return Need.OTHER_HOME if unlike or paper not in OF_RELATIVE else Need.DEPENDS


def _of_identity(paper: str, facts: Facts) -> Need:
    """The guide does not write whether a changed number asks for the register's proof too."""
    changes = facts.value("id_changes")
    if changes is None:
        return Need.DEPENDS
    if paper == "id_number_correction":
        return Need.YES if IdChange.NUMBER in changes else Need.SAME_IDENTITY
    if {IdChange.ADDRESS, IdChange.NAME} & set(changes):
        return Need.YES
    return Need.UNWRITTEN if IdChange.NUMBER in changes else Need.SAME_IDENTITY
