"""What a form comes to in one turn: what is to be done, in order, what is kept, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from renewal.dialogue.forms.commands import Command
from renewal.dialogue.forms.turn import MISSES, REQUESTED

EMPTY: Mapping[str, Any] = MappingProxyType({})


class Follow(StrEnum):
    """What comes next, by the name that domain.yml gives it. GO_ON: whatever the open form does of itself."""

    GO_ON = ""
    LISTEN = "action_listen"
    CANCEL = "action_cancel_form"
    BOOK_CALLBACK = "action_submit_callback"
    TELL_STATUS = "action_my_status"
    TELL_POINTS = "action_tell_points"
    CALLBACK = "callback_form"
    STATUS = "status_form"
    POINTS = "points_form"
    APPOINTMENT = "appointment_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`does` is carried out in order, and says what it comes to in that order.

    `aside`: the form does not take the text, which is answered elsewhere; the form comes back, unless it `closes`.
    """

    does: tuple[Command, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    aside: bool = False
    closes: bool = False
    follow: Follow = Follow.GO_ON

    def after(self, *commands: Command) -> "Step":
        """The same, with these commands before its own."""
        return replace(self, does=(*commands, *self.does))

    def after_all(self, *commands: Command) -> "Step":
        """The same, with these commands after its own."""
        return replace(self, does=(*self.does, *commands))

    def keeping(self, **slots: Any) -> "Step":
        """The same, with more slots filled."""
        return replace(self, slots={**self.slots, **slots})


def ask(slot: str | None, *, misses: int = 0, slots: Mapping[str, Any] = EMPTY) -> Step:
    """The form asks for a slot; the other slots are filled first."""
    return Step(slots={**slots, MISSES: misses, REQUESTED: slot})


def end(*commands: Command, follow: Follow = Follow.LISTEN, slots: Mapping[str, Any] = EMPTY) -> Step:
    """The form asks nothing more."""
    return Step(does=commands, slots={MISSES: None, REQUESTED: None, **slots}, follow=follow)
