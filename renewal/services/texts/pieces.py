"""Long words cut into pieces that a phone shows at once, at the end of a sentence where there is one."""

import re
from collections.abc import Sequence

from renewal.services.texts.segments import segments

MOST_SEGMENTS = 4  # of one text: the longest that the wording makes, which stays whole
MOST_SEGMENTS_AT_ONCE = 12  # of one answer: four texts of three; what is longer is asked for
_SENTENCES_END = re.compile(r"[。！？；\n]+|[.!?;](?=\s)")
_CLAUSES_END = re.compile(r"[，、：]|[,:](?=\s)|\s")


def in_pieces(text: str, most_segments: int = MOST_SEGMENTS) -> tuple[str, ...]:
    """`text` in pieces of up to `most_segments` each, in order; nothing but space between them is left out."""
    pieces: list[str] = []
    rest = text.strip()
    while segments(rest) > most_segments:
        longest = _longest_beginning(rest, most_segments)
        end = _last_end(rest[:longest]) or longest
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return (*pieces, rest) if rest or not pieces else tuple(pieces)


def first_of(texts: Sequence[str], most_segments: int = MOST_SEGMENTS_AT_ONCE) -> int:
    """How many of `texts`, from the first, are sent at once; at least one."""
    sent_segments = 0
    for number, text in enumerate(texts):
        sent_segments += segments(text)
        if number and sent_segments > most_segments:
            return number
    return len(texts)


def _longest_beginning(text: str, most_segments: int) -> int:
    """How many characters from the start fit; found by halving, as a longer beginning never takes fewer segments."""
    fits, too_many = 1, len(text)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if segments(text[:middle]) <= most_segments:
            fits = middle
        else:
            too_many = middle
    return fits


def _last_end(beginning: str) -> int:
    """Where the last sentence, else the last clause, ends in the second half of `beginning`; 0 where none does."""
    for ends in (_SENTENCES_END, _CLAUSES_END):
        found = [match.end() for match in ends.finditer(beginning) if match.end() > len(beginning) // 2]
        if found:
            return found[-1]
    return 0
