"""A text as other hands write it: in traditional characters, in full width, its characters spaced out."""

import re
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


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")
