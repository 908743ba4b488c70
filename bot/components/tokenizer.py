"""Jieba's tokens of the normalised text, without the white space that jieba makes tokens of."""

from __future__ import annotations

import logging
from typing import Any

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from renewal.language.text import simple_places


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class NormalisingTokenizer(JiebaTokenizer):
    """A token's text is normalised; its start and end are places in the text as it was written."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()  # its dictionary takes seconds to read: at the start, not at a holder's first text

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of the attribute's text; none for a blank text."""
        plain, places = simple_places(message.get(attribute) or "")
        return self._apply_token_pattern(
            [
                Token(word, places[start], places[end])
                for word, start, end in jieba.tokenize(plain)
                if word.strip()
            ]
        )
