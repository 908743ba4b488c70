"""Whether a word is made of pieces, as one in pinyin is of syllables.

A repeated pattern would try every way to cut a word up: for a long word that is none, that never ends.
"""

import re

LONGEST_SYLLABLE = 6  # letters: zhuang


def is_made_of(piece: "re.Pattern[str]", word: str) -> bool:
    """Whether a word is one piece or more, each matched by the pattern, with nothing between them."""
    reached = {0}
    for start in range(len(word)):
        if start in reached:
            ends = range(start + 1, min(len(word), start + LONGEST_SYLLABLE) + 1)
            reached.update(end for end in ends if piece.fullmatch(word, start, end))
    return bool(word) and len(word) in reached
