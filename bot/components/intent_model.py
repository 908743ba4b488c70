"""The intent model without Rasa: learning, thresholds, ranking, and keeping it as plain arrays and JSON."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import logsumexp, softmax
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from bot.components.context import Contexts
from bot.components.neighbours import Neighbours
from bot.components.text import is_pinyin, sounds

OUT_OF_SCOPE = "out_of_scope"
_ARRAYS_FILE = "intent_model.npz"
_FACTS_FILE = "intent_model.json"
_TEMPERATURES = np.arange(0.4, 2.05, 0.05)
_SEED = 0
_UNCHOSEN = {"energy_threshold": float("-inf"), "temperature": 1.0, "least_confidence": 0.0}
# How the n-grams see a text: as its characters, and as its sounds, by which 续前 and xuqian are 续签.
SOUNDS = "sounds"
PINYIN_SHARE = 0.8  # of the neighbours, in a text in pinyin
_STANDS_ALONE_CHARS = 7  # a shorter text may mean anything after another
_VIEWS: dict[str, Callable[[str], str]] = {"characters": str, "sounds": sounds}


@dataclass(frozen=True)
class Recipe:
    """How the model is made; tuned by cross-validation on the training texts.

    Attributes:
        C: inverse strength of the regularisation.
        ngram_weight: weight of each kind of n-grams against the embedding's 1.
        ngram_dimensions: to how many dimensions each kind of n-grams is reduced for learning.
        iterations: steps of the regression; more cost seconds and gain nothing on held-out texts.
        neighbours: how many of the nearest training texts have a say beside the regression.
        neighbour_share: their share in the verdict.
        kept_in_scope: share of held-out questions in scope that the energy threshold lets through.
        least_confidence: below it the likeliest intent is a guess (held out, one in ten was right).
        held_out: share of the training texts that is kept back to choose threshold and temperature.
        out_of_context: share of the longer training texts that are learned as if any topic had come before them:
            who asks something new in so many words means it, whatever was spoken of.
        areas: the topics of each area of talk, for what is learned of a text after another.
    """

    C: float = 30.0
    ngram_weight: float = 1.4
    ngram_dimensions: int = 300
    iterations: int = 60
    neighbours: int = 15
    neighbour_share: float = 0.35
    kept_in_scope: float = 0.995
    least_confidence: float = 0.2
    held_out: float = 0.2
    out_of_context: float = 0.2
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, config: dict[str, Any]) -> Recipe:
        """The recipe's part of a component's configuration."""
        return cls(**{item.name: config[item.name] for item in fields(cls) if item.name in config})

    def as_dict(self) -> dict[str, Any]:
        """As a component's default configuration."""
        return asdict(self)


@dataclass(frozen=True)
class Choice:
    """One intent and how likely it is, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Examples:
    """Texts as the model sees them, a vector each, what was answered before each ("" for nothing), what each means."""

    texts: list[str]
    vectors: np.ndarray
    after: list[str]
    intents: np.ndarray

    def at(self, places: np.ndarray) -> Examples:
        """Those at some places."""
        texts, after = [self.texts[i] for i in places], [self.after[i] for i in places]
        return Examples(texts, self.vectors[places], after, self.intents[places])


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
        self._vectorizers = {view: _read_vectorizer(view, facts, arrays) for view in _VIEWS}
        self._contexts = Contexts.from_dict(facts["contexts"])
        self._neighbours = Neighbours(facts, arrays)

    @classmethod
    def learn(cls, recipe: Recipe, examples: Examples) -> IntentModel:
        """Fit on everything; choose threshold and temperature on texts that a fit has not seen."""
        facts, arrays = _fit(recipe, examples)
        held = held_out(recipe, examples)
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

    def _logits(self, counted: dict[str, csr_matrix], vectors: np.ndarray, before: np.ndarray) -> np.ndarray:
        found: np.ndarray = vectors @ self._arrays["embedding_weights"] + self._arrays["intercept"]
        found = found + before @ self._arrays["context_weights"]
        for view, rows in counted.items():
            weights = self._arrays[f"{view}_weights"]
            # Only the rows of n-grams that a text has: the whole product costs a tenth of a turn.
            found = found + np.vstack([row.data @ weights[row.indices] for row in rows])
        return found

    def votes(self, examples: Examples) -> np.ndarray:
        """What the nearest training texts say: one row a text, one column an intent, each row's sum is 1."""
        return self._neighbours.votes(self._counted(examples.texts), examples.vectors, examples.after)

    def _counted(self, texts: list[str]) -> dict[str, csr_matrix]:
        return {
            view: vectorizer.transform([_VIEWS[view](text) for text in texts])
            for view, vectorizer in self._vectorizers.items()
        }

    def rank(self, text: str, vector: np.ndarray, after: str = "") -> list[Choice]:
        """Every intent, likeliest first, of a text after an answer to the topic `after`.

        Out of scope is first where the energy is below the threshold.
        """
        counted, before = self._counted([text]), self._contexts.rows([text], [after])
        logits = self._logits(counted, vector[np.newaxis], before)[0]
        share = self._facts["neighbour_share"]
        if is_pinyin(text):  # neither embedding nor characters know it; by its sounds, its neighbours do
            counted, vector, share = {SOUNDS: counted[SOUNDS]}, np.zeros_like(vector), PINYIN_SHARE
            logits = self._logits(counted, vector[np.newaxis], before)[0]
        votes = self._neighbours.votes(counted, vector[np.newaxis], [after])[0]
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


