"""What a text puts in the place of what was said before: "不是材料，问的是时间" asks of the time.

The words that say that something was wrong, that lead to what is right and that part the two are concepts of
`words/*/polarity.yml`; here stands only in which order they must come, and how far apart they may be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from renewal.language.text import KEPT_TEXTS, has_han, usual
from renewal.language.words import find, find_all, pattern, says

_LOOSE = " ,，。.!！、~～;；:："
_MOST_FRAMES = 5  # "哎呀 不对 说错了 不是…": more of them in a row leave nothing to read
_MOST_SIGHS = 3
_LONGEST_CHARS = 60  # a longer text tells a story, in which "不是" is of something else
_WRONG_WITHIN = 12  # characters of what is called wrong behind itself: "43写错了 是34"
_RIGHT_CHARS, _BACK_CHARS = 30, 20  # of "it's the fee, not the papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parting:
    """What leads to what is taken back, what begins what stands in its place, and how many characters lie between."""

    lead: str
    place: str
    most: int = 16


# "不是28 是18", "我没问积分 我问居住证"; "不用转人工 你告诉我带什么": what is not wanted is taken back only by what
# is asked in its place, for "不用打给我了" asks nothing, and is its own wish.
_PARTINGS = (
    _Parting(lead="takes_it_back", place="in_its_place"),
    _Parting(lead="not_wanted", place="asks_in_its_place"),
)
_LATIN = (_Parting(lead="takes_it_back_latin", place="in_its_place_latin", most=30),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a text takes back, empty where it does not say, and what takes its place. Both are in the plain form."""

    taken_back: str
    instead: str


@lru_cache(maxsize=KEPT_TEXTS)
def correction_in(text: str) -> Correction | None:
    """The correction that the text is; None where it is none, or puts nothing in the place of what it takes back."""
    plain = usual(text).strip(_LOOSE)
    if len(plain) > _LONGEST_CHARS or says("no_correction", plain):
        return None
    plain = _behind_sighs(plain)
    rest = _behind("says_wrong", plain)
    taken_back, instead = _parted(rest)
    if not taken_back and rest == plain == instead:
        return None
    instead = _behind("leads_to_right", instead)
    return Correction(taken_back=taken_back, instead=instead) if any(map(str.isalnum, instead)) else None


def _behind_sighs(text: str) -> str:
    for _ in range(_MOST_SIGHS):
        length = _begins("a_sigh", text)
        if not length:
            break
        text = text[length:].lstrip(_LOOSE)
    return text


def _behind(concept: str, text: str) -> str:
    """The text behind the words of the concept that it begins with."""
    for _ in range(_MOST_FRAMES):
        length = _bare_no(text) or (0 if _begins("asks_if_so", text) else _length(concept, text))
        if not length:
            break
        text = text[length:].strip(_LOOSE)
    return text


def _bare_no(text: str) -> int:
    """How long a "不是" is behind which is a pause: nothing but a no stands there. 0 for what is part of a question."""
    length = _length("bare_no", text)
    return length if length and text[length : length + 1] in tuple(_LOOSE) else 0


def _parted(rest: str) -> tuple[str, str]:
    """What is taken back and what stands behind it: "不是28 是18", "28写错了 是18"."""
    found = (*_turned_round(rest), *_parted_by_words(rest), *_called_wrong(rest), ("", rest))
    return found[0]


def _parted_by_words(rest: str) -> Iterator[tuple[str, str]]:
    for parting in _PARTINGS if has_han(rest) else _LATIN:
        lead = _begins(parting.lead, rest)
        if not lead:
            continue
        for begin in range(lead + 1, min(len(rest), lead + parting.most) + 1):
            if _begins(parting.place, rest[begin:]):
                yield _bare(rest[lead:begin]), rest[begin:].strip(_LOOSE)
                return


def _called_wrong(rest: str) -> Iterator[tuple[str, str]]:
    """What is called wrong behind itself, and what is right ("学历说错了 是本科")."""
    wrong = find("called_wrong", rest)
    if wrong is None or not 0 < wrong.start() <= _WRONG_WITHIN:
        return
    behind = rest[wrong.end() :].lstrip(_LOOSE)
    if _begins("is_then", behind):
        yield rest[: wrong.start()].strip(_LOOSE), behind


def _turned_round(rest: str) -> Iterator[tuple[str, str]]:
    """What is right first, what is taken back behind it ("it's 12 Dec, not 2")."""
    lead = _begins("it_is_latin", rest)
    *_, parted = (None, *find_all("and_not_latin", rest))
    if not lead or parted is None:
        return
    new, back = rest[lead : parted.start()].strip(_LOOSE), rest[parted.end() :].strip(_LOOSE)
    if 0 < len(new) <= _RIGHT_CHARS and 0 < len(back) <= _BACK_CHARS:
        yield back, new


def _bare(back: str) -> str:
    """What is taken back without what only says that it was spoken of ("地址的问题吧")."""
    plain = back.strip(_LOOSE)
    behind = find("spoken_of_behind", plain)
    return plain[: behind.start()].strip(_LOOSE) if behind is not None else plain


def _begins(concept: str, text: str) -> int:
    """How many characters of the concept the text begins with; 0 where it begins with something else."""
    found = find(concept, text)
    return found.end() if found is not None and found.start() == 0 else 0


def _length(concept: str, text: str) -> int:
    found = pattern(concept).match(text)
    return found.end() if found is not None else 0
