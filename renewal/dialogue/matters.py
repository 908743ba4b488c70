"""Matters: things that a text names for which the wording has an answer of its own, whichever topic asks of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from renewal.dialogue.ask import Ask
from renewal.dialogue.speaking import Pick
from renewal.dialogue.topics import OUT_OF_SCOPE, BadTopics, is_tagged, topics
from renewal.dialogue.understood import Understood
from renewal.dialogue.verdicts import by_when
from renewal.language.words import find, is_only, says

FIELDS = frozenset("key words never of instead whole alone values".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One row of `matters.yml`, which says what each field means."""

    name: str
    key: str
    words: tuple[str, ...]
    of: frozenset[str]
    instead: frozenset[str] = frozenset()
    never: tuple[str, ...] = ()
    whole: bool = False
    alone: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def named_in(self, text: str) -> bool:
        """Whether the text names it: a word of each of its concepts, or nothing but a word of its one concept."""
        if any(says(word, text) for word in self.never):
            return False
        return is_only(self.words[0], text) if self.whole else all(says(word, text) for word in self.words)


@cache
def matters() -> tuple[Matter, ...]:
    """Every matter in the order of the table.

    Raises:
        BadTopics: a row has an unknown key, or names a topic or a group that there is not.
    """
    raw: Mapping[str, Any] = yaml.safe_load(
        files("renewal.dialogue").joinpath("matters.yml").read_text("utf-8")
    )
    return read_matters(raw["groups"], raw["matters"])


def read_matters(
    groups: Mapping[str, Iterable[str]], raw: Mapping[str, Mapping[str, Any]]
) -> tuple[Matter, ...]:
    """Raises BadTopics."""
    found = []
    for name, row in raw.items():
        if set(row) - FIELDS or not row.get("words"):
            raise BadTopics(f"{name}: {sorted(row)}")
        of, instead = (_expanded(groups, row.get(which, ())) for which in ("of", "instead"))
        if (of | instead) - topics().keys():
            raise BadTopics(f"{name}: no topic {sorted((of | instead) - topics().keys())}")
        rest = {which: row[which] for which in ("whole", "alone", "values") if which in row}
        words, never = tuple(row["words"]), tuple(row.get("never", ()))
        key = row.get("key", name)
        found.append(Matter(name=name, key=key, words=words, never=never, of=of, instead=instead, **rest))
    return tuple(found)


def matter_of(ask: Ask, topic: str) -> Pick | None:
    """The answer about a matter that the question names, where its topic may be about it."""
    found = next((each for each in matters() if topic in each.of and each.named_in(ask.text)), None)
    return None if found is None else _pick(ask, found, topic)


def matter_named(ask: Ask) -> Understood | None:
    """The text as a question of a matter that it names, where no topic of it is sure; None where it names none."""
    found = next((each for each in matters() if OUT_OF_SCOPE in each.of and each.named_in(ask.text)), None)
    return None if found is None else replace(ask.said, intent=OUT_OF_SCOPE, parts=(), entities={})


def mistaken_for(ask: Ask, topic: str) -> Pick | None:
    """The answer about a matter of the whole text, for which one of its questions was taken to be another topic."""
    found = next((each for each in matters() if topic in each.instead and each.named_in(ask.text)), None)
    return None if found is None else _pick(ask, found, topic)


def those_alone(picks: Sequence[Pick]) -> list[Pick]:
    """The answers beside which nothing else is said."""
    alone = {matter.key for matter in matters() if matter.alone}
    return [pick for pick in picks if pick.key in alone]


def _pick(ask: Ask, matter: Matter, topic: str) -> Pick:
    match = find(matter.words[0], ask.text)
    values = {"named": match.group() if match else "", **by_when(ask), **matter.values}
    return Pick(key=matter.key, values=values, topic=topic, claim=f"matter.{matter.name}")


def _expanded(groups: Mapping[str, Iterable[str]], names: Iterable[str]) -> frozenset[str]:
    """The topics of a list that may name groups; `any` is every question that is not of points or a matter apart."""
    found: set[str] = set()
    for name in names:
        if name == "any":
            found |= {row.name for row in topics().values() if _may_be(row.name)}
        else:
            found |= set(groups.get(name, (name,)))
    return frozenset(found)


def _may_be(topic: str) -> bool:
    asks = topics()[topic].asks or topic in (OUT_OF_SCOPE, "inform")
    return asks and not (is_tagged(topic, "points") or is_tagged(topic, "apart")) and topic != "bot_identity"
