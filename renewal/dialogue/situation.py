"""The situation that a text tells, as facts: the home, a move, the identity card, work, whose permit is meant."""

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.language.facts import told_facts

# What stays true of a conversation whoever's permit is spoken of.
_OF_THE_WRITER = frozenset({"refuses_calls"})


def with_situation(facts: Facts, text: str) -> Facts:
    """The facts with those of the situation that the text tells.

    Where it turns to another person's permit, what was told of the first person goes: it is not true of the other.
    """
    told = {
        fact.name: Fact(value=fact.value, source=Source.SUPPOSED if fact.supposed else Source.NOW)
        for fact in told_facts(text)
    }
    person = told.get("person")
    if person is not None and person.value != (facts.value("person") or "self"):
        facts = facts.only(_OF_THE_WRITER)
    return facts.with_told(told)
