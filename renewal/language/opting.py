"""Whether a whole SMS says that its number wants no more texts, or texts again (docs/delivery.md)."""

import re
from typing import Literal

from renewal.language.text import closed, low
from renewal.language.words import is_only, says

Opting = Literal["out", "in", "out_or_answer"]
LONGEST_OPTING_CHARS = 40
_AGAIN = re.compile(r"^(.{2,20}?)(?: ?\1){1,19}$")  # the same word over and over: "退订退订", "stop stop"
_CLAUSE = re.compile(r"[,.;!。~…\n]|\s(?=[一-鿿])|(?<=[一-鿿])\s")
_CONCEPTS: tuple[tuple[str, Opting], ...] = (
    ("opt_out", "out"),
    ("opt_out_asked", "out"),
    ("opt_in", "in"),
    ("opt_out_or_answer", "out_or_answer"),
)


def read_opting(text: str) -> Opting | None:
    """What a text says of opting, where it says nothing else; None for any other text.

    Quotes, brackets, stops, signs, a greeting, thanks and why they want no more say nothing; a question mark makes
    it a question, but for one that asks us politely to stop. "out_or_answer" opts out unless we have just asked
    something: n, cancel, end, quit.
    """
    if max(len(text), len(low(text))) > LONGEST_OPTING_CHARS:
        return None
    if "?" in low(text):
        return "out" if is_only("opt_out_asked", _bare(text)) else None
    return _meaning(text) or _meaning_beside(_CLAUSE.split(low(text)))


def _meaning_beside(clauses: list[str]) -> Opting | None:
    """What those clauses say of opting that are more than a greeting or a reason, where none says anything else."""
    found = {_meaning(clause) for clause in clauses if _bare(clause) and not _says_nothing(_bare(clause))}
    if "out" in found:
        found.discard("out_or_answer")
    return found.pop() if len(found) == 1 else None


def _says_nothing(bare: str) -> bool:
    return any(is_only(concept, bare) for concept in ("opt_courtesy", "opt_thanks", "opt_reason"))


def _meaning(text: str) -> Opting | None:
    bare = _bare(text)
    return next((meaning for concept, meaning in _CONCEPTS if bare and is_only(concept, bare)), None)


def _bare(text: str) -> str:
    """The words alone, a word that is written over and over once, and one that is spelled out (T D) in one."""
    words = "".join(char if char.isalnum() else " " for char in low(text)).split()
    spelled = len(words) > 1 and all(len(word) == 1 and word.isascii() for word in words)
    return _AGAIN.sub(r"\1", closed(("" if spelled else " ").join(words)))


def asks_back(text: str) -> bool:
    """Whether a text of ours waits for an answer, and does not end by telling how to opt out."""
    return says("asks_back", text) and not says("tells_opting_out", text)
