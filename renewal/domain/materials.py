"""Which papers a renewal at the window needs."""

from dataclasses import dataclass
from datetime import date

from renewal.domain.rules import Rulebook, RuleValue, WrongKindOfRule
from renewal.domain.types import Housing, IdChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides the papers.

    `housing` is None where it is not known; it matters only when the address changed. `relative_home` says of
    a relative's home whether it is their own or rented, None where that is not known.
    """

    housing: Housing | None = None
    address_changed: bool = False
    id_changes: frozenset[IdChange] = frozenset()
    relative_home: Housing | None = None

    def __post_init__(self) -> None:
        if self.relative_home is not None and self.housing is not Housing.RELATIVE:
            raise ValueError("relative_home is said of a relative's home only")
        if self.relative_home not in (None, Housing.OWN, Housing.RENTED):
            raise ValueError("a relative's home is their own or rented")


def materials(situation: Situation, rules: Rulebook, on: date | None = None) -> tuple[str, ...]:
    """Ids of the papers to bring, each once: everyone's, then the home's, then the identity card's.

    A home is proved only when the address differs from the registered one. Each id has its Chinese name in
    clause materials.names.<id>. `on` is the day of the visit; without it the newest rules are taken.
    Source: clauses materials.everyone, materials.housing.* and materials.id_change.* (guide of 2020-03-05,
    list of materials).

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    keys = ["materials.everyone"]
    if situation.address_changed:
        keys.append(f"materials.housing.{_home(situation)}")
    keys += [f"materials.id_change.{change}" for change in IdChange if change in situation.id_changes]
    needed = (paper for key in keys for paper in _papers(key, rules, on))
    return tuple(dict.fromkeys(needed))


def _home(situation: Situation) -> str:
    if situation.housing is None:
        return "any"
    if situation.relative_home is not None:
        return f"{situation.housing}_{situation.relative_home}"
    return str(situation.housing)


def _papers(key: str, rules: Rulebook, on: date | None) -> tuple[str, ...]:
    if on is not None:
        return rules.texts(key, on)
    newest: RuleValue = rules.clause(key).newest
    if not isinstance(newest, tuple):
        raise WrongKindOfRule(f"条款 {key} 的值不是一列")
    return newest
