"""How well the training texts tell their intents apart: a held-out part, judged by a model that has not seen it.

`python -m bot.measuring.tuning` prints accuracy, calibration and the worst confusions for config.yml's recipe;
`python -m bot.measuring.tuning C=40 ngram_weight=0.7` for another. It reads `data/nlu/` and nothing else.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from scipy.special import logsumexp

from bot.components.encoder import embed
from bot.components.fitting import Examples, Features, Recipe
from bot.components.intent_model import OUT_OF_SCOPE, IntentModel, held_out
from bot.components.kept_vectors import remembered
from bot.components.text import for_model
from bot.reading import read_texts, training_files

ROOT = Path(__file__).resolve().parents[2]
CONFUSIONS = 30


def configured() -> Recipe:
    """The recipe of config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    ours = next(part for part in pipeline if part["name"].endswith("EnergyIntentClassifier"))
    return Recipe.from_dict(ours)


def training_texts() -> "dict[str, str]":
    """Each text that stands alone and asks one thing, as the model sees it, with its intent."""
    known = read_texts(training_files())
    return {for_model(each.text): each.intent for each in known if not each.metadata}


def report(recipe: Recipe) -> str:
    """Figures of one recipe."""
    known = training_texts()
    texts, intents = list(known), np.array(list(known.values()))
    vectors = remembered(texts, embed)
    vectors = vectors - vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    examples = Examples(texts, vectors, [""] * len(texts), intents)
    held = held_out(Features.learned(recipe, examples), examples)
    logits, meant = held.logits, held.intents
    facts = IntentModel.learn(recipe, examples).facts
    names = np.array(facts["intents"])
    chances = held.chances(facts["temperature"], recipe.neighbour_share)
    guessed = names[chances.argmax(axis=1)]
    unsure = logsumexp(logits, axis=1) < facts["energy_threshold"]
    said = np.where(unsure | (chances.max(axis=1) < recipe.least_confidence), OUT_OF_SCOPE, guessed)
    inside = meant != OUT_OF_SCOPE
    lines = [
        f"{recipe}: {len(texts)} texts, {len(names)} intents",
        f"right: {(guessed == meant).mean():.1%}; among the first two: {_within(chances, names, meant, 2):.1%}",
        (
            f"after the thresholds: in scope {(said == meant)[inside].mean():.1%}, "
            f"out of scope found {(said == meant)[~inside].mean():.1%}"
        ),
        f"energy threshold {facts['energy_threshold']:.2f}, temperature {facts['temperature']:.2f}",
    ]
    best = chances.max(axis=1)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        part = (best > low) & (best <= low + 0.2)
        if part.any():
            lines.append(
                f"sure {best[part].mean():.2f}: right {(guessed == meant)[part].mean():.2f} ({part.sum()})"
            )
    wrong = Counter(zip(meant[guessed != meant], guessed[guessed != meant], strict=True))
    lines += [f"{count:3} {truth} → {guess}" for (truth, guess), count in wrong.most_common(CONFUSIONS)]
    return "\n".join(lines)


def _within(chances: np.ndarray, names: np.ndarray, meant: np.ndarray, first: int) -> float:
    best = names[np.argsort(-chances, axis=1)[:, :first]]
    return float((best == meant[:, np.newaxis]).any(axis=1).mean())


if __name__ == "__main__":
    changes = dict(argument.split("=", 1) for argument in sys.argv[1:])
    sys.stdout.write(
        report(replace(configured(), **{name: float(value) for name, value in changes.items()})) + "\n"
    )
