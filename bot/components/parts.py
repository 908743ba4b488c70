"""A text with several questions: they are cut apart before the pipeline and gathered after it.

Each part goes through the pipeline as a message of its own, beside the whole text; what was found is set on the
whole as `parts`, in their order. Whether they are answered one by one is decided by the services, not here. What a
text puts in the place of what was said before ("不是丢了，是过期了") goes the same way, and is set as `instead`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from renewal.language.corrections import correction_in
from renewal.language.text import simple

MOST_PARTS = 4
LONGEST_CHARS = 400  # of a longer text only the end is cut apart
RAMBLING_CHARS = 80  # whoever tells so much before the question is understood better by its end alone
_TAIL_CHARS = 40
_HAN = r"\u4e00-\u9fff"
# A space between words is a stop to whoever types none.
_ENDS = re.compile(
    rf"(?<=[？?！!。；;\n，,])|(?<=[啊呀吧吗呢])\s+|(?<=[{_HAN}0-9]\s)(?=[{_HAN}])|(?<=[a-z]{{2}}\.\s)(?=[a-z])",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"(?=还有[，,]?(?!\s*(?:\d|[一二三四五六七八九十几半两])\S{0,3}(?:天|日|个?月|周|年|礼拜|星期))|另外|顺便|再问|还想问|以及|"
    r"\b(?:and also|also|and (?=how|what|where|when|can|do|is|which|who))\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[？?]|吗|呢|么(?!样的)|伐|怎|咋|谁(?:能|来|给|帮|管)?(?:开|出|办|盖|写|批)|哪能|什么|啥|哪[里儿个些天边]|去哪|在哪|几[个天号点时]"
    r"|几年(?![前了来])|多少|多久|多长|多大"
    r"|先\S{1,6}还是先|能不能|可不可以|可以不|要不要|会不会|是不是|有没有|行不行|算不算|用不用|需不需要|得不得"
    r"|\b(?:how|what|where|when|which|who|can i|do i|does|is it|is there|what if|will|should)\b",
    re.IGNORECASE,
)
# In a run of words without a stop: what ends one question, and what begins the next.
_RUN_ON = re.compile(
    r"(?<=[吗呢伐])(?=[^？?！!。；;，,\s吗呢伐啊呀])"
    r"|(?<=怎么办)(?=[^？?！!。；;，,\s啊呀呢])"
    r"|(?=(?:要是|万一|如果)?(?:过期|逾期|超期|错过|过|晚|拖过)了(?:的话)?(?:又|还|再|该|要|会)?(?:怎|咋|如何|能补))"
    r"|(?<=[^，,。？?\s需])(?=(?:要|去|在|得|还要?|能|可以|该|总共|大概|一共)?(?:什么时候|哪里|哪儿|怎么|多少钱|多久|几天)"
    r"|(?:需要|要带|要准备|带|要交|需要带|需要准备)(?:什么|啥|哪些))"
)
_LEAST_CHARS = 3
_RUN_ON_FROM_CHARS = 14


class Cut(NamedTuple):
    """What goes through the pipeline beside a text: its questions, and last what it puts right, if it does."""

    parts: tuple[str, ...]
    righted: bool


def cut_apart(text: str) -> Cut:
    """The parts of a text as a holder wrote it."""
    correction = correction_in(text)
    return Cut((*split(text), *([correction.instead] if correction else [])), correction is not None)


def split(text: str) -> tuple[str, ...]:
    """The questions of a text, in order, each with what was said before it; none where there is only one.

    Of a rambling text with one question, its end.
    """
    plain = simple(text)[-LONGEST_CHARS:]
    parts: list[str] = []
    waiting = ""
    for clause in _clauses(plain):
        waiting += clause
        if _ASKS.search(clause) and len(re.sub(r"\W", "", waiting)) >= _LEAST_CHARS:
            parts.append(waiting.strip(" ，,、"))
            waiting = ""
    if parts and waiting.strip():
        parts[-1] += waiting
    parts = list(dict.fromkeys(parts))
    if len(parts) == 1 and len(plain) > RAMBLING_CHARS:
        return (_tail(parts[0]),)
    return tuple(parts[-MOST_PARTS:]) if len(parts) > 1 else ()


def _tail(text: str) -> str:
    """The end of a long text, from where a clause begins, if one does."""
    start = next(
        (m.end() for m in re.finditer(r"[，,。；;\s]", text) if m.end() >= len(text) - _TAIL_CHARS), 0
    )
    return text[start or len(text) - _TAIL_CHARS :]


def _clauses(text: str) -> list[str]:
    clauses = [piece for end in _ENDS.split(text) for piece in _JOINS.split(end)]
    found: list[str] = []
    for clause in clauses:
        if len(clause) >= _RUN_ON_FROM_CHARS and len(_ASKS.findall(clause)) > 1:
            found += _RUN_ON.split(clause)
        else:
            found.append(clause)
    return [clause for clause in found if clause.strip()]


class _Stateless(GraphComponent):
    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Stateless:
        """Nothing to configure."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training texts are one question each."""
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class QuestionSplitter(_Stateless):
    """The pipeline's first: puts the parts of a text behind it."""

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each followed by its parts."""
        found: list[Message] = []
        for message in messages:
            found.append(message)
            known = {METADATA: message.get(METADATA), IS_PART: True}
            cut = cut_apart(message.get(TEXT) or "")
            message.set(_RIGHTED, cut.righted)
            message.set(_KEPT, len(cut.parts))
            found += [Message(data={TEXT: part, **known}) for part in cut.parts]
        return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PartsGatherer(_Stateless):
    """The pipeline's last: sets what was found of the parts on the text that they were cut from."""

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages without their parts."""
        found: list[Message] = []
        place = 0
        while place < len(messages):
            message = messages[place]
            count = message.get(_KEPT) or 0
            parts = messages[place + 1 : place + 1 + count]
            if message.get(_RIGHTED):
                message.set(INSTEAD, _as_output(parts.pop()), add_to_output=True)
            if parts:
                message.set(PARTS, [_as_output(part) for part in parts], add_to_output=True)
            found.append(message)
            place += 1 + count
        return found


PARTS = "parts"
INSTEAD = "instead"  # what a text that puts something right puts in its place
IS_PART = "is_part"  # set on a message that was cut from another
_KEPT = "parts_behind"
_RIGHTED = "righted"


def _as_output(part: Message) -> dict[str, Any]:
    return {
        "text": part.get(TEXT),
        "intent": part.get("intent"),
        "intent_ranking": part.get("intent_ranking"),
        "entities": part.get(ENTITIES, []),
    }
