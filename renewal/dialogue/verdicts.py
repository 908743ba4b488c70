"""Verdicts: what is said first, or instead, to who asks yes or no of a thing that the facts of the person decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from renewal.dialogue.ask import Ask
from renewal.dialogue.days import expiry_values
from renewal.dialogue.persons import spoken_of, whose_of
from renewal.dialogue.speaking import Pick
from renewal.dialogue.topics import BadTopics, topics
from renewal.language.words import says

FIELDS = frozenset("of keys words never facts states past before whose".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One row of `verdicts.yml`, which says what each field means; its name is its wording."""

    name: str
    of: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    past: str = ""
    before: bool = False
    whose: tuple[str, ...] = ()

    def fits(self, ask: Ask, pick: Pick) -> bool:
        """Whether it decides what the text asks, of which the wording would tell the rule."""
        if pick.topic not in self.of and pick.key not in self.keys:
            return False
        if self.whose and spoken_of(ask.case.facts) not in self.whose:
            return False
        named = all(says(word, ask.text) for word in self.words)
        if not named or any(says(word, ask.text) for word in self.never):
            return False
        known = all(_is_so(ask.case.facts.value(name), value) for name, value in self.facts.items())
        stands = not self.states or standing_of(ask).get("state") in self.states
        return known and stands and (not self.past or pick.values.get(self.past, 0) < 0)


def _is_so(told: Any, wanted: Any) -> bool:
    """Whether a fact is the one that a row wants, or one of those."""
    return told in wanted if isinstance(wanted, list) else told is wanted


@cache
def verdicts() -> tuple[Verdict, ...]:
    """Every verdict in the order of the table.

    Raises:
        BadTopics: a row has an unknown key, names a topic that there is not, or stands for no answer.
    """
    return read_verdicts(
        yaml.safe_load(files("renewal.dialogue").joinpath("verdicts.yml").read_text("utf-8"))
    )


def read_verdicts(raw: Mapping[str, Mapping[str, Any]]) -> tuple[Verdict, ...]:
    """Raises BadTopics."""
    found = []
    for name, row in raw.items():
        of = frozenset(row.get("of", ()))
        if set(row) - FIELDS or of - topics().keys() or not (of or row.get("keys")):
            raise BadTopics(f"{name}: {sorted(row)}")
        values: dict[str, Any] = {which: _frozen(which, value) for which, value in row.items()}
        found.append(Verdict(name=name, **values))
    return tuple(found)


def _frozen(which: str, value: Any) -> Any:
    if which in ("of", "keys"):
        return frozenset(value)
    return tuple(value) if isinstance(value, list) else value


def standing_of(ask: Ask) -> Mapping[str, Any]:
    """How the permit that is spoken of stands today, and its days; nothing where its day is not known."""
    expiry = ask.case.expiry
    if expiry is None:
        return {}
    yours = not ask.case.about_another
    return expiry_values(ask.ground, expiry.value, roughly=not expiry.exact, yours=yours)


def by_when(ask: Ask) -> Mapping[str, Any]:
    """For a wording that is about a thing, not a day: by when to go, whether today, and what a notice found unlike.

    `whose` names whose permit it is where that is another's; `by_on` is the day of expiry where that is still to
    come, else None; `may_go_now` whether renewing is open.
    """
    standing = standing_of(ask)
    ahead = standing.get("state") in ("early", "open", "last_day")
    return {
        "by_on": standing["expires_on"] if ahead else None,
        "may_go_now": standing.get("state") in ("open", "last_day"),
        "whose": whose_of(ask.case.facts),
        "reasons": () if ask.case.about_another else ask.case.present_reasons,
    }


def judged(ask: Ask, pick: Pick) -> Pick:
    """The answer, or what decides it for this person in its place."""
    found = _found(ask, pick, before=False)
    if found is None:
        return pick
    facts = ask.case.facts
    housing = "relative" if facts.value("whose_home") else facts.value("housing") or ""
    values = {"state": "", **pick.values, "housing": housing, **standing_of(ask), **by_when(ask)}
    return replace(pick, key=found.name, values=values, claim=f"verdict.{found.name}")


def verdict_before(ask: Ask, pick: Pick) -> Pick | None:
    """What decides it for this person, to be said before the answer."""
    found = _found(ask, pick, before=True)
    if found is None:
        return None
    return Pick(key=found.name, values={**pick.values, **standing_of(ask), **by_when(ask)})


def turns_on(topic: str, facts: frozenset[str]) -> bool:
    """Whether the answer to a topic is another one for who tells one of these facts."""
    return any(facts & set(each.facts) for each in verdicts() if topic in each.of | each.keys)


def _found(ask: Ask, pick: Pick, *, before: bool) -> Verdict | None:
    return next((each for each in verdicts() if each.before is before and each.fits(ask, pick)), None)
