"""An assistant on Rasa's wire: each text has its own answer, in one to three parts, and the line is bad at times."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.delivery.wire import Answer, Listener

WORST_ASKS = 2


def answers_to(text: str) -> list[str]:
    """What it says to a text, part by part: known to whoever counts afterwards."""
    return [f"答{text}之{part}" for part in range(1, 1 + Random(text).choice([1, 1, 2, 3]))]


@dataclass
class Bot:
    """`bad` is the share of asks, of the first two of a text, that end badly; `slow_s` the longest it thinks."""

    seed: int = 0
    bad: float = 0.0
    slow_s: float = 0.0
    on_event: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._away = False
        self._listener = Listener(self._answer)

    def be_away(self) -> None:
        """Cut every connection, as a Rasa that is stopped would refuse it."""
        self._away = True

    def come_back(self) -> None:
        """Answer again."""
        self._away = False

    @property
    def url(self) -> str:
        """Where Rasa is said to be."""
        return self._listener.url

    def start(self) -> None:
        """Listen."""
        self._listener.start()

    def stop(self) -> None:
        """Be away."""
        self._listener.stop()

    def _answer(self, method: str, target: str, _: str, body: bytes) -> Answer | None:
        if self._away:
            return None
        if method == "GET":
            return Answer(200, {"status": "ok"})
        text = json.loads(body)["text"]
        with self._lock:
            asked = self._asked[text]
            self._asked[text] += 1
        random = Random(f"{self.seed}:{text}:{asked}")
        self.on_event("asked")
        time.sleep(self.slow_s * random.random())
        if asked < WORST_ASKS and random.random() < self.bad:
            return random.choice([None, Answer(503, {})])
        return Answer(200, {"messages": [{"text": part} for part in answers_to(text)]})
