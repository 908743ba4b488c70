"""Whether a whole SMS says that its number wants no more texts, or texts again (design section 6)."""

import re
from typing import Literal

from renewal.language.text import closed, low
from renewal.language.words import is_only, says

Opting = Literal["out", "in", "out_or_answer"]
LONGEST_OPTING_CHARS = 40
_AGAIN = re.compile(r"^(.{2,20}?)(?: ?\1){1,19}$")  # the same word over and over: "退订退订", "stop stop"
_CONCEPTS: tuple[tuple[str, Opting], ...] = (
    ("opt_out", "out"),
    ("opt_in", "in"),
    ("opt_out_or_answer", "out_or_answer"),
)


def read_opting(text: str) -> Opting | None:
    """What a text says of opting, where it says nothing else; None for any other text.

    Quotes, brackets, stops, signs and a word of thanks around it say nothing; a question mark makes it a question.
    "out_or_answer" opts out unless we have just asked something: n, cancel, end, quit.
    """
    if max(len(text), len(low(text))) > LONGEST_OPTING_CHARS or "?" in low(text):
        return None
    bare = closed(" ".join("".join(char if char.isalnum() else " " for char in low(text)).split()))
    bare = _AGAIN.sub(r"\1", bare)
    return next((meaning for concept, meaning in _CONCEPTS if bare and is_only(concept, bare)), None)


def asks_back(text: str) -> bool:
    """Whether a text of ours waits for an answer, and does not end by telling how to opt out."""
    return says("asks_back", text) and not says("tells_opting_out", text)
