"""Whether a text says that its writer leaves it at that ("收不到，不弄了"), and what else it says."""

import re
from functools import cache

from renewal.language.text import simple
from renewal.language.words import find, pattern

LONGEST_STOP_CHARS = 40
_ASKS = re.compile(r"[?？]\s*$")
_BREAKS = re.compile(r"[，,。.!！?？;；~～…\n]+|(?<=[㐀-鿿])\s+(?=[㐀-鿿])")


def says_stop(text: str) -> bool:
    """Whether a clause of the text says nothing but that its writer leaves it at that."""
    return without_stop(text) is not None


def without_stop(text: str) -> str | None:
    """The text, in simplified characters, without the clauses that leave; None where none does."""
    clean = simple(text)
    run_on = _runs_on_from(clean)
    clauses = [clause for clause in _BREAKS.split(clean[run_on:]) if clause.strip()]
    kept = [c for c in clauses if len(c) > LONGEST_STOP_CHARS or not _whole().fullmatch(c)]
    if not run_on and len(kept) == len(clauses):
        return None
    ends = _ASKS.search(clean)
    return "，".join(kept) + ("?" if ends else "")


def _runs_on_from(clean: str) -> int:
    """Where what follows the first, leaving words begins; 0 where none do, or nothing follows."""
    found = find("runs_on_from_leaving", clean)
    return found.end() if found and clean[found.end() :][:1].isalnum() else 0


@cache
def _whole() -> re.Pattern[str]:
    """A clause that leaves, with what may stand before and behind it."""
    before, leaves, behind = (
        pattern(name).pattern for name in ("before_leaving", "leaves", "behind_leaving")
    )
    return re.compile(rf"\s*(?:{before}|[ ,]){{0,6}}\s*(?:{leaves})\s*(?:{behind}|\s){{0,6}}", re.IGNORECASE)
