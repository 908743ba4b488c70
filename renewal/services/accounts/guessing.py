"""What of a password a guesser tries first: names, words of the product, common words, keys in a row, sequences.

No list of leaked passwords lies here: it would be long, and old in a year. What is counted instead is what remains
of a password once all that is taken out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from unicodedata import normalize

import yaml

LEAST_LEFT_CHARS = 8  # letters and digits that no guesser has ready
SHORTEST_RUN = 3  # keys, steps of an alphabet, or one sign over and over
YEAR_DIGITS = 4
NAME, PRODUCT, COMMON = "name", "product", "common"
KEYBOARD, SEQUENCE, REPEATED = "keyboard", "sequence", "repeated"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """The pieces that are tried first, in small letters; `stands_for` reads a sign as the letter that it stands for."""

    product: tuple[str, ...]
    common: tuple[str, ...]
    keyboard: tuple[str, ...]
    stands_for: Mapping[str, str]


@cache
def guesses() -> Guesses:
    """As `guessed.yml` has them."""
    raw = yaml.safe_load(files("renewal.services.accounts").joinpath("guessed.yml").read_text("utf-8"))
    return Guesses(
        product=tuple(raw["product"]),
        common=tuple(raw["common"]),
        keyboard=tuple(raw["keyboard"]),
        stands_for=raw["stands_for"],
    )


def why_guessable(name: str, password: str) -> str:
    """What most of a password that is too easily guessed is made of; empty where enough of it is not.

    `name` is the account's.
    """
    clean = normalize("NFKC", password).casefold()
    if name and name in clean:
        return NAME
    taken = [""] * len(clean)
    for why, start, end in _pieces(clean):
        for at in range(start, end):
            taken[at] = taken[at] or why
    left = sum(char.isalnum() and not why for char, why in zip(clean, taken, strict=True))
    if left >= LEAST_LEFT_CHARS:
        return ""
    found = Counter(why for why in taken if why)
    return found.most_common(1)[0][0] if found else REPEATED


def _pieces(clean: str) -> Iterator[tuple[str, int, int]]:
    """Each piece with what it is; one that comes first counts where two lie over each other."""
    known = guesses()
    spelled = "".join(known.stands_for.get(char, char) for char in clean)
    for why, words in ((PRODUCT, known.product), (COMMON, known.common)):
        for word in words:
            for text in (clean, spelled):
                yield from ((why, start, start + len(word)) for start in _places(text, word))
    yield from ((SEQUENCE, *span) for span in _steps(clean, (1, -1)))
    yield from ((SEQUENCE, *span) for span in _years(clean))
    for row in known.keyboard:
        for keys in (row, row[::-1]):
            yield from ((KEYBOARD, *span) for span in _along(clean, keys))
    yield from ((REPEATED, *span) for span in _steps(clean, (0,)))
    yield from ((REPEATED, *span) for span in _over_and_over(clean))


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _along(text: str, keys: str) -> Iterator[Span]:
    """Runs of keys that lie side by side."""
    beside = set(pairwise(keys))
    yield from _runs([pair in beside for pair in pairwise(text)])


def _steps(text: str, wanted: Sequence[int]) -> Iterator[Span]:
    """Runs in which each character is as many steps after the one before."""
    for step in wanted:
        yield from _runs([ord(after) - ord(before) == step for before, after in pairwise(text)])


def _runs(joined: Sequence[bool]) -> Iterator[Span]:
    """The spans of characters that are joined, one to the next, and long enough; `joined` is of neighbours."""
    start = 0
    for at, holds in enumerate([*joined, False]):
        if not holds:
            if at + 1 - start >= SHORTEST_RUN:
                yield start, at + 1
            start = at + 1


def _years(text: str) -> Iterator[Span]:
    """Years of the last century and of this one."""
    for at in range(len(text) - YEAR_DIGITS + 1):
        digits = text[at : at + YEAR_DIGITS]
        if digits.isascii() and digits.isdigit() and digits[:2] in ("19", "20"):
            yield at, at + YEAR_DIGITS


def _over_and_over(text: str) -> Iterator[Span]:
    """Pieces that are said again: of two characters or more, wherever the first stands."""
    for size in range(len(text) // 2, 1, -1):
        for at in range(size, len(text) - size + 1):
            if text[at : at + size] in text[:at]:
                yield at, at + size
