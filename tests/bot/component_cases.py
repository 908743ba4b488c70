"""Runs in Rasa's own environment: puts the real components to work and prints what they did as JSON."""

import asyncio
import contextlib
import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ |= {
    "RASA_TELEMETRY_ENABLED": "false",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RENEWAL_RASA_SECRET": "secret-of-the-test",
    "RENEWAL_TRACKER_KEY": "key-of-the-test",
}
INTENTS = {
    "greet": "你好 您好 早上好 侬好 hello 在吗 晚上好 大家好 嗨 hi",
    "materials": (
        "要带什么材料 续签带什么 需要哪些材料 材料清单 要准备什么材料 带什么去 材料有哪些 要什么证件 所需材料"
    ),
    "fees": "要多少钱 收费吗 费用多少 免费吗 工本费多少 多少钱 要交钱吗 收多少钱 价格 费用怎么算",
    "out_of_scope": "今天天气 讲个笑话 股票涨了吗 写首诗 点个外卖 放首歌 世界杯谁赢 推荐餐馆 翻译一下 一加一等于几",
}
CONFIG = """
recipe: default.v1
assistant_id: test
language: zh
pipeline:
- name: bot.components.tokenizer.NormalisingTokenizer
- name: bot.components.embedding.SentenceEmbedding
- name: bot.components.classifier.EnergyIntentClassifier
- name: bot.components.extractor.LexiconEntityExtractor
policies:
- name: RulePolicy
"""
DOMAIN = """
version: "3.1"
intents: [greet, materials, fees, out_of_scope]
entities: [housing, category, relation, id_change, city]
slots:
  seen: {type: any, influence_conversation: false, mappings: [{type: custom}]}
actions: [action_remote]
responses:
  utter_greet: [{text: "a greeting", buttons: [{title: "Materials", payload: "/materials"}]}]
  utter_other: [{text: "something else"}]
"""
RULES = """
version: "3.1"
rules:
- {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
- {rule: materials, steps: [{intent: materials}, {action: utter_other}]}
- {rule: out_of_scope, steps: [{intent: out_of_scope}, {action: utter_other}]}
- {rule: fees, steps: [{intent: fees}, {action: action_remote}]}
"""


def tokens() -> dict[str, Any]:
    """What the tokenizer makes of awkward texts."""
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message

    from bot.components.tokenizer import NormalisingTokenizer

    tokenizer = NormalisingTokenizer(NormalisingTokenizer.get_default_config(), None, Resource("tokenizer"))
    texts = ("續簽　要帶 ＡＢＣ", "   ", "😀😀", "")
    found = {text: tokenizer.tokenize(Message(data={"text": text}), "text") for text in texts}
    return {text: [(token.text, token.start, token.end) for token in made] for text, made in found.items()}


def entities() -> list[dict[str, Any]]:
    """What the extractor adds to a message."""
    from rasa.shared.nlu.training_data.message import Message

    from bot.components.extractor import LexiconEntityExtractor

    (message,) = LexiconEntityExtractor().process([Message(data={"text": "我住父母家"})])
    found: list[dict[str, Any]] = message.get("entities")
    return found


def neutralised() -> dict[str, str]:
    """Texts that Rasa would take for commands."""
    from bot.channels.gateway import neutralise

    return {text: neutralise(text) for text in ("/restart", "  /inform{}", "a/b", "//x")}


def train(folder: Path) -> str:
    """A small model from a small project, by Rasa itself."""
    from rasa.model_training import train as rasa_train

    data = folder / "data"
    data.mkdir()
    (folder / "config.yml").write_text(CONFIG)
    (folder / "domain.yml").write_text(DOMAIN)
    (data / "rules.yml").write_text(RULES)
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in INTENTS.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts.split())]
    (data / "nlu.yml").write_text("\n".join(lines))
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    result = rasa_train(
        domain=str(folder / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(data)],
        output=str(folder / "models"),
        force_training=True,
    )
    return result.model


