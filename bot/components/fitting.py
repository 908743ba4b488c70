"""How the intent model is fitted: the recipe, the examples, and what comes of them as plain arrays and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.components.chance import share
from bot.components.context import Contexts
from bot.components.regression import of_all, of_one
from bot.components.text import sounds

SEED = 0
_STANDS_ALONE_CHARS = 7  # a shorter text may mean anything after another
# How the n-grams see a text: as its characters, and as its sounds, by which 续前 and xuqian are 续签.
SOUNDS = "sounds"
VIEWS: dict[str, Callable[[str], str]] = {"characters": str, "sounds": sounds}


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
        several_iterations: steps of the layer that tells how many things a text asks.
        several_weight: of each text that asks several things, against the others' 1: they are few.
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
    several_iterations: int = 80
    several_weight: float = 6.0
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, config: dict[str, Any]) -> Recipe:
        """The recipe's part of a component's configuration."""
        return cls(**{item.name: config[item.name] for item in fields(cls) if item.name in config})

    def as_dict(self) -> dict[str, Any]:
        """As a component's default configuration."""
        return asdict(self)


@dataclass(frozen=True)
class Examples:
    """Texts as the model sees them, a vector each, what was answered before each ("" for nothing), what each means.

    `also` holds the other intents of each text that asks several things; it may be left out where none does.
    """

    texts: list[str]
    vectors: np.ndarray
    after: list[str]
    intents: np.ndarray
    also: list[tuple[str, ...]] = field(default_factory=list)

    def at(self, places: Sequence[int] | np.ndarray) -> Examples:
        """Those at some places."""
        also = [self.also[i] for i in places] if self.also else []
        return Examples(
            texts=[self.texts[i] for i in places],
            vectors=self.vectors[places],
            after=[self.after[i] for i in places],
            intents=self.intents[places],
            also=also,
        )

    def parted(self) -> tuple[Examples, Examples]:
        """Those that ask one thing, and those that ask several."""
        several = [bool(also) for also in self.also] or [False] * len(self.texts)
        ones = [place for place, is_several in enumerate(several) if not is_several]
        return self.at(ones), self.at([place for place, is_several in enumerate(several) if is_several])


