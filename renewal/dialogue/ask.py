"""One text with all that an answer to it may use."""

from dataclasses import dataclass, replace

from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.topics import is_tagged
from renewal.dialogue.understood import Understood
from renewal.language.reading import Reading, read

# Facts that the case makes out of what was told and what is on file.
_WORKED_OUT = {"expires_on": "expiry", "handing_in_on": "handing_in", "term_from_on": "term_from"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What was said, in which case, after what, on which ground."""

    ground: Ground
    case: Case
    memory: Memory
    said: Understood

    @property
    def text(self) -> str:
        """The whole text as it was written."""
        return self.said.text

    @property
    def reading(self) -> Reading:
        """All that the text says."""
        return read(self.said.text, self.ground.today)

    def knows(self, fact: str) -> bool:
        """Whether a fact is known, told or on file. `points`: whether points are spoken of."""
        if fact == "term_from_on" and self.case.expiry is not None and self.reading.says("by_itself"):
            return True
        if fact in _WORKED_OUT:
            return getattr(self.case, _WORKED_OUT[fact]) is not None
        if fact == POINTS:
            spoken_of = is_tagged(self.memory.topic, "points") or bool(self.said.entities.get("points_item"))
            return spoken_of or bool(self.memory.facts.get(POINTS))
        return fact in self.case.facts

    def about(self, said: Understood) -> "Ask":
        """The same turn, of one of its questions."""
        return replace(self, said=replace(said, previous=self.memory.topic))
