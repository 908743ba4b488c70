"""One way of reading a text for every component: NFKC, simplified characters."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

LONGEST_CHARS = 300  # what a question needs; the model reads no more than 512 tokens anyway
_BEGINNING_CHARS = 60  # of a longer text; who tells a long story asks at its end

_SPACED_OUT = re.compile(r"(?<=[㐀-鿿，。？！、]) (?=[㐀-鿿，。？！、])")
_DRAWN_OUT = re.compile(r"(\D)\1{3,}")  # "哈哈哈哈哈"; digits are left alone: a number may hold four noughts


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """NFKC, then traditional characters to simplified ones."""
    converted: str = _converter().convert(unicodedata.normalize("NFKC", text))
    return converted


def for_model(text: str) -> str:
    """What the model sees: normalised, lower case, drawn-out characters shortened, a long text without its middle."""
    plain = _SPACED_OUT.sub("", " ".join(normalise(text).lower().split()))
    short = _DRAWN_OUT.sub(r"\1\1\1", plain)
    if len(short) <= LONGEST_CHARS:
        return short
    return f"{short[:_BEGINNING_CHARS]} {short[_BEGINNING_CHARS - LONGEST_CHARS :]}"


@lru_cache(maxsize=4096)
def sounds(text: str) -> str:
    """The text in pinyin without tones or spaces; what is no character stays: 续签吗 and `xuqian ma` are one."""
    return "".join("".join(lazy_pinyin(text)).split())


# One or more syllables of pinyin; every word of a text in pinyin is some, which hardly an English sentence manages.
_SYLLABLES = re.compile(
    r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])"
    r"(?:[iu]?a(?:ng?|i|o)?|i?ong|[iu]?e(?:ng?|i|r)?|[iuv](?:ng?|e|i|u)?|[iu]?o(?:u)?|ing?)|er|ai?|an|ang|e|ou?)+"
)
_LEAST_LETTERS = 6


@lru_cache(maxsize=4096)
def is_pinyin(text: str) -> bool:
    """Whether a text without characters is Chinese in Latin letters: `xu qian yao dai shen me`."""
    words = re.findall(r"[a-z]+", text)
    if re.search(r"[㐀-鿿]", text) or sum(map(len, words)) < _LEAST_LETTERS:
        return False
    return all(_SYLLABLES.fullmatch(word) for word in words)


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
