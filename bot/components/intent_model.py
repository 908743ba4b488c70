"""The intent model without Rasa: learning, thresholds, ranking, and keeping it as plain arrays and JSON."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import expit, logsumexp, softmax
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.components.chance import parted
from bot.components.context import Contexts
from bot.components.fitting import SOUNDS, VIEWS, Examples, Features, Recipe, fit, fit_several, vectorizer_of
from bot.components.neighbours import Neighbours
from bot.components.text import is_pinyin

OUT_OF_SCOPE = "out_of_scope"
_ARRAYS_FILE = "intent_model.npz"
_FACTS_FILE = "intent_model.json"
_LEAST_ASKED = 0.05  # what is less likely is not told
_TEMPERATURES = np.arange(0.4, 2.05, 0.05)
_UNCHOSEN = {"energy_threshold": float("-inf"), "temperature": 1.0, "least_confidence": 0.0}
PINYIN_SHARE = 0.8  # of the neighbours, in a text in pinyin


@dataclass(frozen=True)
class Choice:
    """One intent and how likely it is, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Seen:
    """A text as the model sees it, with its n-grams counted and what came before it in columns."""

    text: str
    vector: np.ndarray
    after: str
    counted: dict[str, csr_matrix]
    before: np.ndarray


class IntentModel:
    """Linear in embedding, n-grams and what was answered before.

    Energy is the logsumexp of the logits: low for what nothing fits.
    """

    def __init__(self, facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        self._intents: list[str] = facts["intents"]
        self._threshold = float(facts["energy_threshold"])
        self._temperature = float(facts["temperature"])
        self._least_confidence = float(facts["least_confidence"])
        self._facts = facts
        self._arrays = arrays
        self._vectorizers = {view: _read_vectorizer(view, facts, arrays) for view in VIEWS}
        self._contexts = Contexts.from_dict(facts["contexts"])
        self._neighbours = Neighbours(facts, arrays)

    @classmethod
    def learn(cls, recipe: Recipe, examples: Examples) -> IntentModel:
        """Fit on everything; choose threshold and temperature on texts that a fit has not seen."""
        ones, several = examples.parted()
        features = Features.learned(recipe, ones)
        # Three fits that need nothing of one another; each lets go of the interpreter's lock while it multiplies.
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            judged = pool.submit(held_out, features, ones)
            asked = pool.submit(fit_several, features, ones, several)
            facts, arrays = fit(features, ones)
            held = judged.result()
            arrays |= asked.result()
        columns = np.searchsorted(facts["intents"], held.intents)
        facts["temperature"] = _temperature(held, recipe.neighbour_share, columns)
        in_scope = held.logits[held.intents != OUT_OF_SCOPE]
        facts["energy_threshold"] = float(np.quantile(logsumexp(in_scope, axis=1), 1 - recipe.kept_in_scope))
        facts["least_confidence"] = recipe.least_confidence
        found = held.chances(facts["temperature"], recipe.neighbour_share).argmax(axis=1)
        facts["held_out_accuracy"] = float((found == columns).mean())
        return cls(facts, arrays)

    @property
    def facts(self) -> dict[str, Any]:
        """Threshold, temperature, held-out accuracy, and what the columns mean."""
        return self._facts

    def logits(self, examples: Examples) -> np.ndarray:
        """One row a text, one column an intent."""
        before = self._contexts.rows(examples.texts, examples.after)
        return self._logits(self._counted(examples.texts), examples.vectors, before)

    def _logits(
        self, counted: dict[str, csr_matrix], vectors: np.ndarray, before: np.ndarray, layer: str = ""
    ) -> np.ndarray:
        found: np.ndarray = (
            vectors @ self._arrays[f"{layer}embedding_weights"] + self._arrays[f"{layer}intercept"]
        )
        found = found + before @ self._arrays[f"{layer}context_weights"]
        for view, rows in counted.items():
            weights = self._arrays[f"{layer}{view}_weights"]
            # Only the rows of n-grams that a text has: the whole product costs a tenth of a turn.
            found = found + np.vstack([row.data @ weights[row.indices].astype(np.float32) for row in rows])
        return found

    def votes(self, examples: Examples) -> np.ndarray:
        """What the nearest training texts say: one row a text, one column an intent, each row's sum is 1."""
        return self._neighbours.votes(self._counted(examples.texts), examples.vectors, examples.after)

    def _counted(self, texts: list[str]) -> dict[str, csr_matrix]:
        return {
            view: vectorizer.transform([VIEWS[view](text) for text in texts])
            for view, vectorizer in self._vectorizers.items()
        }

    def see(self, text: str, vector: np.ndarray, after: str = "") -> Seen:
        """A text after an answer to the topic `after`, as `rank` and `asked` take it: counted once for both."""
        return Seen(text, vector, after, self._counted([text]), self._contexts.rows([text], [after]))

    def rank(self, seen: Seen) -> list[Choice]:
        """Every intent, likeliest first; out of scope is first where the energy is below the threshold."""
        counted, vector, before = seen.counted, seen.vector, seen.before
        logits = self._logits(counted, vector[np.newaxis], before)[0]
        share = self._facts["neighbour_share"]
        if is_pinyin(seen.text):  # neither embedding nor characters know it; by its sounds, its neighbours do
            counted, vector, share = {SOUNDS: counted[SOUNDS]}, np.zeros_like(vector), PINYIN_SHARE
            logits = self._logits(counted, vector[np.newaxis], before)[0]
        votes = self._neighbours.votes(counted, vector[np.newaxis], [seen.after])[0]
        chances = (1 - share) * softmax(logits / self._temperature) + share * votes
        short = 0.0 if share == PINYIN_SHARE else self._threshold - float(logsumexp(logits))
        unknown = short > 0 or chances.max() < self._least_confidence
        if unknown and OUT_OF_SCOPE in self._intents:
            place = self._intents.index(OUT_OF_SCOPE)
            floor = 1 - 0.5 * np.exp(-max(short, 0.0))  # half sure at the threshold, surer the further below
            if chances[place] < floor:
                chances *= (1 - floor) / (1 - chances[place])
                chances[place] = floor
        order = np.argsort(-chances)
        return [Choice(self._intents[i], float(chances[i])) for i in order]

    def asked(self, seen: Seen) -> list[Choice]:
        """All that a text may ask at once, each intent by itself, likeliest first; nothing where none was learned."""
        if "several_intercept" not in self._arrays or is_pinyin(seen.text):
            return []
        logits = self._logits(seen.counted, seen.vector[np.newaxis], seen.before, "several_")[0]
        chances = expit(logits)
        likely = [place for place in np.argsort(-chances) if chances[place] >= _LEAST_ASKED]
        return [Choice(self._intents[place], float(chances[place])) for place in likely]

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


@dataclass(frozen=True)
class HeldOut:
    """What a model says of texts that it has not seen, and what they are."""

    logits: np.ndarray
    votes: np.ndarray
    intents: np.ndarray

    def chances(self, temperature: float, share: float) -> np.ndarray:
        """As `IntentModel.rank` makes them, before anything is called out of scope."""
        likely: np.ndarray = softmax(self.logits / temperature, axis=1)
        return (1 - share) * likely + share * self.votes


def held_out(features: Features, examples: Examples) -> HeldOut:
    """A part of the texts, judged by a model that was fitted on the others; `features` are those of all."""
    seen, unseen = parted(examples.texts, examples.intents, features.recipe.held_out)
    facts, arrays = fit(features.at(seen), examples.at(seen))
    model = IntentModel({**facts, **_UNCHOSEN}, arrays)
    kept = examples.at(unseen)
    return HeldOut(logits=model.logits(kept), votes=model.votes(kept), intents=kept.intents)


def _read_vectorizer(view: str, facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> TfidfVectorizer:
    vectorizer = vectorizer_of(view, {term: place for place, term in enumerate(facts[view])})
    vectorizer.idf_ = arrays[f"{view}_idf"]
    return vectorizer


def _temperature(held: HeldOut, share: float, columns: np.ndarray) -> float:
    """By which the logits are divided so that a confidence of 0.7 is right seven times in ten."""
    rows = np.arange(len(columns))
    losses = [
        -float(np.log(held.chances(temperature, share)[rows, columns] + 1e-9).mean())
        for temperature in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmin(losses))])
