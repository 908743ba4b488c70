"""Texts made from a pattern's own letters that make a bad one slow, and how its time grows with their length."""

import math
import random
import re
import time
from collections.abc import Iterator
from functools import cache, partial
from itertools import islice
from re import _constants as signs
from re import _parser as parser
from typing import Any

from renewal.language.text import LONGEST_GAP_CHARS, LONGEST_TEXT_CHARS

SHORT, LONG = LONGEST_TEXT_CHARS // 4, LONGEST_TEXT_CHARS
MOST_GROWTH = 10  # of the time, for a text four times as long: 4 is linear, 16 is quadratic
# Longer and longer, so that a pattern that never ends is found out by a text that it can still finish.
LADDER = (*range(12, 72, 4), *range(80, 251, 20), SHORT)
SHORT_LADDER = (20, 250)  # for a pattern in which every repeat has an end
TOO_LONG_S = 0.03  # for a text of the ladder
FLOOR_S = 0.002  # what takes less is quick, however it grows
TOLD = 3  # slow texts of one pattern
TRIES = 3  # the quickest counts: another process may have been at work
MOST_LETTERS, MOST_OF_A_KIND = 10, 12
OFTEN = 8  # times: what may repeat so often may be cut up in many ways
TAILS = ("\x00", "")  # what the repeat runs into; no pattern waits for the first
_OF_CLASS = {
    signs.CATEGORY_DIGIT: "1",
    signs.CATEGORY_SPACE: " ",
    signs.CATEGORY_WORD: "w",
    signs.CATEGORY_NOT_DIGIT: "没",
    signs.CATEGORY_NOT_SPACE: "没",
    signs.CATEGORY_NOT_WORD: ",",
}
_LONG_GAP = re.compile(rf"\s{{{LONGEST_GAP_CHARS},}}")
_POOL = "没1a ,，A\n.－z"
_REPEATS = (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT)


def slow_texts(source: str, flags: int) -> list[str]:
    """The repeats on which a pattern's time grows faster than the text, each with how many times as long it took.

    Of a pattern in which every repeat has an end, those for which even a short text takes long.
    """
    pattern, tree = re.compile(source, flags), parser.parse(source, flags)
    measure = growth if unbounded(tree) else partial(_weight, ladder=SHORT_LADDER)
    found = []
    for lead, piece, tail in seeds(tree, random.Random(source.encode("utf-8", "surrogatepass"))):
        grown = measure(pattern, lead, piece, tail)
        if grown >= MOST_GROWTH:
            found.append(f"{lead!r}, {piece!r} repeated, {tail!r}: {grown:.0f} times")
            if len(found) == TOLD:
                break
    return found


def as_read(text: str) -> str:
    """The text as every reader has it: without long gaps, which no pattern meets."""
    return _LONG_GAP.sub(" " * LONGEST_GAP_CHARS, text)


def growth(pattern: re.Pattern[str], lead: str, piece: str, tail: str) -> float:
    """How many times as long a text four times as long takes; 0 where it is quick, endless where a short one is not."""
    if weight := _weight(pattern, lead, piece, tail):
        return weight
    short, long = (_text(lead, piece, tail, size) for size in (SHORT, LONG))
    if _seconds(pattern, long) < FLOOR_S:
        return 0
    needed = _best(pattern, long)
    return 0 if needed < FLOOR_S else needed / _best(pattern, short)


def _weight(
    pattern: re.Pattern[str], lead: str, piece: str, tail: str, ladder: tuple[int, ...] = LADDER
) -> float:
    """Endless where a short text takes long, else 0."""
    for size in ladder:
        text = _text(lead, piece, tail, size)
        if _seconds(pattern, text) > TOO_LONG_S and _best(pattern, text) > TOO_LONG_S:
            return math.inf
    return 0


def _text(lead: str, piece: str, tail: str, size: int) -> str:
    return as_read(lead + (piece * size)[:size]) + tail


def _best(pattern: re.Pattern[str], text: str) -> float:
    return min(_seconds(pattern, text) for _ in range(TRIES))


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    began = time.process_time()
    for _ in pattern.finditer(text):
        pass
    pattern.fullmatch(text)
    return time.process_time() - began


def seeds(tree: Any, chosen: random.Random) -> list[tuple[str, str, str]]:
    """What to repeat, after what and before what: letters, pairs, beginnings, what may repeat in its place."""
    if not unbounded(tree):
        begun = [*islice(_letters([tree]), 2), *_some(_beginnings(tree), 3, chosen)]
        return [("", piece, "") for piece in dict.fromkeys(begun)]
    repeated = list(dict.fromkeys("".join(_letters(_bodies(tree)))))
    letters = list(dict.fromkeys([*repeated, *_letters([tree])]))[:MOST_LETTERS]
    beginnings = list(dict.fromkeys(_beginnings(tree)))
    pairs = [a + b for a in letters for b in repeated[:MOST_LETTERS] if a != b]
    placed = list(dict.fromkeys(_in_place(tree)))
    return [
        *(("", piece, tail) for piece in letters for tail in TAILS),
        *(("", piece, TAILS[0]) for piece in _some(pairs, MOST_OF_A_KIND, chosen)),
        *(("", piece, TAILS[0]) for piece in _some(beginnings, MOST_OF_A_KIND, chosen)),
        *((lead, piece, TAILS[0]) for lead, piece in _some(placed, 2 * MOST_OF_A_KIND, chosen)),
    ]


