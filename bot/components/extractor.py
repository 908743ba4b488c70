"""Entities by lexicon: what a word means is looked up, so a new word works without training."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from renewal.language import lexicon


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds what the lexicon names: housing, city, points_item …"""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconEntityExtractor:
        """Reads the lexicon as it stands now."""
        lexicon.lexicons()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what is found to each message's entities, in the order of the text."""
        for message in messages:
            found = message.get(ENTITIES, []) + self.add_extractor_name(self.find(message.get(TEXT) or ""))
            message.set(ENTITIES, found, add_to_output=True)
        return messages

    def find(self, text: str) -> list[dict[str, Any]]:
        """Entities as Rasa keeps them; start and end are places in the text as it was written."""
        return [
            {"entity": item.entity, "value": item.value, "start": item.start, "end": item.end}
            for item in lexicon.find(text)
        ]
