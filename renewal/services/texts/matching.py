"""Which of the texts that a provider lists for a number is ours: by words and time, where it has no id of ours."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

# A provider writes whole seconds, and its clock is not ours.
CLOCKS_APART = timedelta(seconds=5)
NEARLY_SAME = 0.8  # share of characters that two texts have in common, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A text that the provider lists as sent to a number. `created_at` is aware; None where it tells none."""

    provider_ref: str
    body: str
    created_at: datetime | None = None


def oldest_match(
    listed: Sequence[Listed], *, body: str, since: datetime | None, taken: Collection[str] = ()
) -> Listed | None:
    """The oldest text of `listed` that may be the one with the words `body`, handed over at `since`.

    One whose id is in `taken` belongs to another text of ours, and one older than `since` was there before. Same
    words go first; then our words inside others (a trial account puts a preface before them); then words that a
    provider changed a little (other quotation marks, an end cut off).
    """
    words = _bare(body)
    open_ones = [text for text in listed if text.provider_ref not in taken and _not_older(text, since)]
    for likeness in (_same, _inside, _nearly):
        found = [text for text in open_ones if likeness(words, _bare(text.body))]
        if found:
            return min(found, key=_age)
    return None


def _age(text: Listed) -> tuple[bool, float]:
    at = text.created_at
    return (at is not None, at.timestamp() if at else 0.0)


def _not_older(text: Listed, since: datetime | None) -> bool:
    return since is None or text.created_at is None or text.created_at >= since - CLOCKS_APART


def _bare(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())


def _same(ours: str, theirs: str) -> bool:
    return ours == theirs


def _inside(ours: str, theirs: str) -> bool:
    return bool(ours) and ours in theirs


def _nearly(ours: str, theirs: str) -> bool:
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= NEARLY_SAME
