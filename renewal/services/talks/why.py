"""Why a text was answered as it was, as JSON: for a developer who asks, never for a holder."""

from collections.abc import Iterable, Mapping
from typing import Any

from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood
from renewal.language.dates import find_expiry
from renewal.language.script import language_of
from renewal.language.text import simple
from renewal.services.app import Services

TOPICS_SHOWN = 5


def explained(
    services: Services, said: Understood, memory: Memory, *, claim: str = "", keys: Iterable[str] = ()
) -> dict[str, Any]:
    """The reading of the text, its likeliest topics, the claim that won, what is known, the clauses cited.

    `keys` are the wordings that answered, `memory` is what is kept in mind after them.
    """
    answered = [key for key in dict.fromkeys(keys) if key in services.wording]
    cited = {clause: None for key in answered for clause in services.wording.entry(key).cite}
    return {
        "reading": _reading(services, said),
        "topics": _topics(said),
        "parts": [{"text": part.text, "topics": _topics(part)} for part in said.parts],
        "claim": claim,
        "wordings": answered,
        "facts": _facts(memory),
        "clauses": {clause: services.rulebook.clause(clause).source.place for clause in cited},
    }


def _reading(services: Services, said: Understood) -> dict[str, Any]:
    expiry = find_expiry(said.text, services.today())
    return {
        "text": simple(said.text),
        "language": language_of(said.text) or "",
        "expires_on": expiry.on.isoformat() if expiry else "",
        **{kind: list(values) for kind, values in said.entities.items()},
    }


def _topics(said: Understood) -> dict[str, float]:
    ranked = said.ranking or ((said.intent, said.confidence),)
    return {topic: round(chance, 3) for topic, chance in ranked[:TOPICS_SHOWN]}


def _facts(memory: Memory) -> Mapping[str, Any]:
    return {**({"expires_on": memory.day} if memory.day else {}), **memory.facts}
