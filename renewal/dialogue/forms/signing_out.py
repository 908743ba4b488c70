"""Signing out of a web page by a word: the holder who is known there is let go of."""

from renewal.dialogue.forms.commands import SignOut
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.step import Step, end
from renewal.dialogue.forms.turn import Turn
from renewal.language.words import is_only


def signs_out(turn: Turn, known: Known) -> bool:
    """Whether a text says nothing but that its known writer signs out; by SMS the number is the identity."""
    return known.case.known and known.case.channel == "web" and is_only("signs_out", turn.text)


def outside(turn: Turn, known: Known) -> Step | None:
    """A text outside forms that signs out."""
    return end(SignOut()) if signs_out(turn, known) else None
