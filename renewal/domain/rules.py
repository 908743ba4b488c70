"""The rulebook as the domain sees it: dated clauses, each with its unit, source and certainty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from renewal.domain.errors import RenewalError

RuleValue = int | str | tuple[str, ...] | Mapping[str, int]

DAY_UNITS = frozenset({"calendar-day", "workday"})


class UnknownClause(RenewalError):
    """The rulebook has no such clause."""


class RuleNotInForce(RenewalError):
    """The rulebook has that clause, but no value of it was in force on that day."""


class WrongKindOfRule(RenewalError):
    """The clause's value is of another kind than was asked for (a list where a number was wanted)."""


class Certainty(StrEnum):
    """How sure a clause is: the guide's words, an official text, a report of one, or weak and contested."""

    SEED = "seed"
    OFFICIAL = "official"
    REPORTED = "reported"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that clauses rest on. `dated` is as exact as is known: a year, a month, a day, or empty."""

    id: str
    title: str
    dated: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.title:
            raise ValueError("a document has an id and a title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a clause comes from: a document's id, the place in it, and the number under which it was noted."""

    document: str
    place: str
    fact: str = ""

    def __post_init__(self) -> None:
        if not self.document or not self.place:
            raise ValueError("a source names its document and the place in it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One rule: its values with the day from which each holds, oldest first.

    `later` names the clauses of newer practice that an answer from this one has to mention.
    """

    key: str
    title: str
    unit: str
    source: Source
    certainty: Certainty
    values: tuple[tuple[date, RuleValue], ...]
    note: str = ""
    later: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.key and self.title and self.unit):
            raise ValueError("a clause has a key, a title and a unit")
        if not self.values:
            raise ValueError("a clause has at least one dated value")
        days = [day for day, _ in self.values]
        if any(earlier >= later for earlier, later in pairwise(days)):
            raise ValueError("a clause's values go up by day, one for each")

    @property
    def newest(self) -> RuleValue:
        """The value with the latest day, whatever today is."""
        return self.values[-1][1]

    def value(self, on: date) -> RuleValue:
        """The value in force on a day.

        Raises:
            RuleNotInForce: every value starts later.
        """
        for since, value in reversed(self.values):
            if since <= on:
                return value
        raise RuleNotInForce(f"条款 {self.key} 在 {on} 还没有生效（最早 {self.values[0][0]}）")

    def in_force(self, on: date) -> bool:
        """Whether the clause has a value on that day."""
        return self.values[0][0] <= on


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rulebook:
    """Every clause by key, and the documents they rest on. `version` is a prefix of the content's SHA-256.

    Compared and hashed by identity, so that pure functions may remember what they looked up in it.
    """

    clauses: Mapping[str, Clause]
    documents: Mapping[str, Document] = field(default_factory=lambda: MappingProxyType({}))
    version: str

    def clause(self, key: str) -> Clause:
        """The clause of that key.

        Raises:
            UnknownClause: there is none.
        """
        try:
            return self.clauses[key]
        except KeyError:
            raise UnknownClause(f"规则库里没有条款 {key}") from None

    def document(self, key: str) -> Document:
        """The document that the clause of that key rests on.

        Raises:
            UnknownClause: there is no such clause.
        """
        return self.documents[self.clause(key).source.document]

    def later(self, key: str, on: date) -> tuple[Clause, ...]:
        """The newer clauses that an answer from this one has to mention, as far as they hold on that day."""
        return tuple(clause for name in self.clause(key).later if (clause := self.clause(name)).in_force(on))

    def value(self, key: str, on: date) -> RuleValue:
        """The clause's value on a day, in the clause's unit.

        Raises:
            UnknownClause: the rulebook has no such clause.
            RuleNotInForce: it has, but none of its values held on that day.
        """
        return self.clause(key).value(on)

    def integer(self, key: str, on: date) -> int:
        """A count in the clause's unit. Raises as `value`, and WrongKindOfRule."""
        value = self.value(key, on)
        if not isinstance(value, int):
            raise WrongKindOfRule(f"条款 {key} 的值不是数")
        return value

    def days(self, key: str, on: date) -> int:
        """A count of calendar days or of working days, as the clause's unit says. Raises as `integer`."""
        if self.clause(key).unit not in DAY_UNITS:
            raise WrongKindOfRule(f"条款 {key} 的单位不是天")
        return self.integer(key, on)

    def text(self, key: str, on: date) -> str:
        """A sentence or a name of the rules. Raises as `value`, and WrongKindOfRule."""
        value = self.value(key, on)
        if not isinstance(value, str):
            raise WrongKindOfRule(f"条款 {key} 的值不是文字")
        return value

    def texts(self, key: str, on: date) -> tuple[str, ...]:
        """A list of the rules, in its order. Raises as `value`, and WrongKindOfRule."""
        value = self.value(key, on)
        if not isinstance(value, tuple):
            raise WrongKindOfRule(f"条款 {key} 的值不是一列")
        return value

    def table(self, key: str, on: date) -> Mapping[str, int]:
        """Counts by name, such as points by degree. Raises as `value`, and WrongKindOfRule."""
        value = self.value(key, on)
        if not isinstance(value, Mapping):
            raise WrongKindOfRule(f"条款 {key} 的值不是一张表")
        return value
