"""The one normalisation of a text, kept: every reader of the same text gets the same plain form at no cost.

Here, too, stands how long a text may be. A stranger's text is cut once where it comes in (`cut`), before anything
reads or keeps it; the plain form is bounded in itself, so that no reader meets more, whichever way a text takes.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

import yaml
from opencc import OpenCC

LONGEST_TEXT_CHARS = (
    2_000  # of a text from outside, as it is written and in the usual width; an SMS has 1,600
)
LONGEST_ANSWERED_CHARS = 1_000  # of it, what the assistant gets: what comes after is kept, and not answered
LONGEST_GAP_CHARS = (
    8  # of white space in a row; the patterns that pass over it would try every part of a longer one
)
KEPT_TEXTS = (
    512  # for each reader, of up to 8 kB: many a turn's worth, and not a stranger's to fill a machine with
)
LEAST_SPOKEN_DIGITS = 6
_SPOKEN = "零〇一幺二两三四五六七八九"
_WRITTEN = str.maketrans(_SPOKEN, "0011223456789")
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003FFFF]")
_BETWEEN = re.compile(rf"(?<={_HAN.pattern})[\s.·*_\-/|~…]{{1,4}}(?={_HAN.pattern})")
_DIALECT = Path(__file__).parent / "dialect.yml"
_IS = re.compile(
    "(?<![關关干])係(?![數数])"
)  # Cantonese 係; in simplified characters it would be that of 關係
# Characters that no reader sees: zero-width spaces and joiners, marks of direction, variation selectors, the BOM.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_LONG_GAP = re.compile(rf"(\s{{{LONGEST_GAP_CHARS}}})\s+")


def cut(text: str, longest: int = LONGEST_TEXT_CHARS) -> str:
    """The beginning of a text that has no more than so many characters, also in the usual width: one ﷺ becomes 18."""
    begun = text[:longest]
    if len(unicodedata.normalize("NFKC", begun)) <= longest:
        return begun
    widths = accumulate(len(unicodedata.normalize("NFKC", char)) for char in begun)
    return begun[: sum(width <= longest for width in widths)]


@lru_cache(maxsize=KEPT_TEXTS)
def plain(text: str) -> str:
    """In the usual width (NFKC), without unseen characters, long gaps and space around it; cut where it is too long."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", cut(text)))
    return _LONG_GAP.sub(r"\1", seen).strip()


@lru_cache(maxsize=KEPT_TEXTS)
def simple(text: str) -> str:
    """As `plain`, in simplified characters: what names and numbers are read in."""
    return simplified(plain(text))


@lru_cache(maxsize=KEPT_TEXTS)
def low(text: str) -> str:
    """As `simple`, in lower case."""
    return simple(text).lower()


@lru_cache(maxsize=KEPT_TEXTS)
def usual(text: str) -> str:
    """As `low`, with words of a dialect as the usual ones, each where it was: what words are looked for in."""
    return _dialect().sub(lambda found: _usual_words()[found.group()], low(_IS.sub("是", text)))


@lru_cache(maxsize=KEPT_TEXTS)
def closed(text: str) -> str:
    """As `low`, without what is put between Chinese characters to part or hide them: 自 杀, 自.杀, 自*杀."""
    return _BETWEEN.sub("", low(text))


@lru_cache(maxsize=KEPT_TEXTS)
def simplified(text: str) -> str:
    """The text in simplified characters, each where it was; a text without Chinese characters as it is."""
    return str(_converter().convert(text)) if _HAN.search(text) else text


@lru_cache(maxsize=KEPT_TEXTS)
def spoken(text: str, least: int = LEAST_SPOKEN_DIGITS) -> str:
    """The text with each run of at least so many digits spelled out in characters (幺三八…) written as digits."""
    return re.sub(f"[{_SPOKEN}]{{{least},}}", lambda run: run.group().translate(_WRITTEN), text)


@lru_cache(maxsize=KEPT_TEXTS)
def dialled(text: str) -> str:
    """As `plain`, with spoken numbers written as digits: what numbers are looked for in."""
    return spoken(plain(text))


def has_sign(text: str) -> bool:
    """Whether the text holds a picture sign, as a thumb or a face."""
    return any(unicodedata.category(char) == "So" for char in text)


def has_han(text: str) -> bool:
    """Whether the text holds a Chinese character."""
    return bool(_HAN.search(text))


@lru_cache(maxsize=KEPT_TEXTS)
def simple_places(text: str) -> "tuple[str, tuple[int, ...]]":
    """As `simple` but for the space around it, and for each character (and the end) its place in `text`."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        usual = _UNSEEN.sub("", unicodedata.normalize("NFKC", char))
        folded.append(usual)
        places.extend([place] * len(usual))
    places.append(len(text))
    joined = "".join(folded)
    found = simplified(joined)
    return (found if len(found) == len(joined) else joined), tuple(places)


@cache
def _usual_words() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(_DIALECT.read_text("utf-8"))
    return words


@cache
def _dialect() -> "re.Pattern[str]":
    return re.compile("|".join(sorted(_usual_words(), key=len, reverse=True)))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
