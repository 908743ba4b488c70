"""One text with all that an answer to it may use."""

from dataclasses import dataclass, replace

from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.topics import is_tagged
from renewal.dialogue.understood import Understood
from renewal.language.reading import Reading, read

AFTER_PAPERS = frozenset("process receipt refused review_time processing_time review_due done_by".split())


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
        if fact == "expires_on":
            return self.case.expiry is not None
        if fact == POINTS:
            spoken_of = is_tagged(self.memory.topic, "points") or bool(self.said.entities.get("points_item"))
            return spoken_of or bool(self.memory.facts.get(POINTS))
        return fact in self.case.facts

    @property
    def hands_in(self) -> bool:
        """Whether papers are spoken of that went in, or that are to go in on a day that was told."""
        case = self.case
        if case.handed_in_on is not None:
            return True
        of_papers = bool(AFTER_PAPERS & {self.memory.topic, *self.memory.topics})
        return case.handing_in is not None and (of_papers or self.reading.says("hands_in_later"))

    def about(self, said: Understood) -> "Ask":
        """The same turn, of one of its questions."""
        return replace(self, said=replace(said, previous=self.memory.topic))
