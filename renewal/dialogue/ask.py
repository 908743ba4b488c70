"""One text with all that an answer to it may use."""

from dataclasses import dataclass, replace

from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood
from renewal.language.reading import Reading, read


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

    def about(self, said: Understood) -> "Ask":
        """The same turn, of one of its questions."""
        return replace(self, said=replace(said, previous=self.memory.topic))
