"""One turn as a form sees it: what was said, what is held, and what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood

MEMORY, REQUESTED, MISSES = "memory", "requested_slot", "form_misses"  # slots that every form shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the user said last and where the conversation stands.

    `form` is the open form, `requested` the slot that it asked for. `answered`: the text was answered already,
    and the form only has to ask again. `righted`: the text takes back what it seemed to ask, and asks something else.
    """

    conversation_id: str
    said: Understood
    slots: Mapping[str, Any] = field(default_factory=dict)
    form: str = ""
    requested: str = ""
    answered: bool = False
    righted: bool = False

    @property
    def text(self) -> str:
        """As it was written."""
        return self.said.text

    @property
    def intent(self) -> str:
        """The likeliest topic."""
        return self.said.intent

    @property
    def misses(self) -> int:
        """Bad answers in a row so far."""
        return int(self.slots.get(MISSES) or 0)

    def slot(self, name: str) -> str | None:
        """A text slot's value, None where it is empty."""
        value = self.slots.get(name)
        return str(value) if value not in (None, "", []) else None

    def day(self, name: str) -> date | None:
        """A slot that holds a day as ISO text; None where it is empty."""
        value = self.slot(name)
        return date.fromisoformat(value) if value else None

    def memory(self) -> Memory:
        """What the conversation keeps from one text to the next."""
        kept = self.slots.get(MEMORY)
        return Memory.of(kept if isinstance(kept, Mapping) else None)

    def outside(self) -> "Turn":
        """The same turn as if no form were open."""
        return replace(self, form="", requested="")
