"""Runs in Rasa's own environment: tells what its channel and Rasa make of texts and bodies, as JSON."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    """Reads `{"texts": [...], "bodies": [...], "intents": [...]}` and prints what becomes of each."""
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
    from rasa.shared.nlu.training_data.message import Message

    from bot.channels.gateway import Refused, _message, neutralise

    asked = json.load(sys.stdin)
    agent = SimpleNamespace(domain=SimpleNamespace(intents=asked["intents"]))
    app = SimpleNamespace(ctx=SimpleNamespace(agent=agent))

    def command_in(text: str) -> Any:
        found = YAMLStoryReader.unpack_regex_message(Message(data={"text": text}))
        return found.get("intent") or found.get("commands")

    def taken(body: Any) -> Any:
        try:
            message = _message(SimpleNamespace(json=body, app=app))
        except Refused:
            return "refused"
        return {"sender": message.sender_id, "text": message.text, "parse": message.parse_data}

    texts = [[command_in(text), neutralise(text), command_in(neutralise(text))] for text in asked["texts"]]
    print(json.dumps({"texts": texts, "bodies": [taken(body) for body in asked["bodies"]]}))


if __name__ == "__main__":
    main()
