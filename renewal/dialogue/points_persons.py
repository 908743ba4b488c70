"""Whose points are spoken of: the writer's, or somebody else's, which are kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from renewal.dialogue.memory import OTHERS_POINTS, POINTS, Memory
from renewal.dialogue.topics import is_tagged
from renewal.domain import Rulebook
from renewal.language.points.answers import EXTRAS, QUESTIONS
from renewal.language.points.persons import persons_in
from renewal.language.points.reading import read_points
from renewal.language.words import says

WHO = "who"  # beside the answers of somebody else: the word for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """`text` is what is said of the one whose points they are, `told` the answers that are kept of them.

    `is_other`: they are not the writer's, but those of `who`; `is_new`: this text turns to them.
    """

    text: str
    told: Mapping[str, Any] = field(default_factory=dict)
    is_other: bool = False
    is_new: bool = False
    who: str = ""


def spoken_of(text: str, memory: Memory, rules: Rulebook, today: date) -> Spoken:
    """Whose points a text speaks of, with what was told of them before."""
    persons = persons_in(text)
    own = Spoken(text=persons.own, told=told_of(text, memory))
    kept = memory.facts.get(OTHERS_POINTS) if is_tagged(memory.topic, "points") else None
    if persons.is_of_other:
        facts = read_points(persons.own, {}, rules, today).answers
        if facts.keys() - {EXTRAS}:
            return own  # "我老公40岁，我36": the writer's are told as well, and are what is meant
        same = kept is not None and persons.named in ("", kept.get(WHO))
        told = _answers(kept) if same and kept else {}
        whole = same and not persons.named and not says("of_the_writer", text)
        return Spoken(
            text=text if whole else persons.other,
            told=told,
            is_other=True,
            is_new=not same,
            who=persons.named,
        )
    goes_on = kept is not None and not says("of_the_writer", text) and not says("counts_afresh", text)
    if goes_on and kept is not None:
        return Spoken(text=text, told=_answers(kept), is_other=True, who=kept.get(WHO, ""))
    return own


def told_of(text: str, memory: Memory) -> Mapping[str, Any]:
    """The writer's answers that are kept; none for a text that begins anew."""
    return {} if says("counts_afresh", text) else _answers(memory.facts.get(POINTS) or {})


def told_now(memory: Memory) -> tuple[Mapping[str, Any], bool]:
    """The answers of whose points are spoken of now, and whether that is somebody else than the writer."""
    other = memory.facts.get(OTHERS_POINTS)
    return _answers(memory.facts.get(POINTS) or {} if other is None else other), other is not None


def _answers(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: answer for name, answer in kept.items() if name in QUESTIONS}
