"""How the model sees a text, beyond the plain form that everything reads."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

from renewal.language.syllables import is_made_of
from renewal.language.text import low, plain

LONGEST_CHARS = 300  # what a question needs; the model reads no more than 512 tokens anyway
_BEGINNING_CHARS = 60  # of a longer text; who tells a long story asks at its end

_SPACED_OUT = re.compile(r"(?<=[㐀-鿿，。？！、]) (?=[㐀-鿿，。？！、])")
_DRAWN_OUT = re.compile(r"(\D)\1{3,}")  # "哈哈哈哈哈"; digits are left alone: a number may hold four noughts


def for_model(text: str) -> str:
    """What the model sees: plain, lower case, drawn-out characters shortened, a long text without its middle."""
    joined = _SPACED_OUT.sub("", " ".join(low(text).split()))
    short = _DRAWN_OUT.sub(r"\1\1\1", joined)
    if len(short) <= LONGEST_CHARS:
        return short
    return f"{short[:_BEGINNING_CHARS]} {short[_BEGINNING_CHARS - LONGEST_CHARS :]}"


@lru_cache(maxsize=4096)
def sounds(text: str) -> str:
    """The text in pinyin without tones or spaces; what is no character stays: 续签吗 and `xuqian ma` are one."""
    return "".join("".join(lazy_pinyin(text)).split())


# A syllable of pinyin; every word of a text in pinyin is made of some, which hardly an English sentence manages.
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])"
    r"(?:[iu]?a(?:ng?|i|o)?|i?ong|[iu]?e(?:ng?|i|r)?|[iuv](?:ng?|e|i|u)?|[iu]?o(?:u)?|ing?)|er|ai?|an|ang|e|ou?"
)
_LEAST_LETTERS = 6


@lru_cache(maxsize=4096)
def is_pinyin(text: str) -> bool:
    """Whether a text without characters is Chinese in Latin letters: `xu qian yao dai shen me`."""
    words = re.findall(r"[a-z]+", text)
    if re.search(r"[㐀-鿿]", text) or sum(map(len, words)) < _LEAST_LETTERS:
        return False
    return all(is_made_of(_SYLLABLE, word) for word in words)


def has_words(text: str) -> bool:
    """Whether there is a letter, a character or a digit in it; emoji, punctuation and white space are none."""
    return any(char.isalnum() for char in plain(text))
