"""The linear layers: logistic regressions fitted by L-BFGS in single precision, which takes half of double's time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

Layer = tuple[
    np.ndarray, np.ndarray
]  # weights, one row a feature and one column an intent; an intercept an intent
_Loss = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

_DECAY = 3e-6  # of the weights that tell all that is asked
_RARE = -4.0  # they begin with every intent unlikely


def of_one(features: np.ndarray, columns: np.ndarray, intents: int, *, strength: float, steps: int) -> Layer:
    """Which one of the intents each row asks; `columns` holds its place.

    Each intent counts alike, however many texts it has. `strength` is the inverse of the regularisation's. The
    steps are few on purpose: more cost seconds and gain nothing on held-out texts.
    """
    rows = np.arange(len(columns))
    counts = np.bincount(columns, minlength=intents)
    shares = (len(columns) / (intents * counts[columns])).astype(np.float32)

    def loss(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        highest = logits.max(axis=1, keepdims=True)
        chances = np.exp(logits - highest)
        sums = chances.sum(axis=1, keepdims=True)
        losses = np.log(sums[:, 0]) + highest[:, 0] - logits[rows, columns]
        chances /= sums
        chances[rows, columns] -= 1
        return losses, chances

    return _fitted(features, loss, shares, np.zeros(intents), decay=1 / strength, steps=steps)


def of_all(features: np.ndarray, meant: np.ndarray, shares: np.ndarray, *, steps: int) -> Layer:
    """Each of the intents that a row asks, 1 in `meant`; `shares` weighs the rows."""

    def loss(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        small = np.exp(-np.abs(logits))
        losses = np.maximum(logits, 0) + np.log1p(small) - meant * logits
        chances = np.where(logits >= 0, 1, small) / (1 + small)
        return losses.sum(axis=1), chances - meant

    return _fitted(features, loss, shares, np.full(meant.shape[1], _RARE), decay=_DECAY, steps=steps)


def _fitted(
    features: np.ndarray, loss: _Loss, shares: np.ndarray, begun: np.ndarray, *, decay: float, steps: int
) -> Layer:
    """The layer after some steps. `loss` gives each row's loss, and its slope by the logits."""
    width, intents = features.shape[1], len(begun)
    size = width * intents

    def total(flat: np.ndarray) -> tuple[float, np.ndarray]:
        held = flat.astype(np.float32)
        weights, intercept = held[:size].reshape(width, intents), held[size:]
        losses, slope = loss(features @ weights + intercept)
        slope *= shares[:, np.newaxis]
        gradient = np.concatenate([(features.T @ slope + decay * weights).ravel(), slope.sum(axis=0)])
        penalty = decay / 2 * float(weights.ravel() @ weights.ravel())
        return float(losses.astype(np.float64) @ shares) + penalty, gradient.astype(np.float64)

    start = np.concatenate([np.zeros(size), begun])
    found = minimize(total, start, jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    return found[:size].reshape(width, intents), found[size:]
