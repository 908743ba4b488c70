"""The same text as people really write it: traditional, full-width, mistyped, in pinyin, spaced out.

Runs in Rasa's environment, which has the pinyin. Every variant is made from the text alone, so it is the same in
each run; a text without Chinese characters has none.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from opencc import OpenCC
from pypinyin import lazy_pinyin

_HAN = re.compile(r"[一-鿿]")
TYPO_EVERY = 6  # characters: one wrong homophone in each so many, at least one


def variants(texts: Iterable[str]) -> Mapping[str, Callable[[str], str]]:
    """Each kind's name and what makes it; homophones are taken from the characters that the texts use."""
    mistype = _Typist(texts)
    to_traditional = OpenCC("s2t")
    return {
        "traditional": to_traditional.convert,
        "full-width": _full_width,
        "typo": mistype,
        "pinyin": lambda text: " ".join(lazy_pinyin(text)),
        "spaced": " ".join,
    }


def is_chinese(text: str) -> bool:
    """Whether most of its letters are Chinese characters."""
    letters = [char for char in text if char.isalpha()]
    return len(_HAN.findall(text)) > len(letters) / 2


def _full_width(text: str) -> str:
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
    return "\u3000" + text.translate(wide) + "？\u3000"


class _Typist:
    """Puts the commonest other character of the same sound where the text's own hash says."""

    def __init__(self, texts: Iterable[str]) -> None:
        common = Counter(char for text in texts for char in text if _HAN.match(char))
        by_sound: dict[str, list[str]] = {}
        for char, _ in sorted(common.items(), key=lambda item: (-item[1], item[0])):
            by_sound.setdefault(lazy_pinyin(char)[0], []).append(char)
        self._by_sound = by_sound

    def __call__(self, text: str) -> str:
        places = [place for place, char in enumerate(text) if self._other(char)]
        count = max(1, len(text) // TYPO_EVERY) if places else 0
        start = zlib.crc32(text.encode())
        chosen = {places[(start + turn * 7) % len(places)] for turn in range(count)}
        return "".join(self._other(char) if place in chosen else char for place, char in enumerate(text))

    def _other(self, char: str) -> str:
        if not _HAN.match(char):
            return ""
        return next((other for other in self._by_sound.get(lazy_pinyin(char)[0], ()) if other != char), "")
