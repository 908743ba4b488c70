"""Matters: things that a text names for which the wording has an answer of its own, whichever topic asks of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import yaml

from renewal.dialogue.ask import Ask
from renewal.dialogue.matter_days import values_of_days
from renewal.dialogue.speaking import Pick
from renewal.dialogue.thresholds import FOLLOW_UP_CHARS, FOLLOW_UP_LATIN_CHARS, MOST_MATTERS
from renewal.dialogue.topics import OUT_OF_SCOPE, BadTopics, is_tagged, topics
from renewal.dialogue.understood import Understood
from renewal.dialogue.verdicts import by_when
from renewal.language.text import has_han
from renewal.language.words import find, is_only, says

FIELDS = frozenset("key words never of instead after whole alone values first dated again_by".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One row of `matters.yml`, which says what each field means."""

    name: str
    key: str
    words: tuple[str, ...]
    of: frozenset[str]
    instead: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    never: tuple[str, ...] = ()
    whole: bool = False
    alone: bool = False
    first: bool = False
    dated: bool = False
    again_by: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def fits(self, ask: Ask) -> bool:
        """Whether the text names it, after an answer that it may follow."""
        spoken_of = not self.after or self.after & {ask.memory.topic, *ask.memory.topics}
        return bool(spoken_of) and self.named_in(ask.text)

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
        of, instead, after = (_expanded(groups, row.get(which, ())) for which in ("of", "instead", "after"))
        unknown = (of | instead | after) - topics().keys()
        if unknown:
            raise BadTopics(f"{name}: no topic {sorted(unknown)}")
        rest = {which: row[which] for which in ("whole", "alone", "first", "dated", "values") if which in row}
        words, never, again_by = (tuple(row.get(which, ())) for which in ("words", "never", "again_by"))
        key = row.get("key", name)
        matter = Matter(name=name, key=key, words=words, of=of, instead=instead, never=never, **rest)
        found.append(replace(matter, after=after, again_by=again_by))
    return tuple(found)


def matter_of(ask: Ask, topic: str) -> Pick | None:
    """The answer about a matter that the question names, where its topic may be about it."""
    found = next((each for each in matters() if topic in each.of and each.fits(ask)), None)
    return None if found is None else _pick(found, ask, topic)


def first_matters(ask: Ask) -> tuple[Matter, ...]:
    """The matters that the text names and that are answered whatever it was taken for, in the table's order."""
    named = (each for each in matters() if each.first and each.fits(ask))
    return tuple(islice(named, MOST_MATTERS))


def matter_again(ask: Ask) -> Matter | None:
    """The matter of the answer before, of which a short text asks once more ("她那张去哪里办")."""
    before = next((each for each in matters() if each.again_by and each.key == ask.memory.key), None)
    longest = FOLLOW_UP_CHARS if has_han(ask.text) else FOLLOW_UP_LATIN_CHARS
    if before is None or len(ask.text.strip()) > longest:
        return None
    return before if any(says(concept, ask.text) for concept in before.again_by) else None


def pick_of(matter: Matter, ask: Ask) -> Pick:
    """The answer about a matter, as one of the topic that the text was taken for where it stands for that."""
    return _pick(matter, ask, ask.said.intent if ask.said.intent in matter.of else OUT_OF_SCOPE)


def matter_named(ask: Ask) -> Understood | None:
    """The text as a question of a matter that it names, where no topic of it is sure; None where it names none."""
    found = next((each for each in matters() if OUT_OF_SCOPE in each.of and each.fits(ask)), None)
    return None if found is None else replace(ask.said, intent=OUT_OF_SCOPE, parts=(), entities={})


def mistaken_for(ask: Ask, topic: str) -> Pick | None:
    """The answer about a matter of the whole text, for which one of its questions was taken to be another topic."""
    found = next((each for each in matters() if topic in each.instead and each.fits(ask)), None)
    return None if found is None else _pick(found, ask, topic)


def those_alone(picks: Sequence[Pick]) -> list[Pick]:
    """The answers beside which nothing else is said."""
    alone = {matter.key for matter in matters() if matter.alone}
    return [pick for pick in picks if pick.key in alone]


def _pick(matter: Matter, ask: Ask, topic: str) -> Pick:
    match = find(matter.words[0], ask.text)
    values = {"named": match.group() if match else "", **by_when(ask), **matter.values}
    days = values_of_days(ask) if matter.dated else {}
    return Pick(key=matter.key, values={**values, **days}, topic=topic, claim=f"matter.{matter.name}")


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
