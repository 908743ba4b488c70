"""Why a text was answered as it was, as JSON: for a developer who asks, never for a holder."""

from collections.abc import Mapping
from typing import Any

from renewal.dialogue.facts import Facts
from renewal.dialogue.responding import Response
from renewal.dialogue.understood import Understood
from renewal.language.dates import find_expiry
from renewal.language.script import language_of
from renewal.language.text import simple
from renewal.services.app import Services

TOPICS_SHOWN = 5


def explained(services: Services, said: Understood, response: Response | None) -> dict[str, Any]:
    """The reading of a text and its likeliest topics; of its response the claim that won, the wordings chosen,
    with the claim that chose each and the values put in, the facts of the case and the clauses cited.
    """
    told = {
        "reading": _reading(services, said),
        "topics": _topics(said),
        "parts": [{"text": part.text, "topics": _topics(part)} for part in said.parts],
    }
    if response is None:
        return {**told, "claim": "", "wordings": [], "facts": {}, "clauses": {}}
    keys = dict.fromkeys(pick.key for pick in response.picks if pick.key in services.wording)
    cited = dict.fromkeys(clause for key in keys for clause in services.wording.entry(key).cite)
    return {
        **told,
        "claim": response.claim or response.begins,
        "wordings": [
            {
                "key": pick.key,
                "claim": pick.claim,
                "values": {name: str(v) for name, v in pick.values.items()},
            }
            for pick in response.picks
        ],
        "facts": _facts(response.facts),
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


def _facts(facts: Facts) -> Mapping[str, str]:
    """Each with where it comes from."""
    return {name: f"{fact.value} ({fact.source.value})" for name, fact in facts.known.items()}
