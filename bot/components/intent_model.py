"""The intent model without Rasa: learning, thresholds, ranking, and keeping it as plain arrays and JSON."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import logsumexp, softmax
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

OUT_OF_SCOPE = "out_of_scope"
_ARRAYS_FILE = "intent_model.npz"
_FACTS_FILE = "intent_model.json"
_TEMPERATURES = np.arange(0.4, 2.05, 0.05)
_SEED = 0


@dataclass(frozen=True)
class Recipe:
    """How the model is made; tuned by cross-validation on the training texts.

    Attributes:
        C: inverse strength of the regularisation.
        ngram_weight: weight of the character n-grams against the embedding's 1.
        ngram_dimensions: to how many dimensions the n-grams are reduced for learning.
        kept_in_scope: share of held-out questions in scope that the energy threshold lets through.
        folds: parts into which the training texts are split to choose threshold and temperature.
    """

    C: float = 20.0
    ngram_weight: float = 1.0
    ngram_dimensions: int = 400
    kept_in_scope: float = 0.98
    folds: int = 3

    @classmethod
    def from_dict(cls, config: dict[str, Any]) -> Recipe:
        """The recipe's part of a component's configuration."""
        return cls(**{field.name: config[field.name] for field in fields(cls) if field.name in config})

    def as_dict(self) -> dict[str, Any]:
        """As a component's default configuration."""
        return asdict(self)


@dataclass(frozen=True)
class Choice:
    """One intent and how likely it is, 0 to 1."""

    intent: str
    confidence: float


class IntentModel:
    """Linear in embedding and n-grams. Energy is the logsumexp of the logits: low for what nothing fits."""

    def __init__(self, facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        self._intents: list[str] = facts["intents"]
        self._threshold = float(facts["energy_threshold"])
        self._temperature = float(facts["temperature"])
        self._facts = facts
        self._arrays = arrays
        self._ngrams = _vectorizer({ngram: column for column, ngram in enumerate(facts["ngrams"])})
        self._ngrams.idf_ = arrays["idf"]

    @classmethod
    def learn(cls, recipe: Recipe, texts: list[str], vectors: np.ndarray, intents: np.ndarray) -> IntentModel:
        """Fit on everything; choose threshold and temperature on folds that the fit has not seen."""
        facts, arrays = _fit(recipe, texts, vectors, intents)
        logits = held_out_logits(recipe, texts, vectors, intents)
        columns = np.searchsorted(facts["intents"], intents)
        facts["temperature"] = _temperature(logits, columns)
        in_scope = logits[intents != OUT_OF_SCOPE]
        facts["energy_threshold"] = float(np.quantile(logsumexp(in_scope, axis=1), 1 - recipe.kept_in_scope))
        facts["held_out_accuracy"] = float((logits.argmax(axis=1) == columns).mean())
        return cls(facts, arrays)

    @property
    def facts(self) -> dict[str, Any]:
        """Threshold, temperature, held-out accuracy, and what the columns mean."""
        return self._facts

    def logits(self, texts: list[str], vectors: np.ndarray) -> np.ndarray:
        """One row a text, one column an intent."""
        found: np.ndarray = (
            vectors @ self._arrays["embedding_weights"]
            + self._ngrams.transform(texts) @ self._arrays["ngram_weights"]
            + self._arrays["intercept"]
        )
        return found

    def rank(self, text: str, vector: np.ndarray) -> list[Choice]:
        """Every intent, likeliest first; out of scope is first where the energy is below the threshold."""
        logits = self.logits([text], vector[np.newaxis])[0]
        chances = softmax(logits / self._temperature)
        short = self._threshold - float(logsumexp(logits))
        if short > 0 and OUT_OF_SCOPE in self._intents:
            place = self._intents.index(OUT_OF_SCOPE)
            floor = 1 - 0.5 * np.exp(-short)  # half sure at the threshold, surer the further below
            if chances[place] < floor:
                chances *= (1 - floor) / (1 - chances[place])
                chances[place] = floor
        order = np.argsort(-chances)
        return [Choice(self._intents[i], float(chances[i])) for i in order]

    def write(self, folder: Path) -> None:
        """Keep it as arrays and JSON: nothing that runs code when it is read."""
        np.savez_compressed(folder / _ARRAYS_FILE, **self._arrays)
        (folder / _FACTS_FILE).write_text(json.dumps(self._facts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> IntentModel:
        """As it was written. Raises ValueError or OSError where it is damaged."""
        facts = json.loads((folder / _FACTS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as held:
            return cls(facts, {name: held[name] for name in held.files})


def held_out_logits(recipe: Recipe, texts: list[str], vectors: np.ndarray, intents: np.ndarray) -> np.ndarray:
    """Each text's logits by a model that was fitted without it."""
    found = np.zeros((len(texts), len(set(intents))), dtype=np.float32)

    def fold(split: tuple[np.ndarray, np.ndarray]) -> None:
        seen, unseen = split
        facts, arrays = _fit(recipe, [texts[i] for i in seen], vectors[seen], intents[seen])
        model = IntentModel({**facts, "energy_threshold": 0, "temperature": 1}, arrays)
        found[unseen] = model.logits([texts[i] for i in unseen], vectors[unseen])

    splits = StratifiedKFold(recipe.folds, shuffle=True, random_state=_SEED).split(texts, intents)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(fold, splits))
    return found


def _fit(
    recipe: Recipe, texts: list[str], vectors: np.ndarray, intents: np.ndarray
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    ngrams = _vectorizer()
    counted = ngrams.fit_transform(texts)
    # The reduction is linear, so its weights are folded into those of the n-grams and it is not kept.
    reduction = TruncatedSVD(
        min(recipe.ngram_dimensions, min(counted.shape) - 1), random_state=_SEED, n_iter=2
    )
    reduced = (reduction.fit_transform(counted) * recipe.ngram_weight).astype(np.float32)
    regression = LogisticRegression(C=recipe.C, class_weight="balanced", max_iter=200, tol=1e-3)
    regression.fit(np.hstack([vectors, reduced]).astype(np.float32), intents)
    width = vectors.shape[1]
    weights = regression.coef_.T
    facts = {"intents": regression.classes_.tolist(), "ngrams": ngrams.get_feature_names_out().tolist()}
    arrays = {
        "embedding_weights": weights[:width].astype(np.float32),
        "ngram_weights": (recipe.ngram_weight * reduction.components_.T @ weights[width:]).astype(np.float32),
        "intercept": regression.intercept_.astype(np.float32),
        "idf": ngrams.idf_.astype(np.float32),
    }
    return facts, arrays


def _vectorizer(vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32, vocabulary=vocabulary
    )


def _temperature(logits: np.ndarray, columns: np.ndarray) -> float:
    """By which the logits are divided so that a confidence of 0.7 is right seven times in ten."""
    rows = np.arange(len(columns))
    losses = [
        -float((scaled[rows, columns] - logsumexp(scaled, axis=1)).mean())
        for scaled in (logits / temperature for temperature in _TEMPERATURES)
    ]
    return float(_TEMPERATURES[int(np.argmin(losses))])
