"""The training texts nearest to a text, and what they say it is: a regression draws lines, these know the corners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.components.context import Contexts

_SHARPNESS = 14.0  # how much more a nearer neighbour counts
# How much nearer a text is that was learned after the same topic, or after one of the same area.
_SAME_TOPIC = 0.1
_SAME_AREA = 0.05
_AT_ONCE = (
    256  # texts that are compared with every training text in one step: of more, the table fills gigabytes
)


class Neighbours:
    """Every training text by its embedding and its n-grams, each view normalised to length 1."""

    def __init__(self, facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        self._count = int(facts["neighbours"])
        self._weight = float(facts["ngram_weight"]) ** 2
        self._intents = arrays["text_intents"].astype(np.intp)
        self._vectors = arrays["text_vectors"].astype(np.float32)
        self._columns = len(facts["intents"])
        self._contexts = Contexts.from_dict(facts["contexts"])
        self._after = arrays["text_after"].astype(np.intp)
        areas = np.array([*(self._contexts.area_column(topic) for topic in self._contexts.topics), -1])
        self._areas = areas[self._after]  # the last for texts that nothing came before
        views = [name.removesuffix("_rows_data") for name in arrays if name.endswith("_rows_data")]
        # By n-gram: which texts have it. A text's few n-grams then pick the few that count.
        self._texts = {view: _rows(view, len(facts[view]), arrays).tocsc() for view in views}

    def votes(self, counted: dict[str, csr_matrix], vectors: np.ndarray, after: Sequence[str]) -> np.ndarray:
        """One row a text, one column an intent; the nearest texts share a vote of 1 by how near they are.

        Texts that were learned after something say nothing of a text that nothing came before.
        """
        found = np.zeros((len(vectors), self._columns))
        for start in range(0, len(vectors), _AT_ONCE):
            these = slice(start, start + _AT_ONCE)
            of_these = {view: rows[these] for view, rows in counted.items()}
            found[these] = self._votes(of_these, vectors[these], after[these])
        return found

    def _votes(self, counted: dict[str, csr_matrix], vectors: np.ndarray, after: Sequence[str]) -> np.ndarray:
        near = vectors @ self._vectors.T
        for view, rows in counted.items():
            for row in range(len(near)):
                near[row] += self._weight * self._shared(view, *_of_row(rows, row))
        near /= 1 + self._weight * len(counted)
        near += np.vstack([self._leaning(topic) for topic in after])
        count = min(self._count, near.shape[1])
        nearest = np.argpartition(-near, count - 1, axis=1)[:, :count]
        found = np.zeros((len(near), self._columns))
        for row, places in enumerate(nearest):
            says = np.exp(_SHARPNESS * (near[row, places] - near[row, places].max()))
            np.add.at(found[row], self._intents[places], says / says.sum())
        return found

    def _shared(self, view: str, grams: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """How much each training text has in common with a text of these n-grams.

        What a sparse product says too, but that looks at every index of the training texts, and makes a matrix first.
        """
        texts = self._texts[view]
        spans = [slice(texts.indptr[gram], texts.indptr[gram + 1]) for gram in grams]
        if not spans:
            return np.zeros(len(self._vectors))
        who = np.concatenate([texts.indices[span] for span in spans])
        much = np.concatenate(
            [texts.data[span] * weight for span, weight in zip(spans, weights, strict=True)]
        )
        return np.bincount(who, much, minlength=len(self._vectors))

    def _leaning(self, after: str) -> np.ndarray:
        """By how much each training text is nearer for what came before a text."""
        if not after:
            return np.where(self._after >= 0, -np.inf, 0.0)
        topic, area = self._contexts.topic_column(after), self._contexts.area_column(after)
        same_topic = (self._after == topic) & (topic >= 0)
        same_area = (self._areas == area) & (area >= 0)
        return _SAME_TOPIC * same_topic + _SAME_AREA * same_area


def _of_row(rows: csr_matrix, row: int) -> tuple[np.ndarray, np.ndarray]:
    span = slice(rows.indptr[row], rows.indptr[row + 1])
    return rows.indices[span], rows.data[span]


def _rows(view: str, width: int, arrays: dict[str, np.ndarray]) -> csr_matrix:
    parts = tuple(arrays[f"{view}_rows_{part}"] for part in ("data", "indices", "indptr"))
    return csr_matrix(parts, shape=(len(parts[2]) - 1, width))
