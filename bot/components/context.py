"""What was answered before a text, as columns beside the text's own: after the papers went in, "几天" asks something
else than after a permit ran out.

A topic has a column, and so has the area that it belongs to: what was learned after one topic helps with its like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

AFTER = "after"  # of a message's metadata: the topic that was answered before it
_WEIGHT = 0.7  # of each column, against the embedding's length of 1
_FULL_CHARS = 8  # a longer text leans less on what came before
_LATIN_CHARS = 3.3  # so many letters say as much as one character


@dataclass(frozen=True)
class Contexts:
    """The topics after which texts were learned, in the order of their columns, and the area of each topic."""

    topics: tuple[str, ...]
    areas: Mapping[str, str]

    @classmethod
    def of(cls, after: Sequence[str], areas: Mapping[str, Sequence[str]]) -> Contexts:
        """From what came before each training text ("" for nothing), and the topics of each area."""
        return cls(
            topics=tuple(sorted(set(after) - {""})),
            areas={topic: area for area, topics in areas.items() for topic in topics},
        )

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Contexts:
        """What `as_dict` gave."""
        return cls(topics=tuple(held["topics"]), areas=dict(held["areas"]))

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"topics": list(self.topics), "areas": dict(self.areas)}

    @property
    def names(self) -> tuple[str, ...]:
        """What each column stands for: the topics, then the areas."""
        return (*self.topics, *dict.fromkeys(self.areas.values()))

    def topic_column(self, topic: str) -> int:
        """The column of a topic; -1 where no text was learned after it."""
        return self.topics.index(topic) if topic in self.topics else -1

    def area_column(self, topic: str) -> int:
        """The column of a topic's area; -1 where it has none."""
        area = self.areas.get(topic)
        return -1 if area is None else self.names.index(area, len(self.topics))

    def rows(self, texts: Sequence[str], after: Sequence[str]) -> np.ndarray:
        """One row a text, one column a name."""
        found = np.zeros((len(texts), len(self.names)), dtype=np.float32)
        for row, (text, topic) in enumerate(zip(texts, after, strict=True)):
            columns = [
                column for column in (self.topic_column(topic), self.area_column(topic)) if column >= 0
            ]
            found[row, columns] = _WEIGHT * min(1.0, _FULL_CHARS / max(_size(text), 1.0))
        return found


def _size(text: str) -> float:
    wide = sum(char > "\u2fff" for char in text)
    return wide + (len(text) - wide) / _LATIN_CHARS
