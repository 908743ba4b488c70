"""Holders write by SMS and on the web while a night's notices go out, and one of each program is killed meanwhile."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random

import httpx
from sqlalchemy import select

from renewal.store.models import AuditEntry, Message
from sms_gateway.limits_table import ANSWERS_PER_PHONE, SESSIONS_PER_ADDRESS
from tests.delivery.audit import Audit
from tests.delivery.history import History, Said, _Moment
from tests.delivery.nights import run_a_night
from tests.many.machines import Machines

# Each is answered with the day that it names: no two answers to one holder are alike.
QUESTIONS = (
    "我的证{month}月{day}号到期，哪天起能去续签",
    "要是{month}月{day}号才去办签注来得及吗",
    "{month}月{day}号去窗口算不算逾期",
)
FLOODED = "+8619955500001"
FLOOD = 30
CALLER_OF_SESSIONS = "127.0.0.9"
SESSIONS = 70
PATIENCE_S = 600
AWAY_S = 1.5
KILLED = ("rasa-1", "actions-1", "gateway-1", "worker-1")
_tokens = count(1)


@dataclass
class Load(History):
    """A history over machines. `talks` conversations, half by SMS and half on the web, of `texts` texts each."""

    world: Machines
    talks: int = 40
    texts: int = 3
    visitors: list["Visitor"] = field(default_factory=list)
    found_limits: dict[str, int] = field(default_factory=dict)
    left_at_kills: list[int] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Ask what the limits let through; then let it happen, and settle."""
        self.random, self.carrier = Random(self.seed), self.world.carrier
        self._ask_too_much()
        holders = run_a_night(self.world, self.notices)
        began_at = time.monotonic()
        self.visitors = [Visitor(self.world, at, self.texts) for at in range(self.talks // 2)]
        writers = self.random.sample(holders, self.talks - len(self.visitors))
        threads = [threading.Thread(target=visitor.visit) for visitor in self.visitors]
        threads += [
            threading.Thread(target=self._write, args=(phone, Random(f"{self.seed}:{phone}")))
            for phone in writers
        ]
        for thread in threads:
            thread.start()
        self._kill_one_of_each()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert not any(thread.is_alive() for thread in threads), "somebody was never heard"
        self.seconds["talking"] = time.monotonic() - began_at
        self._settle()
        self.seconds["settled"] = time.monotonic() - began_at

    def findings(self) -> dict[str, list[str]]:
        """What is wrong, by kind."""
        found = Audit(self.world.store, self.carrier, self.said, answers=None).findings()
        lines = {"texts": found.lines().splitlines()} if found else {}
        web = [line for visitor in self.visitors for line in visitor.wrong()]
        return lines | ({"web": web} if web else {})

    def counts(self) -> dict[str, object]:
        """How much it was."""
        by_kind = Counter(said.kind for mine in self.said.values() for said in mine)
        return {
            "conversations": self.talks,
            "texts_by_sms": by_kind["asks"],
            "texts_on_the_web": sum(len(visitor.said) for visitor in self.visitors),
            "notices": self.notices,
            "texts_out": len(self.carrier.out()),
            "web_tries_in_vain": dict(sum((visitor.in_vain for visitor in self.visitors), Counter())),
        }

    def _write(self, phone: str, random: Random) -> None:
        mine = self.said.setdefault(phone, [])
        for body in questions(random, self.texts):
            time.sleep(random.random() * 3)
            said = Said(self.carrier.write(phone, body), "asks")
            mine.append(said)
            self._tell(said, random)

    def _ask_too_much(self) -> None:
        """One phone writes more than it may, and one address opens more sessions; both gateways hear of it by turns."""
        flood = [Said(self.carrier.write(FLOODED, f"第{at}次问办证要几天"), "floods") for at in range(FLOOD)]
        self.said[FLOODED] = flood
        for said in flood:
            assert self.carrier.tell(said.message) == 200
            said.heard_at = self.carrier.now()
        with self.world.store.read() as session:
            kept = select(AuditEntry.detail).where(AuditEntry.action == "text.not_answered")
            why = [detail["why"] for detail in session.scalars(kept)]
        self.found_limits["answered"] = FLOOD - why.count("phone")
        with client(self.world, CALLER_OF_SESSIONS) as asking:
            opened = [asking.post("/chat/sessions", json={}).status_code for _ in range(SESSIONS)]
        self.found_limits["sessions"] = opened.count(201)

    def _kill_one_of_each(self) -> None:
        moment = _Moment()
        self.carrier.on_event = moment.happen
        for name in KILLED:
            moment.wait_for("posted", self.random.randint(1, 5), 2)
            self.left_at_kills.append(self._left())
            self.world.kill(name, AWAY_S)
        self.carrier.on_event = lambda _: None

    def _left(self) -> int:
        """Texts that are still to be said, or to go out."""
        said = sum(len(visitor.said) for visitor in self.visitors) + sum(
            len(mine) for phone, mine in self.said.items() if phone != FLOODED
        )
        out = {message.to for message in self.carrier.out()}
        return self.talks * self.texts - said + max(0, self.notices - len(out))


LIMITS = {"answered": ANSWERS_PER_PHONE[0].amount, "sessions": SESSIONS_PER_ADDRESS[0].amount}


class Visitor:
    """Somebody at the web page: says each text until it is answered, under one id."""

    def __init__(self, machines: Machines, number: int, texts: int) -> None:
        self._machines, self._number = machines, number
        self._texts = questions(Random(f"web:{number}"), texts)
        self.said: list[str] = []
        self.answered: list[str] = []
        self.shown: list[dict] = []
        self.in_vain: Counter[str] = Counter()

    def visit(self) -> None:
        """Open a conversation, ask, and read at the end what stands there."""
        random = Random(self._number)
        with client(self._machines, f"127.0.1.{1 + self._number % 250}") as asking:
            self._until(lambda: asking.post("/chat/sessions", json={}), 201)
            for text in self._texts:
                time.sleep(random.random() * 3)
                said = {"id": f"v{self._number}-{next(_tokens)}", "text": text}
                self.said.append(said["id"])
                self._until(lambda said=said: asking.post("/chat/messages", json=said), 200)
                self.answered.append(said["id"])
            self.shown = self._until(lambda: asking.get("/chat/messages"), 200).json()["messages"]

    def wrong(self) -> list[str]:
        """Texts that were lost, kept twice or not answered, by what is on file and by what the page showed."""
        found = [f"{name} was not answered" for name in self.said if name not in self.answered]
        shown = Counter(message["id"] for message in self.shown if message["author"] == "user")
        with self._machines.store.read() as session:
            for name in self.said:
                rows = session.scalars(select(Message).where(Message.client_id == f"c-{name}")).all()
                answers = [
                    answer
                    for row in rows
                    for answer in session.scalars(
                        select(Message).where(Message.client_id.like(f"re-{row.id}-%"))
                    )
                ]
                if (len(rows), shown[name]) != (1, 1) or not answers:
                    found.append(f"{name}: kept {len(rows)}, shown {shown[name]}, answers {len(answers)}")
        bot = sum(message["author"] == "bot" for message in self.shown)
        if bot < len(self.said):
            found.append(f"visitor {self._number}: {bot} answers shown to {len(self.said)} texts")
        return found

    def _until(self, ask, wanted: int) -> httpx.Response:
        """Try until it is answered as wanted, as a page does."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == wanted:
                return answer
            self.in_vain[_why(answer)] += 1
            time.sleep(float(answer.headers.get("Retry-After", 1)) if answer is not None else 1)
        raise AssertionError(f"visitor {self._number} was not heard: {answer}")


def _why(answer: httpx.Response | None) -> str:
    """What a try was answered with: nothing, a status, and whether it asks to come again."""
    if answer is None:
        return "no answer"
    return f"{answer.status_code}{' come again' if 'Retry-After' in answer.headers else ''}"


def questions(random: Random, number: int) -> list[str]:
    """Texts of one holder, each about another day."""
    days = random.sample([(month, day) for month in (12, 1, 2) for day in range(1, 28)], number)
    return [random.choice(QUESTIONS).format(month=month, day=day) for month, day in days]


def client(machines: Machines, address: str) -> httpx.Client:
    """A caller from that address of loopback; it trusts the machines' certificate alone."""
    wire = httpx.HTTPTransport(local_address=address, verify=machines.trusted)
    return httpx.Client(base_url=machines.url, transport=wire, timeout=40, trust_env=False)
