"""What a conversation keeps in mind from one text to the next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from renewal.dialogue.facts import Facts
from renewal.dialogue.understood import Understood

POINTS = "points"  # among the facts: the answers of the points, by question
# Those of somebody else who is spoken of now, with `who` that is; there while the talk is of their points.
OTHERS_POINTS = "points_of_other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the conversation keeps from one text to the next.

    `asked` is the last text that was answered or could not be told apart, as Understood's own fields; `key` the
    wording that answered it; `choices` the topics offered and not chosen yet; `misses` the texts in a row that
    were not understood; `retold`: the last answer was given in other words already; `day` the expiry day (ISO)
    that was worked out last; `facts` what was told of the person (dialogue.facts), and under `points` the
    answers of the points (those of another under a name of their own); `topics` all that the last answer
    answered, in order; `sent` by what its text is known again; `either` the two days (ISO) of which it was asked
    which is the expiry's.
    """

    asked: Mapping[str, Any] | None = None
    topic: str = ""
    topics: tuple[str, ...] = ()
    key: str = ""
    choices: tuple[str, ...] = ()
    misses: int = 0
    retold: bool = False
    day: str = ""
    apologised: bool = False
    sent: str = ""
    either: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> "Memory":
        """From what `as_dict` gave; of anything else, nothing is remembered."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in (kept or {}).items() if name in known}
        for name in ("choices", "topics", "either"):
            values[name] = tuple(values.get(name) or ())
        return cls(**{**values, "facts": dict(values.get("facts") or {})})

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @property
    def expires_on(self) -> date | None:
        """The expiry day that was worked out last."""
        return date.fromisoformat(self.day) if self.day else None

    @property
    def told(self) -> Facts:
        """What was told of the person."""
        return Facts.of(self.facts)

    @property
    def last(self) -> Understood:
        """The text that was answered last, as it was understood."""
        held = self.asked or {}
        return Understood(
            intent=held.get("intent", ""),
            text=held.get("text", ""),
            entities={kind: tuple(values) for kind, values in held.get("entities", {}).items()},
            previous=held.get("previous", ""),
        )

    def with_facts(self, facts: Facts) -> "Memory":
        """With the facts that are kept of these; the answers of the points stay."""
        points = {name: told for name, told in self.facts.items() if name in (POINTS, OTHERS_POINTS)}
        return replace(self, facts={**facts.kept(), **points})

    def fresh(self) -> "Memory":
        """As after an answer: nothing is pending, nothing was missed."""
        return replace(self, choices=(), misses=0, retold=False, either=())


def kept(said: Understood) -> dict[str, Any]:
    """A text as the memory holds it."""
    entities = {kind: list(values) for kind, values in said.entities.items()}
    return {"intent": said.intent, "text": said.text, "entities": entities, "previous": said.previous}
