"""Chance that hangs on a text alone: adding or dropping a text of the training leaves what falls to the others.

With numbers drawn in order, ten new texts changed one conversation in a hundred that had nothing to do with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

_PLACES = 2**32


def share(text: str, purpose: str) -> float:
    """A number from 0 up to 1, the same for a text whenever it is asked for the same purpose."""
    digest = hashlib.sha256(f"{purpose}\n{text}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / _PLACES


def parted(texts: Sequence[str], groups: Sequence[str], kept_back: float) -> tuple[np.ndarray, np.ndarray]:
    """The places of the texts in two parts, the second holding `kept_back` (0 to 1) of each group."""
    drawn = np.array([share(text, "kept back") for text in texts])
    back = np.zeros(len(texts), dtype=bool)
    names = np.asarray(groups)
    for name in np.unique(names):
        places = np.flatnonzero(names == name)
        first = places[np.argsort(drawn[places], kind="stable")]
        back[first[: round(len(places) * kept_back)]] = True
    return np.flatnonzero(~back), np.flatnonzero(back)
