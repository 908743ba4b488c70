"""One history: holders write, a night's notices go out, processes are killed, and in the end all must be right."""

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from renewal.services.renewals.delivery_rounds import SETTLE_AFTER
from renewal.services.texts.settling import ASK_AFTER
from renewal.store.models import Delivery, InboundText, NoticeBatch
from tests.delivery.audit import FINAL, never_worded
from tests.delivery.nights import run_a_night
from tests.delivery.taken import Message
from tests.delivery.world import World

EVENTS = ("posted", "taken", "answered", "receipt", "looked up", "asked", "told")
PARTS = 3  # of the kills and of the notices: there is always something under way
WHILE_STARTING, ON_THE_WIRE, GATEWAYS = 0.2, 0.6, 0.3  # shares of the kills
LONGEST_WAIT_S, LONGEST_SILENCE_S = 1.2, 3.0
NOTHING_HAPPENS_S = 3.5  # longer than the worker's rounds are apart, on a busy machine too
A_MOMENT = timedelta(seconds=1.5)  # so long after a claim its call has begun
# How long everything is down, again and again, until all is settled: past the waits of docs/delivery.md.
DOWNTIMES_S = (120, *[40 * 60] * 5, *[8 * 3600] * 4)
QUIET_LIMIT_S = 240
UNHEARD = 0.1  # texts of which the gateway is told once, whether or not it hears
_tokens = count(1)


@dataclass(slots=True)
class Said:
    """A text that a holder wrote: acknowledged when, by the carrier's clock, or never."""

    message: Message
    kind: str
    heard_at: float | None = None
    tried_once: bool = False