def _some(of: list[Any], most: int, chosen: random.Random) -> list[Any]:
    return of if len(of) <= most else chosen.sample(of, most)


def _in_place(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Each alternative of what may repeat often, behind what comes before it."""
    told = before
    for op, value in tree:
        if op in _REPEATS and value[1] >= OFTEN:
            for piece in _ways(value[2]):
                yield told, piece
        for inner in _inner(op, value):
            yield from _in_place(inner, told)
        told += _first(op, value)


def _ways(tree: Any) -> list[str]:
    """What each alternative of a pattern, taken alone, stands for."""
    for op, value in tree:
        if op in (signs.SUBPATTERN, signs.ATOMIC_GROUP) and len(tree) == 1:
            return _ways(_inner(op, value)[0])
        if op is signs.BRANCH and len(tree) == 1:
            return [text for branch in value[1] for text in _ways(branch)]
        if op is signs.IN and len(tree) == 1:
            return list(_of(op, value))
    whole = "".join(_first(op, value) for op, value in tree)
    return [whole] if whole else []


def _first(op: Any, value: Any) -> str:
    """The first text that one piece of a pattern stands for; nothing for what only looks around."""
    if op in (signs.ASSERT, signs.ASSERT_NOT):
        return ""
    if op is signs.BRANCH:
        return "".join(_first(*piece) for piece in value[1][0])
    inner = _inner(op, value)
    if inner:
        return "".join(_first(*piece) for piece in inner[0])
    return _of(op, value)[:1]


def unbounded(tree: Any) -> bool:
    """Whether anything in a pattern may repeat without end."""
    return any(
        (op in _REPEATS and value[1] is signs.MAXREPEAT)
        or any(unbounded(inner) for inner in _inner(op, value))
        for op, value in tree
    )


def _inner(op: Any, value: Any) -> list[Any]:
    if op in _REPEATS:
        return [value[2]]
    if op is signs.BRANCH:
        return list(value[1])
    if op is signs.SUBPATTERN:
        return [value[3]]
    if op in (signs.ASSERT, signs.ASSERT_NOT):
        return [value[1]]
    if op is signs.ATOMIC_GROUP:
        return [value]
    return []


def _bodies(tree: Any) -> Iterator[Any]:
    """What may repeat without end."""
    for op, value in tree:
        if op in _REPEATS and value[1] is signs.MAXREPEAT:
            yield value[2]
        for inner in _inner(op, value):
            yield from _bodies(inner)


def _letters(trees: Any) -> Iterator[str]:
    for tree in trees:
        for op, value in tree:
            yield from _of(op, value)
            yield from _letters(_inner(op, value))


def _of(op: Any, value: Any) -> str:
    """Letters that one sign of a pattern stands for."""
    if op is signs.LITERAL:
        return chr(value)
    if op is signs.NOT_LITERAL:
        return next(char for char in _POOL if ord(char) != value)
    if op is signs.ANY:
        return "没"
    if op is not signs.IN:
        return ""
    return _of_class(_as_class(value), "".join(_of_part(part, inner) for part, inner in value))


@cache
def _of_class(written: str, named: str) -> str:
    fitting = [char for char in named + _POOL if re.fullmatch(written, char)]
    return "".join(dict.fromkeys(fitting[:3]))


def _as_class(value: Any) -> str:
    """The class as it may be written."""
    made = ""
    names = {
        signs.CATEGORY_DIGIT: r"\d", signs.CATEGORY_NOT_DIGIT: r"\D", signs.CATEGORY_SPACE: r"\s",
        signs.CATEGORY_NOT_SPACE: r"\S", signs.CATEGORY_WORD: r"\w", signs.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    for part, inner in value:
        if part is signs.NEGATE:
            made = "^" + made
        elif part is signs.LITERAL:
            made += re.escape(chr(inner))
        elif part is signs.RANGE:
            made += f"{re.escape(chr(inner[0]))}-{re.escape(chr(inner[1]))}"
        elif part is signs.CATEGORY:
            made += names[inner]
    return f"[{made}]"


def _of_part(part: Any, inner: Any) -> str:
    if part is signs.LITERAL:
        return chr(inner)
    if part is signs.RANGE:
        return chr(inner[0])
    return _OF_CLASS[inner] if part is signs.CATEGORY else ""


def _beginnings(tree: Any, before: str = "") -> list[str]:
    """Texts that a pattern begins with, longer and longer; of each alternative of it."""
    found: list[str] = []
    told = before
    for op, value in tree:
        if op is signs.BRANCH:
            for branch in value[1]:
                found += _beginnings(branch, told)
            told = found[-1] if found else told
        elif op in _REPEATS or op in (signs.SUBPATTERN, signs.ATOMIC_GROUP):
            inner = _beginnings(_inner(op, value)[0], told)
            found += inner
            told = inner[-1] if inner else told
        else:
            told += _of(op, value)[:1]
            found.append(told)
        told = told[:12]
    return [text for text in found if text]
