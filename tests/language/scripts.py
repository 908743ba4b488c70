"""A text as other hands write it: in traditional characters, in full width, its characters spaced out."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from opencc import OpenCC

_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def traditional(text: str) -> str:
    """In traditional characters."""
    return str(_converter().convert(text))


def full_width(text: str) -> str:
    """With digits, letters and marks in full width."""
    return text.translate(_FULL_WIDTH)


def spaced_out(text: str) -> str:
    """With a space between each two characters."""
    return re.sub(r"(?<=[㐀-鿿])(?=[㐀-鿿])", " ", text)


HANDS = (traditional, full_width, spaced_out)


def misread(
    read: Callable[[str], str], rows: Iterable[tuple[str, ...]], written: Callable[[str], str]
) -> list[tuple[str, str, str]]:
    """The texts of `rows` that read otherwise once so written: as written, what was read, what they say."""
    found = [(written(text), read(written(text)), expected) for text, expected in rows]
    return [each for each in found if each[1] != each[2]]


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")
