"""The situation that a text tells, as facts: the home, a move, the identity card, work, whose permit is meant."""

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.language.facts import told_facts

OF_SELF = "of_self"  # what the writer told of the own permit, kept while another person's is spoken of
# What stays true of a conversation whoever's permit is spoken of.
_OF_THE_WRITER = frozenset({"refuses_calls", OF_SELF})


def with_situation(facts: Facts, text: str) -> Facts:
    """The facts with those of the situation that the text tells.

    Where it turns to another person's permit, what was told of the first person goes: it is not true of the other.
    What the writer told of the own permit comes back with the own permit.
    """
    told = {
        fact.name: Fact(value=fact.value, source=Source.SUPPOSED if fact.supposed else Source.NOW)
        for fact in told_facts(text)
    }
    person = told.get("person")
    before = facts.value("person") or "self"
    if person is not None and person.value != before:
        facts = _turned(facts, from_self=before == "self", to_self=person.value == "self")
    return facts.with_told(told)


def _turned(facts: Facts, *, from_self: bool, to_self: bool) -> Facts:
    """What is known of the permit of the person whom the text turned to."""
    rest, own = facts.only(_OF_THE_WRITER), facts.value(OF_SELF)
    if to_self:
        return Facts({**(Facts.of(own).known if own else {}), **rest.known}).without(OF_SELF)
    told = facts.without(*_OF_THE_WRITER).kept()
    return rest.with_told({OF_SELF: Fact(value=told, source=Source.BEFORE)}) if from_self and told else rest
