"""What a text tells of the person, over what was told before; what is only supposed holds for this turn."""

from dataclasses import replace

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.situation import with_situation
from renewal.language.reading import Reading

DAYS = ("expires_on", "endorsed_on", "handed_in_on", "visit_on", "moved_on")


def facts_of(memory: Memory, reading: Reading) -> Facts:
    """What was told before, with what the text tells."""
    facts = Facts.of(memory.facts)
    if memory.expires_on is not None and "expires_on" not in facts:
        facts = facts.with_told({"expires_on": Fact(value=memory.expires_on, source=Source.BEFORE)})
    return with_told(facts, reading)


def remembered(memory: Memory, facts: Facts) -> Memory:
    """The memory without the day worked out before, where a text turned to a permit of which no day is known."""
    return memory if "expires_on" in facts else replace(memory, day="")


def with_told(facts: Facts, reading: Reading) -> Facts:
    """The facts with the situation and the days that the text tells.

    A day that is only named is not taken for the permit's own here: the topic decides what it is the day of.
    """
    return with_situation(facts, reading.text).with_told(_days(reading))


def _days(reading: Reading) -> dict[str, Fact]:
    """The days that the text tells, by what happens on them."""
    days = reading.days
    told: dict[str, Fact] = {}
    for name in DAYS:
        found = getattr(days, name)
        if found is None or (name == "expires_on" and days.bare and not reading.speaks_of_expiry):
            continue
        source = Source.SUPPOSED if name in days.supposed else Source.NOW
        told[name] = Fact(value=found.on, source=source, exact=found.exact)
    return told