@dataclass
class History:
    """What happens under one seed. After `run`, `said` and the carrier tell what must be true of the store."""

    world: World
    seed: int
    kills: int
    writers: int = 8
    notices: int = 24
    said: dict[str, list[Said]] = field(default_factory=dict)

    def run(self) -> None:
        """Let it happen, then let time pass until nothing is left to settle, or all patience is."""
        self.random = Random(self.seed)
        self.carrier = self.world.carrier
        self.world.start_all()
        threads: list[threading.Thread] = []
        for part in range(PARTS):
            holders = run_a_night(self.world, self.notices // PARTS)
            writers = self.random.sample(holders, min(len(holders), -(-self.writers // PARTS)))
            threads += [
                threading.Thread(target=self._write, args=(phone, Random(f"{self.seed}:{phone}")))
                for phone in writers
            ]
            for thread in threads[-len(writers) :]:
                thread.start()
            self._kill_at_random(self.kills * (part + 1) // PARTS - self.kills * part // PARTS)
        for thread in threads:
            thread.join()
        self.world.start_all()
        self._settle()

    def _write(self, phone: str, random: Random) -> None:
        """A holder writes some texts, each after the one before was heard; some want no more, some come back."""
        mine = self.said.setdefault(phone, [])
        kinds = ["asks"] * random.randint(2, 5)
        if random.random() < 0.4:
            kinds += ["stops"] + ["comes back", "asks"] * (random.random() < 0.4)
        for kind in kinds:
            time.sleep(random.random() * LONGEST_SILENCE_S)
            body = {"asks": f"问{next(_tokens)}号", "stops": "退订", "comes back": "恢复订阅"}[kind]
            said = Said(self.carrier.write(phone, body), kind)
            mine.append(said)
            said.tried_once = kind == "asks" and random.random() < UNHEARD
            self._tell(said, random)

    def _tell(self, said: Said, random: Random) -> None:
        """As a provider does: again until it is acknowledged, and now and then once more after that."""
        tries = 0
        while said.heard_at is None and not (said.tried_once and tries):
            tries += 1
            self.carrier.on_event("told")
            if self.carrier.tell(said.message) == 200:
                said.heard_at = self.carrier.now()
            else:
                time.sleep(0.2)
        if random.random() < 0.2:
            self.carrier.tell(said.message)

    def _kill_at_random(self, kills: int) -> None:
        """Kill something, start it again, and so on: after a while, or at the very moment of a step on the wire."""
        moment = _Moment()
        self.carrier.on_event = self.world.bot.on_event = moment.happen
        for _ in range(kills):
            if self.random.random() > WHILE_STARTING:
                self.world.wait_until_ready()
            wait_s = self.random.random() * LONGEST_WAIT_S
            if self.random.random() < ON_THE_WIRE:
                moment.wait_for(self.random.choice(EVENTS), self.random.randint(1, 3), wait_s)
            else:
                time.sleep(wait_s)
            if self.random.random() < GATEWAYS:
                self.world.kill_gateway()
            else:
                self.world.kill_worker(self.random.randrange(len(self.world.workers)))
            self.world.start_gateway()
            for number in range(len(self.world.workers)):
                self.world.start_worker(number)
        self.carrier.on_event = self.world.bot.on_event = lambda _: None

    def _settle(self) -> None:
        for seconds in DOWNTIMES_S:
            if self._wait_until_quiet():
                return
            self.world.be_down(seconds)
        self._wait_until_quiet()

    def _wait_until_quiet(self) -> bool:
        """Whether all is settled; returns as soon as it is, or when only the passing of time can settle more."""
        deadline = time.monotonic() + QUIET_LIMIT_S
        before, since = None, time.monotonic()
        while time.monotonic() < deadline:
            self.world.wait_until_ready()
            moves = self._moves()
            seen, open_ones = self._look()
            if not open_ones:
                return True
            if seen != before:
                before, since = seen, time.monotonic()
            elif not moves or (time.monotonic() - since > NOTHING_HAPPENS_S and not self.carrier.at_once):
                return False
            time.sleep(0.1)
        return False

    def _moves(self) -> bool:
        """Whether anything is under way, or due by now, so that it moves with no time said to have passed."""
        if self.carrier.at_once or self.carrier.has_receipts_to_post():
            return True
        now = self.world.store.clock()
        other = aliased(Delivery)
        unclear = and_(other.phone_hash == Delivery.phone_hash, other.state.in_(("sending", "uncertain")))
        due = or_(
            and_(Delivery.state == "pending", Delivery.not_before_at <= now, ~exists().where(unclear)),
            and_(Delivery.state == "sending", Delivery.called_at > now - A_MOMENT),
            and_(Delivery.state == "uncertain", Delivery.updated_at <= now - SETTLE_AFTER),
            and_(Delivery.state.in_(("accepted", "sent")), Delivery.updated_at <= now - ASK_AFTER,
                 or_(Delivery.ask_at.is_(None), Delivery.ask_at <= now)),
        )  # fmt: skip
        with self.world.store.read() as session:
            waiting = and_(InboundText.answered_at.is_(None), InboundText.next_try_at <= now)
            unworded = NoticeBatch.composed_at.is_(None)
            return any(session.scalar(select(exists().where(what))) for what in (due, waiting, unworded))

    def _look(self) -> tuple[object, int]:
        """What can move, and how much is open."""
        with self.world.store.read() as session:
            states = dict(
                session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
            )
            waiting = session.scalar(select(func.count()).where(InboundText.answered_at.is_(None)))
            there = session.scalar(select(func.count()).select_from(InboundText))
            told = session.scalar(select(func.count()).where(Delivery.notice_id.is_not(None)))
            unworded = session.execute(never_worded()).all()
        refused = self.carrier.refused_phones()
        silent = sum(phone in refused for _, phone in unworded)
        missing = self.notices - told - silent + sum(len(mine) for mine in self.said.values()) - there
        unsettled = sum(number for state, number in states.items() if state not in FINAL)
        return (states, waiting, there, len(self.carrier.calls)), unsettled + waiting + missing


class _Moment:
    """Waits for the n-th of some event on the wire."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._name, self._left = "", 0

    def happen(self, name: str) -> None:
        with self._lock:
            if name == self._name and self._left:
                self._left -= 1
                self._lock.notify()

    def wait_for(self, name: str, number: int, limit_s: float) -> None:
        with self._lock:
            self._name, self._left = name, number
            self._lock.wait_for(lambda: self._left == 0, limit_s)
