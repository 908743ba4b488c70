"""A whole turn of ours (conversation service, Rasa, actions, store) beside a turn of stock Rasa, in one run."""

import json
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks import stock_rasa
from renewal.cli.console import waiting
from renewal.cli.places import ROOT
from renewal.cli.ports import free_ports, responds
from renewal.cli.processes import Fleet
from renewal.cli.stack import PrivateStack
from renewal.services.app import Services, open_services
from renewal.services.samples.evaluation import read_questions
from renewal.services.talks import conversations
from renewal.services.talks.rasa import RasaAssistant

ROUNDS = 3
# Fresh texts each round: a repeated one would come from our cache of embeddings.
TEXTS_PER_ROUND = 60
CLIENTS = 8
TURNS_PER_CLIENT = 5

Say = Callable[[str], None]
Open = Callable[[], Say]


def main() -> None:
    """Run both, interleaved, and print the figures."""
    texts = _texts()
    with waiting("训练对照用的原装 Rasa"):
        model = stock_rasa.train()
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with PrivateStack(with_gateway=False) as stack, Fleet(stack.state_dir / "stock") as fleet:
        fleet.launch(stock_rasa.program(model, port, responds(url)))
        fleet.wait_until_ready()
        services = open_services(stack.settings)
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            sides: dict[str, Open] = {"ours": lambda: _ours(services), "stock": lambda: _stock(client)}
            figures = _measure(sides, texts)
        services.store.close()
    _print(figures)


def _texts() -> list[str]:
    """Questions of our own evaluation file, each once; none of them is a training text."""
    file = ROOT / "tests" / "evaluation" / "questions.jsonl"
    return list(dict.fromkeys(question.text for question in read_questions(file.read_text("utf-8"))))


def _ours(services: Services) -> Say:
    assistant = RasaAssistant(services.settings)
    conversation_id = conversations.open_anonymous(services, "web")

    def say(text: str) -> None:
        if not conversations.say_to(services, assistant, conversation_id, text, uuid.uuid4().hex):
            raise RuntimeError(f"ours said nothing to {text!r}")

    return say


def _stock(client: httpx.Client) -> Say:
    sender = uuid.uuid4().hex

    def say(text: str) -> None:
        answer = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        answer.raise_for_status()

    return say


def _measure(sides: dict[str, Open], texts: Sequence[str]) -> dict[str, dict[str, float]]:
    one_client: dict[str, list[float]] = {side: [] for side in sides}
    rates: dict[str, list[float]] = {side: [] for side in sides}
    for open_one in sides.values():
        _timed(open_one(), texts[-5:])  # the first turns load what is loaded once
    need = TEXTS_PER_ROUND + CLIENTS * TURNS_PER_CLIENT
    for number in range(ROUNDS):
        # Rotated, so that each round has other texts first, and both sides the same ones.
        shifted = [texts[(number * need + at) % len(texts)] for at in range(need)]
        for side, open_one in sides.items():
            one_client[side] += _timed(open_one(), shifted[:TEXTS_PER_ROUND])
            rates[side].append(_rate(open_one, shifted[TEXTS_PER_ROUND:]))
    return {side: _figures(one_client[side], rates[side]) for side in sides}


def _timed(say: Say, texts: Sequence[str]) -> list[float]:
    """Seconds of each turn."""
    seconds = []
    for text in texts:
        started = time.perf_counter()
        say(text)
        seconds.append(time.perf_counter() - started)
    return seconds


def _rate(open_one: Open, texts: Sequence[str]) -> float:
    """Turns per second of several clients at once, each in a conversation of its own."""
    shares = [(open_one(), texts[client::CLIENTS]) for client in range(CLIENTS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda share: _timed(*share), shares))
    return len(texts) / (time.perf_counter() - started)


def _figures(seconds: Sequence[float], rates: Sequence[float]) -> dict[str, float]:
    percentiles = statistics.quantiles(seconds, n=100, method="inclusive")
    return {
        "p50_ms": round(1000 * percentiles[49], 1),
        "p95_ms": round(1000 * percentiles[94], 1),
        "turns_per_s": round(statistics.median(rates), 1),
    }


def _print(figures: dict[str, dict[str, float]]) -> None:
    table = Table(
        title=f"一轮对话（单客户端 {ROUNDS * TEXTS_PER_ROUND} 轮；并发 {CLIENTS}，{ROUNDS} 次取中位数）"
    )
    table.add_column("")
    for heading in ("p50 毫秒", "p95 毫秒", "8 个客户端，轮/秒"):
        table.add_column(heading, justify="right")
    for side, title in (("ours", "本项目"), ("stock", "原装 Rasa")):
        table.add_row(title, *(str(figure) for figure in figures[side].values()))
    Console().print(table)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
