"""Why a text was answered as it was, as JSON: for a developer who asks, never for a holder."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from renewal.dialogue.facts import Facts
from renewal.dialogue.responding import Response
from renewal.dialogue.understood import Understood
from renewal.language.dates import DayMention
from renewal.language.reading import Reading, read
from renewal.language.words import concepts
from renewal.services.app import Services

TOPICS_SHOWN = 5
HIDDEN = frozenset({"plain", "low", "name", "phone"})  # the text again, and what is nobody's business here
PARTS = tuple(
    name
    for name, part in vars(Reading).items()
    if isinstance(part, property | cached_property) and name not in HIDDEN
)


def explained(services: Services, said: Understood, response: Response | None) -> dict[str, Any]:
    """The reading of a text and its likeliest topics; of its response the claim that won, the wordings chosen,
    with the claim that chose each and the values put in, the facts of the case and the clauses cited.
    """
    told = {
        "reading": _reading(services, said),
        "topics": _topics(said),
        "parts": [{"text": part.text, "topics": _topics(part)} for part in (*said.parts, *_instead(said))],
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


def _instead(said: Understood) -> tuple[Understood, ...]:
    """What a text that puts something right puts in its place."""
    return (said.instead,) if said.instead else ()


def _reading(services: Services, said: Understood) -> dict[str, Any]:
    """What the text says, as far as it says anything: each part of the reading, its concepts, what it names."""
    reading = read(said.text, services.today())
    parts = {name: _told(getattr(reading, name)) for name in PARTS if getattr(reading, name)}
    named = {kind: list(values) for kind, values in said.entities.items()}
    return {**parts, **named, "concepts": [name for name in concepts() if reading.says(name)]}


def _told(part: Any) -> Any:
    if isinstance(part, DayMention):
        return part.on.isoformat() if part.exact else f"~{part.on.isoformat()}"
    return part if isinstance(part, str | bool) else str(part)


def _topics(said: Understood) -> dict[str, float]:
    ranked = said.ranking or ((said.intent, said.confidence),)
    return {topic: round(chance, 3) for topic, chance in ranked[:TOPICS_SHOWN]}


def _facts(facts: Facts) -> Mapping[str, str]:
    """Each with where it comes from."""
    return {name: f"{fact.value} ({fact.source.value})" for name, fact in facts.known.items()}