async def serve(folder: Path, model: str) -> dict[str, Any]:
    """The channel over the small model; nobody listens where the action server should be."""
    import aiohttp
    from rasa.core import agent as agents
    from rasa.core.channels.channel import register
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig
    from sanic import Sanic

    from bot.channels.gateway import GatewayInput

    os.environ["RENEWAL_TRACKER_URL"] = f"sqlite:///{folder / 'conversations.db'}"
    endpoints = AvailableEndpoints(
        action=EndpointConfig("http://127.0.0.1:9/webhook"),
        tracker_store=EndpointConfig(type="bot.tracker_store.SessionTrackerStore"),
        lock_store=EndpointConfig(type="bot.lock_store.TurnLocks"),
    )
    app = Sanic("channel_under_test", configure_logging=False)
    register([GatewayInput.from_credentials(None)], app, "/webhooks/")
    listening = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True)
    await server.startup()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/gateway"

    async def status_with_secret(secret: bytes) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", listening.getsockname()[1])
        writer.write(b"POST /webhooks/gateway/webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n")
        writer.write(b"X-Renewal-Secret: " + secret + b"\r\nConnection: close\r\n\r\n{}")
        line = await reader.readline()
        writer.close()
        return int(line.split()[1])

    async with aiohttp.ClientSession(headers={"X-Renewal-Secret": "secret-of-the-test"}) as client:

        async def say(body: Any, **kwargs: Any) -> Any:
            async with client.post(f"{address}/webhook", json=body, **kwargs) as response:
                return response.status, await response.json()

        async def health() -> Any:
            async with client.get(f"{address}/health") as response:
                return response.status, await response.json()

        found: dict[str, Any] = {
            "health without a model": await health(),
            "without a model": await say({"sender": "a", "text": "你好"}),
        }
        app.ctx.agent = await agents.load_agent(model_path=model, endpoints=endpoints)
        store = app.ctx.agent.tracker_store
        found |= {
            "health": await health(),
            "greeting": await say({"sender": "a", "text": "你好呀"}),
            "traditional": await say({"sender": "a", "text": "續簽帶什麼材料"}),
            "blank": await say({"sender": "a", "text": "  "}),
            "emoji": await say({"sender": "a", "text": "😀😀"}),
            "long": await say({"sender": "a", "text": "居住证" * 1700}),
            "command": await say({"sender": "a", "text": "/restart"}),
            "button": await say({"sender": "a", "text": "随便什么", "intent": "greet"}),
            "unknown button": await say({"sender": "a", "text": "x", "intent": "restart"}),
            "no sender": await say({"text": "你好"}),
            "blank sender": await say({"sender": " ", "text": "你好"}),
            "no text": await say({"sender": "a"}),
            "no object": await say([]),
            "wrong secret": await say({"sender": "a", "text": "你好"}, headers={"X-Renewal-Secret": "no"}),
            "secrets of odd bytes": [
                await status_with_secret(secret) for secret in (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"")
            ],
            "no action server": await say({"sender": "lost", "text": "要多少钱"}),
            "kept of the lost turn": await store.retrieve("lost") is not None,
        }
        found["a long conversation"] = await long_conversation(store)
    server.close()
    return found


async def long_conversation(store: Any) -> dict[str, Any]:
    """What the store gives back once a conversation has grown long, without and with an open form."""
    from rasa.shared.core.events import ActiveLoop, SessionStarted, SlotSet, UserUttered

    from bot.tracker_store import LONGEST_EVENTS, MEMORY

    sizes: dict[str, Any] = {"longest": LONGEST_EVENTS}
    for sender, loop in (("talker", None), ("form filler", "callback_form")):
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update(SessionStarted())
        tracker.update(ActiveLoop(loop))
        for _ in range(LONGEST_EVENTS):
            tracker.update(UserUttered("你好"))
        await store.save(tracker)
        again = await store.get_or_create_tracker(sender, append_action_listen=False)
        before = len(again.events)
        again.update(SessionStarted())
        again.update(UserUttered("又来了"))
        await store.save(again)
        after = await store.retrieve(sender)
        sizes[sender] = [before, len(after.events), after.events[-1].text]
    tracker = await store.get_or_create_tracker("teller", append_action_listen=False)
    for event in (
        SessionStarted(),
        SlotSet(MEMORY, {"topic": "points"}),
        *[UserUttered("你好")] * LONGEST_EVENTS,
    ):
        tracker.update(event)
    await store.save(tracker)
    again = await store.get_or_create_tracker("teller", append_action_listen=False)
    again.update(UserUttered("还差几分"))
    await store.save(again)
    after = await store.retrieve("teller")
    sizes["teller"] = [
        [event.value for event in after.events if isinstance(event, SlotSet)],
        len(after.events),
    ]
    return sizes


async def parse(model: str) -> dict[str, Any]:
    """What the small model understands."""
    from rasa.core import agent as agents

    agent = await agents.load_agent(model_path=model)
    texts = ("要带哪些材料", "資料要帶什麼", "多少錢", "   ", "😀", "给我讲个故事")
    parsed = {text: await agent.parse_message(text) for text in texts}
    return {text: [found["intent"], len(found.get("intent_ranking", []))] for text, found in parsed.items()}


def guards() -> list[str]:
    """Each guard when Rasa is not the one that it was written against."""
    from rasa.core.actions.action import RemoteAction

    from bot import schema_check, turn_guard

    said = []
    check, run = RemoteAction._validate_action_result, RemoteAction.run
    try:
        RemoteAction._validate_action_result = lambda _: True
        RemoteAction.run = lambda _: None
        for guard in (schema_check, turn_guard):
            try:
                guard.install()
            except schema_check.UnknownRasa as error:
                said.append(str(error))
    finally:
        RemoteAction._validate_action_result, RemoteAction.run = check, run
    return said


def no_secret() -> str:
    """The channel without a secret."""
    from rasa.shared.exceptions import RasaException

    from bot.channels.gateway import GatewayInput

    try:
        GatewayInput("")
    except RasaException as error:
        return str(error)
    return ""


def main() -> None:
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(sys.stderr):
        model = train(Path(name))
        found = {
            "tokens": tokens(),
            "entities": entities(),
            "neutralised": neutralised(),
            "guards": guards(),
            "no secret": no_secret(),
            "parsed": asyncio.run(parse(model)),
            "served": asyncio.run(serve(Path(name), model)),
        }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