def held_out(recipe: Recipe, examples: Examples) -> HeldOut:
    """A part of the texts, judged by a model that was fitted on the others."""
    seen, unseen = train_test_split(
        np.arange(len(examples.texts)),
        test_size=recipe.held_out,
        stratify=examples.intents,
        random_state=_SEED,
    )
    facts, arrays = _fit(recipe, examples.at(seen))
    model = IntentModel({**facts, **_UNCHOSEN}, arrays)
    kept = examples.at(unseen)
    return HeldOut(logits=model.logits(kept), votes=model.votes(kept), intents=kept.intents)


def _fit(recipe: Recipe, examples: Examples) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    contexts = Contexts.of(examples.after, recipe.areas)
    facts: dict[str, Any] = {"contexts": contexts.as_dict()}
    arrays: dict[str, np.ndarray] = {}
    columns, reductions = [examples.vectors], {}
    for view, seen_as in _VIEWS.items():
        vectorizer = _vectorizer(view)
        counted = vectorizer.fit_transform([seen_as(text) for text in examples.texts])
        dimensions = min(recipe.ngram_dimensions, min(counted.shape) - 1)
        reductions[view] = TruncatedSVD(dimensions, random_state=_SEED, n_iter=2)
        columns.append(reductions[view].fit_transform(counted) * recipe.ngram_weight)
        facts[view] = vectorizer.get_feature_names_out().tolist()
        arrays |= {f"{view}_rows_{part}": getattr(counted, part) for part in ("data", "indices", "indptr")}
        arrays[f"{view}_idf"] = vectorizer.idf_.astype(np.float32)
    columns.append(contexts.rows(examples.texts, _any_context(recipe, examples, contexts)))
    regression = LogisticRegression(C=recipe.C, class_weight="balanced", max_iter=recipe.iterations)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        regression.fit(np.hstack(columns).astype(np.float32), examples.intents)
    facts["intents"] = regression.classes_.tolist()
    facts |= {"neighbours": recipe.neighbours, "neighbour_share": recipe.neighbour_share}
    facts["ngram_weight"] = recipe.ngram_weight
    arrays["text_intents"] = np.searchsorted(regression.classes_, examples.intents).astype(np.int16)
    arrays["text_after"] = np.array([contexts.topic_column(topic) for topic in examples.after], np.int16)
    arrays["text_vectors"] = examples.vectors.astype(np.float16)
    arrays["intercept"] = regression.intercept_.astype(np.float32)
    parts = np.split(regression.coef_.T, np.cumsum([column.shape[1] for column in columns])[:-1])
    arrays["embedding_weights"] = parts[0].astype(np.float32)
    arrays["context_weights"] = parts[-1].astype(np.float32)
    for view, weights in zip(_VIEWS, parts[1:-1], strict=True):
        # The reduction is linear, so it is folded into the weights of the n-grams and not kept.
        folded = recipe.ngram_weight * reductions[view].components_.T @ weights
        arrays[f"{view}_weights"] = folded.astype(np.float32)
    return facts, arrays


def _any_context(recipe: Recipe, examples: Examples, contexts: Contexts) -> list[str]:
    """What came before each text, and for some of the longer ones that nothing came before, any topic."""
    chance = np.random.default_rng(_SEED)
    drawn = chance.random(len(examples.texts)) < recipe.out_of_context
    topics = [*contexts.topics, ""]
    any_topic = chance.integers(max(len(contexts.topics), 1), size=len(examples.texts))
    return [
        topics[place] if is_drawn and not after and len(text) >= _STANDS_ALONE_CHARS else after
        for text, after, is_drawn, place in zip(examples.texts, examples.after, drawn, any_topic, strict=True)
    ]


def _vectorizer(view: str, vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
    spans = {"characters": (1, 3), "sounds": (2, 5)}
    return TfidfVectorizer(
        analyzer="char",
        ngram_range=spans[view],
        min_df=1 if vocabulary else 2,
        sublinear_tf=True,
        dtype=np.float32,
        vocabulary=vocabulary,
    )


def _read_vectorizer(view: str, facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> TfidfVectorizer:
    vectorizer = _vectorizer(view, {term: place for place, term in enumerate(facts[view])})
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
