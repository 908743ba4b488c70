"""What the model understood of a text: topics with their probabilities, the named things, the parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the assistant understood of one text. `entities` maps a kind to the values found, in order.

    `ranking` holds the likeliest intents with their confidence, best first; `parts` the questions of a text that
    asks several; `instead` what a text that puts something right puts in its place; `asked` all that the whole text
    may ask at once, each with a chance of its own; `previous` is the topic answered before in this conversation, for
    a text that leans on it.
    """

    intent: str
    text: str
    confidence: float = 1.0
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    previous: str = ""
    ranking: tuple[tuple[str, float], ...] = ()
    parts: tuple["Understood", ...] = ()
    asked: tuple[tuple[str, float], ...] = ()
    instead: "Understood | None" = None

    def chance_of(self, topic: str) -> float:
        """How likely the model holds a topic, 0 where it does not rank it."""
        return next((chance for name, chance in self.ranking if name == topic), 0.0)

    def without(self, *topics: str) -> "Understood":
        """The same where none of these topics is meant: the others share the certainty. As it is, if none is left."""
        ranking = [(name, chance) for name, chance in self.ranking if name not in topics]
        total = sum(chance for _, chance in ranking)
        if not total:
            return self
        shared = tuple((name, chance / total) for name, chance in ranking)
        return replace(self, intent=shared[0][0], confidence=shared[0][1], ranking=shared)
