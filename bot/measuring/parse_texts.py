"""Runs in Rasa's environment: what a model makes of texts and of their variants, as JSON lines.

`python -m bot.measuring.parse_texts MODEL TEXTS OUT`: TEXTS is JSON
`{"texts": [...], "plain": [...], "variants": true}`; of `plain` no variants are made. OUT gets one line a text
and variant: variant, text as written, ranking, entities.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.measuring.variants import is_chinese, variants

RANKED = 3
VARIED_EVERY = (
    3  # of so many texts in Chinese one is varied: each variant costs as much time as the texts themselves
)


async def parse(model: str, asked: dict[str, Any], out: Path) -> None:
    """Parse everything; progress goes to stderr."""
    import structlog
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    agent = Agent.load(model)
    made: dict[str, Callable[[str], str]] = {
        "as written": str,
        **(variants(asked["texts"]) if asked["variants"] else {}),
    }
    chinese = [text for text in asked["texts"] if is_chinese(text)]
    with out.open("w", encoding="utf-8") as file:
        for name, vary in made.items():
            texts = asked["texts"] if name == "as written" else chinese[::VARIED_EVERY]
            for text in texts:
                file.write(_line(name, text, await agent.parse_message(vary(text))))
            sys.stderr.write(f"{name}: {len(texts)}\n")
        for text in asked["plain"]:
            file.write(_line("plain", text, await agent.parse_message(text)))


def _line(variant: str, text: str, parsed: dict[str, Any]) -> str:
    ranking = [[item["name"], item["confidence"]] for item in parsed["intent_ranking"][:RANKED]]
    if parsed["intent"]["name"] != ranking[0][0]:  # a fallback classifier's verdict comes first
        ranking.insert(0, [parsed["intent"]["name"], parsed["intent"]["confidence"]])
    entities = [[item["entity"], item["value"]] for item in parsed["entities"]]
    record = {"variant": variant, "text": text, "ranking": ranking, "entities": entities}
    return json.dumps(record, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    model_path, texts_path, out_path = sys.argv[1:]
    asyncio.run(parse(model_path, json.loads(Path(texts_path).read_text("utf-8")), Path(out_path)))