@dataclass(frozen=True)
class Features:
    """What a fit sees of texts: the embedding, each view's n-grams reduced, what came before; and how it got there.

    Attributes:
        rows: one row a text.
        counted: each view's n-grams of the same texts.
    """

    recipe: Recipe
    contexts: Contexts
    vectorizers: dict[str, TfidfVectorizer]
    reductions: dict[str, TruncatedSVD]
    counted: dict[str, Any]
    widths: list[int]
    rows: np.ndarray

    @classmethod
    def learned(cls, recipe: Recipe, examples: Examples) -> Features:
        """N-grams and reductions are learned from these texts, not from what they mean."""
        contexts = Contexts.of(examples.after, recipe.areas)
        vectorizers, reductions, counted = {}, {}, {}
        columns = [examples.vectors]
        for view, seen_as in VIEWS.items():
            vectorizers[view] = vectorizer_of(view)
            counted[view] = vectorizers[view].fit_transform([seen_as(text) for text in examples.texts])
            dimensions = min(recipe.ngram_dimensions, min(counted[view].shape) - 1)
            reductions[view] = TruncatedSVD(dimensions, random_state=SEED, n_iter=2)
            columns.append(reductions[view].fit_transform(counted[view]) * recipe.ngram_weight)
        columns.append(contexts.rows(examples.texts, _any_context(recipe, examples, contexts)))
        return cls(
            recipe=recipe,
            contexts=contexts,
            vectorizers=vectorizers,
            reductions=reductions,
            counted=counted,
            widths=[column.shape[1] for column in columns],
            rows=np.hstack(columns).astype(np.float32),
        )

    def at(self, places: np.ndarray) -> Features:
        """Those of the texts at some places."""
        counted = {view: rows[places] for view, rows in self.counted.items()}
        return replace(self, counted=counted, rows=self.rows[places])

    def of(self, examples: Examples) -> np.ndarray:
        """The rows of other texts."""
        columns = [examples.vectors]
        for view, seen_as in VIEWS.items():
            counted = self.vectorizers[view].transform([seen_as(text) for text in examples.texts])
            columns.append(self.reductions[view].transform(counted) * self.recipe.ngram_weight)
        columns.append(self.contexts.rows(examples.texts, examples.after))
        return np.hstack(columns).astype(np.float32)

    def folded(self, weights: np.ndarray, intercept: np.ndarray) -> dict[str, np.ndarray]:
        """Weights by what they are of. The reduction is linear: it is folded into those of the n-grams, not kept."""
        parts = np.split(weights, np.cumsum(self.widths)[:-1])
        found = {"intercept": intercept, "embedding_weights": parts[0], "context_weights": parts[-1]}
        for view, of_view in zip(VIEWS, parts[1:-1], strict=True):
            reduced = self.reductions[view].components_.T @ of_view
            found[f"{view}_weights"] = self.recipe.ngram_weight * reduced
        return {name: kept.astype(np.float32) for name, kept in found.items()}

    def kept(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """The n-grams, and which of them each text has, as facts and arrays."""
        facts: dict[str, Any] = {"contexts": self.contexts.as_dict()}
        arrays: dict[str, np.ndarray] = {}
        for view, vectorizer in self.vectorizers.items():
            facts[view] = vectorizer.get_feature_names_out().tolist()
            rows = self.counted[view]
            arrays |= {f"{view}_rows_{part}": getattr(rows, part) for part in ("data", "indices", "indptr")}
            arrays[f"{view}_idf"] = vectorizer.idf_.astype(np.float32)
        return facts, arrays


def fit(features: Features, examples: Examples) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What is learned of texts that ask one thing, as facts and arrays."""
    recipe, contexts = features.recipe, features.contexts
    intents, columns = np.unique(examples.intents, return_inverse=True)
    layer = of_one(features.rows, columns, len(intents), strength=recipe.C, steps=recipe.iterations)
    facts, arrays = features.kept()
    facts |= {"intents": intents.tolist(), "ngram_weight": recipe.ngram_weight}
    facts |= {"neighbours": recipe.neighbours, "neighbour_share": recipe.neighbour_share}
    arrays["text_intents"] = columns.astype(np.int16)
    arrays["text_after"] = np.array([contexts.topic_column(topic) for topic in examples.after], np.int16)
    arrays["text_vectors"] = examples.vectors.astype(np.float16)
    return facts, arrays | features.folded(*layer)


def fit_several(features: Features, ones: Examples, several: Examples) -> dict[str, np.ndarray]:
    """How to tell all that a text asks, of texts that ask one thing and of the few that ask several.

    Nothing where there are none of these.
    """
    if not several.texts:
        return {}
    recipe, intents = features.recipe, np.unique(ones.intents).tolist()
    rows = np.vstack([features.rows, features.of(several)])
    shares = np.ones(len(rows), np.float32)
    shares[len(features.rows) :] = recipe.several_weight
    meant = _meant(ones, several, intents)
    layer = of_all(rows, meant, shares / shares.sum(), steps=recipe.several_iterations)
    return {f"several_{name}": part.astype(np.float16) for name, part in features.folded(*layer).items()}


def _meant(examples: Examples, several: Examples, intents: Sequence[str]) -> np.ndarray:
    """1 where a text asks an intent: one row a text, one column an intent."""
    column = {intent: place for place, intent in enumerate(intents)}
    asked = [(intent,) for intent in examples.intents]
    asked += [(intent, *also) for intent, also in zip(several.intents, several.also, strict=True)]
    found = np.zeros((len(asked), len(intents)), dtype=np.float32)
    for row, topics in enumerate(asked):
        found[row, [column[topic] for topic in topics]] = 1
    return found


def _any_context(recipe: Recipe, examples: Examples, contexts: Contexts) -> list[str]:
    """What came before each text, and for some of the longer ones that nothing came before, any topic."""
    topics = [*contexts.topics, ""]
    return [
        topics[int(share(text, "topic") * len(topics))] if _may_follow_any(recipe, text, after) else after
        for text, after in zip(examples.texts, examples.after, strict=True)
    ]


def _may_follow_any(recipe: Recipe, text: str, after: str) -> bool:
    stands_alone = not after and len(text) >= _STANDS_ALONE_CHARS
    return stands_alone and share(text, "any topic") < recipe.out_of_context


def vectorizer_of(view: str, vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
    """What counts the n-grams of a view; with a vocabulary, that of a model that was learned."""
    spans = {"characters": (1, 3), "sounds": (2, 5)}
    return TfidfVectorizer(
        analyzer="char",
        ngram_range=spans[view],
        min_df=1 if vocabulary else 2,
        sublinear_tf=True,
        dtype=np.float32,
        vocabulary=vocabulary,
    )
