"""The training texts nearest to a text, and what they say it is: a regression draws lines, these know the corners."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

_SHARPNESS = 14.0  # how much more a nearer neighbour counts


class Neighbours:
    """Every training text by its embedding and its n-grams, each view normalised to length 1."""

    def __init__(self, facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        self._count = int(facts["neighbours"])
        self._weight = float(facts["ngram_weight"]) ** 2
        self._intents = arrays["text_intents"].astype(np.intp)
        self._vectors = arrays["text_vectors"].astype(np.float32)
        self._columns = len(facts["intents"])
        views = [name.removesuffix("_rows_data") for name in arrays if name.endswith("_rows_data")]
        # One column a text: a text's few n-grams then pick the few rows that count.
        self._texts = {view: _rows(view, len(facts[view]), arrays).T.tocsr() for view in views}

    def votes(self, counted: dict[str, csr_matrix], vectors: np.ndarray) -> np.ndarray:
        """One row a text, one column an intent; the nearest texts share a vote of 1 by how near they are."""
        near = vectors @ self._vectors.T
        for view, rows in counted.items():
            near = near + self._weight * (rows @ self._texts[view]).toarray()
        near /= 1 + self._weight * len(counted)
        count = min(self._count, near.shape[1])
        nearest = np.argpartition(-near, count - 1, axis=1)[:, :count]
        found = np.zeros((len(near), self._columns))
        for row, places in enumerate(nearest):
            says = np.exp(_SHARPNESS * (near[row, places] - near[row, places].max()))
            np.add.at(found[row], self._intents[places], says / says.sum())
        return found


def _rows(view: str, width: int, arrays: dict[str, np.ndarray]) -> csr_matrix:
    parts = tuple(arrays[f"{view}_rows_{part}"] for part in ("data", "indices", "indptr"))
    return csr_matrix(parts, shape=(len(parts[2]) - 1, width))
