"""Which papers one person brings to the window, from what is known of their home and identity card."""

from collections.abc import Mapping
from typing import Any

from renewal.dialogue.facts import Facts
from renewal.dialogue.ground import Ground
from renewal.domain import Housing, IdChange, Situation, materials

UNLISTED = frozenset({"friend", "commercial", "not_relative"})  # homes for which the guide has no class
# Which paper a kind of home asks to be issued, in the order in which they are asked about.
ISSUED = (
    "kinship_proof",
    "lease_filing",
    "dormitory_proof",
    "household_register_proof",
    "id_number_correction",
)
AT_HOME = frozenset({"配偶", "老公", "老婆", "子女", "儿子", "女儿"})  # live along: their home is one's own


def closeness(ground: Ground, relation: str) -> str:
    """Whether the rules count a relative as close or distant; empty where they leave it open.

    Source: clause materials.close_relatives_spoken.
    """
    if relation in ground.rules.texts("materials.close_relatives_spoken", ground.today):
        return "close"
    distant = ground.rules.texts("materials.not_close_relatives_spoken", ground.today)
    return "distant" if relation in distant else ""


def situation_of(ground: Ground, facts: Facts) -> Situation | None:
    """The situation that decides the papers; None where the home is of no class of the guide."""
    housing, relation = facts.value("housing"), facts.value("whose_home") or ""
    changed = facts.value("moved") is True
    id_changes = frozenset(IdChange(change) for change in facts.value("id_changes") or ())
    home, relative_home = _home(ground, housing, relation)
    if changed and home is None and housing in UNLISTED:
        return None
    if changed and relation and closeness(ground, relation) == "distant":
        return None
    return Situation(
        housing=home, address_changed=changed, id_changes=id_changes, relative_home=relative_home
    )


def _home(ground: Ground, housing: str | None, relation: str) -> tuple[Housing | None, Housing | None]:
    """The class of the home, and of a relative's home whether it is their own or rented."""
    kind = Housing(housing) if housing in set(Housing) else None
    if relation and relation not in AT_HOME and closeness(ground, relation) == "close":
        owned = kind if kind in (Housing.OWN, Housing.RENTED) else None
        return Housing.RELATIVE, owned
    return kind, None


def papers_values(ground: Ground, situation: Situation) -> Mapping[str, Any]:
    """What a wording names: the papers in order, whether the address changed, whether the home's class is known."""
    return {
        "papers": materials(situation, ground.rules, ground.today),
        "address_changed": situation.address_changed,
        "home_known": situation.housing is not None,
    }


def paper_asked(ground: Ground, facts: Facts, named: tuple[str, ...]) -> str:
    """The paper that "who issues it" means: the one named, else the first that this person must have issued."""
    if named:
        return named[0]
    situation = situation_of(ground, facts)
    needed = materials(situation, ground.rules, ground.today) if situation else ()
    return next((paper for paper in ISSUED if paper in needed), "")
