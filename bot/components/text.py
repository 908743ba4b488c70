"""One way of reading a text for every component: NFKC, simplified characters."""

import unicodedata
from functools import lru_cache

from opencc import OpenCC

LONGEST_CHARS = 300  # what a question needs; the model reads no more than 512 tokens anyway


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """NFKC, then traditional characters to simplified ones."""
    converted: str = _converter().convert(unicodedata.normalize("NFKC", text))
    return converted


def for_model(text: str) -> str:
    """What the embedding and the n-grams see: normalised, lower case, white space folded, cut."""
    return " ".join(normalise(text[: 2 * LONGEST_CHARS]).lower().split())[:LONGEST_CHARS]


def has_words(text: str) -> bool:
    """Whether there is a letter, a character or a digit in it; emoji, punctuation and white space are none."""
    return any(char.isalnum() for char in unicodedata.normalize("NFKC", text))


def aligned(text: str) -> "tuple[str, list[int]]":
    """The normalised text, and for each of its characters (and its end) the place in `text` it comes from."""
    plain: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        folded = unicodedata.normalize("NFKC", char)
        plain.append(folded)
        origin.extend([place] * len(folded))
    origin.append(len(text))
    joined = "".join(plain)
    simplified: str = _converter().convert(joined)
    return (simplified if len(simplified) == len(joined) else joined), origin
