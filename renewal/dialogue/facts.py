"""Facts of a person, each with where it comes from; told in any order, corrected, or only supposed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

_DAY = "on:"  # a day as JSON keeps it


class Source(StrEnum):
    """Where a fact comes from, the surest last but one: what is only supposed holds for one turn."""

    ON_FILE = "on_file"
    BEFORE = "before"
    NOW = "now"
    SUPPOSED = "supposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value. `exact` is False where it was told only roughly.

    `before`: of what is only supposed, the fact that it covers for this turn.
    """

    value: Any
    source: Source
    exact: bool = True
    before: "Fact | None" = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts by name; a name that nobody told is not in it."""

    known: Mapping[str, Fact] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.value(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def fact(self, name: str) -> Fact | None:
        """The fact, with its source."""
        return self.known.get(name)

    def value(self, name: str) -> Any:
        """Its value; None where nobody told it."""
        found = self.known.get(name)
        return None if found is None else found.value

    def day(self, name: str) -> date | None:
        """A fact that is a day."""
        value = self.value(name)
        return value if isinstance(value, date) else None

    def from_now(self) -> frozenset[str]:
        """The names of what this turn told or supposed."""
        now = (Source.NOW, Source.SUPPOSED)
        return frozenset(name for name, fact in self.known.items() if fact.source in now)

    def is_told_now(self, name: str) -> bool:
        """Whether this turn told it, and did not only suppose it."""
        found = self.known.get(name)
        return found is not None and found.source is Source.NOW

    def with_told(self, told: Mapping[str, Fact]) -> "Facts":
        """These facts with what is told over them; a value of None takes the fact back.

        What is only supposed covers a fact for this turn, and leaves it as it was for the next.
        """
        merged = dict(self.known)
        for name, fact in told.items():
            covers = fact.source is Source.SUPPOSED and name in merged
            merged[name] = replace(fact, before=merged[name].before or merged[name]) if covers else fact
        return Facts(
            {name: fact for name, fact in merged.items() if fact.value is not None or fact.before is not None}
        )

    def only(self, names: Collection[str]) -> "Facts":
        """Those of these facts that have one of the names."""
        return Facts({name: fact for name, fact in self.known.items() if name in names})

    def without(self, *names: str) -> "Facts":
        """These facts but for those with one of the names."""
        return self.only(self.known.keys() - set(names))

    def kept(self) -> dict[str, Any]:
        """What the conversation keeps for the next turn, as JSON: neither what is supposed nor what is on file."""
        sources = (Source.NOW, Source.BEFORE)
        settled = {name: fact.before or fact for name, fact in self.known.items()}
        return {
            name: {"value": _as_json(fact.value), "exact": fact.exact}
            for name, fact in settled.items()
            if fact.source in sources and fact.value is not None
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Facts":
        """From what `kept` gave; what is malformed is left out, for another version wrote it."""
        found = {}
        for name, raw in kept.items():
            if isinstance(raw, Mapping) and "value" in raw:
                value = _of_json(raw["value"])
                found[name] = Fact(value=value, source=Source.BEFORE, exact=bool(raw.get("exact", True)))
        return cls(found)


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return f"{_DAY}{value.isoformat()}"
    if isinstance(value, frozenset | tuple):
        return sorted(map(_as_json, value))
    return value


def _of_json(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_DAY):
        return date.fromisoformat(value.removeprefix(_DAY))
    return tuple(map(_of_json, value)) if isinstance(value, list) else value
