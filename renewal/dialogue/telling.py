"""What a text tells of the person, over what was told before; what is only supposed holds for this turn."""

from collections.abc import Iterator
from datetime import date

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.language import talk
from renewal.language.dates import find_expiry
from renewal.language.facts import told_facts

# What is true of the writer whoever's permit is spoken of.
_OF_THE_WRITER = frozenset({"person", "refuses_calls"})


def with_told(facts: Facts, text: str, today: date) -> Facts:
    """The facts with those that the text tells. Where another person's permit is meant, what was told of the first goes."""
    told: dict[str, Fact] = dict(_situation(text, today))
    source = Source.SUPPOSED if talk.supposes(text) else Source.NOW
    found = find_expiry(text, today)
    if found is not None and talk.speaks_of_expiry(text):
        told["expires_on"] = Fact(value=found.on, source=source, exact=found.exact)
    if _is_another(facts, told):
        facts = facts.only(_OF_THE_WRITER)
    return facts.with_told(told)


def _situation(text: str, today: date) -> Iterator[tuple[str, Fact]]:
    for fact in told_facts(text, today):
        yield fact.name, Fact(value=fact.value, source=Source.SUPPOSED if fact.supposed else Source.NOW)


def _is_another(facts: Facts, told: dict[str, Fact]) -> bool:
    """Whether the text turns to another person's permit than the one spoken of before."""
    return "person" in told and told["person"].value != (facts.value("person") or "self")
