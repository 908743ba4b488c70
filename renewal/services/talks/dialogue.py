"""One text outside a form: what is answered is decided from the case, nothing else."""

from dataclasses import replace

from renewal.dialogue import claims
from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.telling import as_answered, facts_of, remembered
from renewal.dialogue.understood import Understood
from renewal.language.reading import read
from renewal.services.app import Services

__all__ = ["Response", "respond"]


def respond(services: Services, case: Case, understood: Understood, memory: Memory) -> Response:
    """The response to one text outside a form, with the facts that it told kept in mind.

    Raises:
        WordingError: the wording lacks an entry that the topic needs.
    """
    facts = facts_of(
        memory, read(understood.text, services.today()), services.rulebook, topic=understood.intent
    )
    memory = remembered(memory, facts)
    ask = Ask(
        ground=services.ground(),
        case=case.with_facts(facts),
        memory=memory,
        said=replace(understood, previous=memory.topic),
    )
    response = claims.respond(ask)
    facts = as_answered(facts, response.memory)
    return replace(response, memory=response.memory.with_facts(facts), facts=ask.case.facts)
