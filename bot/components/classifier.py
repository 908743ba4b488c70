"""Which intent a text has: logistic regression over embedding and character n-grams, energy for out of scope."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.context import AFTER
from bot.components.fitting import Examples, Recipe
from bot.components.intent_model import OUT_OF_SCOPE, Choice, IntentModel
from bot.components.parts import IS_PART
from bot.components.text import for_model, has_words

RANKED = 10
ALSO = "also"  # of a training text's metadata: what else it asks


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EnergyIntentClassifier(IntentClassifier, GraphComponent):
    """Rasa's face of `IntentModel`."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The sentence embedding must come before."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See `Recipe`."""
        return Recipe().as_dict()

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._recipe = Recipe.from_dict(config)
        self._model_storage = model_storage
        self._resource = resource
        self._model: IntentModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EnergyIntentClassifier:
        """A component that has not been trained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EnergyIntentClassifier:
        """The trained component. Raises ValueError where there is none."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = IntentModel.read(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the training texts, choose the threshold on held-out folds, and keep both."""
        messages = [e for e in training_data.intent_examples if has_words(e.get(TEXT) or "")]
        known = [(message.get(METADATA) or {}).get(METADATA_EXAMPLE) or {} for message in messages]
        examples = Examples(
            texts=[for_model(message.get(TEXT)) for message in messages],
            vectors=np.vstack([_vector(message) for message in messages]),
            after=[_after(each) for each in known],
            intents=np.array([message.get(INTENT) for message in messages]),
            also=[tuple(each.get(ALSO) or ()) for each in known],
        )
        self._model = IntentModel.learn(self._recipe, examples)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.write(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this needs the training texts' intents."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent`, `intent_ranking`, and `asked` of a text that is no part of another.

        A part was cut so that it asks one thing. A text without words is out of scope.
        """
        for message in messages:
            ranking, asked = self._heard(message)
            listed = _listed(ranking)
            message.set("intent", listed[0], add_to_output=True)
            message.set("intent_ranking", listed[:RANKED], add_to_output=True)
            message.set("asked", _listed(asked), add_to_output=True)
        return messages

    def _heard(self, message: Message) -> tuple[list[Choice], list[Choice]]:
        """Every intent, likeliest first, and all that the text may ask at once."""
        text = message.get(TEXT) or ""
        if not has_words(text):
            return [Choice(OUT_OF_SCOPE, 1.0)], []
        if self._model is None:
            raise RuntimeError("EnergyIntentClassifier was not trained")
        seen = self._model.see(for_model(text), _vector(message)[0], _after(message.get(METADATA)))
        return self._model.rank(seen), [] if message.get(IS_PART) else self._model.asked(seen)


def _listed(choices: list[Choice]) -> list[dict[str, Any]]:
    return [{"name": choice.intent, "confidence": choice.confidence} for choice in choices]


def _after(metadata: dict[str, Any] | None) -> str:
    """What was answered before a text; "" where nothing was."""
    return str((metadata or {}).get(AFTER) or "")


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise RuntimeError("the pipeline has no SentenceEmbedding before the classifier")
    features: np.ndarray = sentence.features
    return features
