"""Every conversation of `cases/`, against the real assistant: text by text, as a holder would have it."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sealing import Seal
from renewal.cli.stack import PrivateStack
from renewal.services.app import Services
from renewal.services.samples import door
from renewal.services.samples.door import Reply
from renewal.services.samples.evaluation import contains
from renewal.services.talks import handover
from renewal.services.talks.rasa import RasaAssistant
from renewal.services.texts.segments import segments
from renewal.store.models import Conversation

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

CASES = Path(__file__).parent / "cases"
KINDS = frozenset(
    "bad_input cancellations corrections dates digressions disambiguation handover notice_replies points".split()
)
AT_ONCE = 3  # conversations: while one text is read by Rasa, another is answered
CASE_KEYS = {"name", "channel", "scenario", "turns"}
TURN_KEYS = {"user", "press", "must", "must_not", "buttons", "replies", "hours_later", "staff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation of a file."""

    id: str
    channel: str
    scenario: str
    turns: tuple[dict[str, Any], ...]


def read_cases() -> list[Case]:
    """Raises ValueError with the file and name of what is malformed."""
    found = []
    for path in sorted(CASES.rglob("*.yml")):
        for raw in yaml.safe_load(path.read_text("utf-8")):
            case_id = f"{path.relative_to(CASES).with_suffix('').as_posix()}: {raw['name']}"
            if set(raw) - CASE_KEYS or any(set(turn) - TURN_KEYS for turn in raw["turns"]):
                raise ValueError(f"{case_id} has an unknown key")
            spoken = [turn for turn in raw["turns"] if "user" in turn or "press" in turn]
            if not any(turn.get("must") or "replies" in turn or "buttons" in turn for turn in spoken):
                raise ValueError(f"{case_id} expects nothing")
            channel, scenario = raw.get("channel", "web"), raw.get("scenario", "")
            found.append(Case(id=case_id, channel=channel, scenario=scenario, turns=tuple(raw["turns"])))
    return found


ALL = read_cases()
# What the assistant does not manage yet, named so that nobody takes it for managed. A training may put one
# conversation in another's place; their number may only shrink.
KNOWN_MISSES = frozenset((CASES.parent / "known_misses.txt").read_text("utf-8").splitlines())
MOST_MISSES = 104  # of 1,886


def test_there_are_enough_conversations_of_every_kind() -> None:
    assert {case.id.split("/")[0] for case in ALL} >= KINDS
    assert len(ALL) >= 150
    assert len({case.id for case in ALL}) == len(ALL)


def test_the_known_misses_are_few_and_are_conversations() -> None:
    assert {case.id for case in ALL} >= KNOWN_MISSES
    assert len(KNOWN_MISSES) <= MOST_MISSES


class Talk:
    """One conversation: what was said so far, and how the next turn goes."""

    def __init__(self, stack: PrivateStack, services: Services, assistant: RasaAssistant, case: Case) -> None:
        self._stack, self._services, self._assistant, self._case = stack, services, assistant, case
        channel: Any = case.channel
        self.id = door.enter(services, channel, case.scenario)
        self._last: tuple[Reply, ...] = ()

    def turn(self, turn: dict[str, Any]) -> None:
        if "hours_later" in turn:
            self._let_pass(turn["hours_later"])
        elif "staff" in turn:
            self._staff(turn["staff"])
        else:
            self._last = self._say(turn)
            self._check(turn)

    def _say(self, turn: dict[str, Any]) -> tuple[Reply, ...]:
        text = self._button(turn["press"]) if "press" in turn else turn["user"]
        heard = door.say(self._services, self._assistant, self.id, text)
        self.id = heard.conversation_id
        return heard.replies

    def _button(self, label: str) -> str:
        buttons = [button for message in self._last for button in message.buttons]
        found = next((button.id for button in buttons if contains(button.label, label)), "")
        assert found, f"no button “{label}” among {[button.label for button in buttons]}"
        return found

    def _check(self, turn: dict[str, Any]) -> None:
        said = "\n".join(message.text for message in self._last)
        told = f"{turn.get('user') or turn.get('press')} → {said}"
        for wanted in turn.get("must", ()):
            assert contains(said, wanted), f"“{wanted}” is missing: {told}"
        for unwanted in turn.get("must_not", ()):
            assert not contains(said, unwanted), f"“{unwanted}” is there: {told}"
        if "replies" in turn:
            assert len(self._last) == turn["replies"], told
        if "buttons" in turn:
            assert sum(len(message.buttons) for message in self._last) == turn["buttons"], told
        if self._case.channel == "sms":
            assert all(segments(message.body) <= 4 for message in self._last), told

    def _let_pass(self, hours: float) -> None:
        """Everything that is remembered of this conversation happened that much earlier."""
        with self._services.store.session() as session:
            session.get_one(Conversation, self.id).last_at -= timedelta(hours=hours)
        with closing(sqlite3.connect(self._stack.state_dir / "conversations.db", timeout=10)) as held, held:
            rows = held.execute("SELECT id, data FROM events WHERE sender_id = ?", (self.id,)).fetchall()
            seal = Seal(self._stack.settings.tracker_key.get_secret_value())
            for row, data in rows:
                event = json.loads(seal.open(self.id, data))
                event["timestamp"] -= hours * 3600
                held.execute(
                    "UPDATE events SET timestamp = timestamp - ?, data = ? WHERE id = ?",
                    (hours * 3600, seal.seal(self.id, json.dumps(event)), row),
                )

    def _staff(self, what: str) -> None:
        if what == "take":
            handover.take(self._services, self.id, staff="test")
        elif what == "release":
            handover.release(self._services, self.id, staff="test")
        else:
            handover.say(self._services, self.id, what.removeprefix("say "), staff="test")


@pytest.fixture(scope="module")
def held(
    request: pytest.FixtureRequest, stack: PrivateStack, services: Services, assistant: RasaAssistant
) -> Iterator[dict[str, "Future[None]"]]:
    """The conversations of the chosen tests, by id, a few at a time; those of one holder's phone one by one."""
    one_phone = threading.Lock()

    def hold(case: Case) -> None:
        with one_phone if case.scenario else nullcontext():
            talk = Talk(stack, services, assistant, case)
            for turn in case.turns:
                talk.turn(turn)

    chosen = [
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.function is test_a_conversation_goes_as_it_should
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {case.id: pool.submit(hold, case) for case in chosen}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_a_conversation_goes_as_it_should(
    request: pytest.FixtureRequest, held: dict[str, "Future[None]"], case: Case
) -> None:
    if case.id in KNOWN_MISSES:
        request.applymarker(pytest.mark.xfail(reason="a known miss", strict=False))
    held[case.id].result()
