"""A provider on the wire, in the shape of Twilio's Messages resource. What it took is the truth of what phones got."""

import base64
import heapq
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from twilio.request_validator import RequestValidator

from tests.delivery.moods import BAD_NUMBER, BUSY, NUMBER_GONE, TAKING, Line, Mood, Moods, Receipts, good
from tests.delivery.taken import DONE_AFTER_S, SENT_AFTER_S, Call, Message
from tests.delivery.wire import Answer, Listener

SID, TOKEN = "AC" + "0" * 32, "token-of-the-tests"
NUMBER = "+15005550006"
PUBLIC_URL = "https://sms.example.org"
MESSAGES = f"/2010-04-01/Accounts/{SID}/Messages"
PAGE = 50
RECEIPT_LIMIT_S = 5


@dataclass
class Carrier:
    """Takes texts as its moods say, posts receipts to `gateway_url`, lists what it took.

    `verify` says whom it trusts to be the gateway, where that is asked under TLS.
    `on_event` is called at each step on the wire, by the thread that takes it: a kill may be put there.
    """

    moods: Moods = field(default_factory=good)
    gateway_url: str = ""
    verify: ssl.SSLContext | bool = True
    receipt_path: Callable[[str], str] = lambda url: urlsplit(url).path
    on_event: Callable[[str], None] = lambda _: None
    calls: list[Call] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._posts: Counter[tuple[str, str]] = Counter()
        self._takes: Counter[tuple[str, str]] = Counter()
        self._numbers = count(1)
        self._ahead_s = 0.0
        self._due: list[tuple[float, int, Message, str]] = []
        self._late: list[tuple[Message, str]] = []
        self._wake = threading.Condition()
        self._stopping = self._posting = False
        self._listener = Listener(self._answer)
        self._client = httpx.Client(trust_env=False, timeout=30, verify=self.verify)

    @property
    def environment(self) -> dict[str, str]:
        """What a program is told to send by this carrier, as by Twilio."""
        return {
            "RENEWAL_PROVIDER": "twilio",
            "RENEWAL_TWILIO_ACCOUNT_SID": SID,
            "RENEWAL_TWILIO_AUTH_TOKEN": TOKEN,
            "RENEWAL_TWILIO_FROM": NUMBER,
            "RENEWAL_TWILIO_BASE_URL": self.url,
            "RENEWAL_PUBLIC_URL": PUBLIC_URL,
        }

    @property
    def url(self) -> str:
        """Where the official client is to be aimed at."""
        return self._listener.url

    def start(self) -> None:
        """Listen, and post receipts."""
        self._listener.start()
        self._poster = threading.Thread(target=self._post_receipts, daemon=True)
        self._poster.start()

    def stop(self) -> None:
        """Let go of the port."""
        self._listener.stop()
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._poster.join()
        self._client.close()

    def now(self) -> float:
        """The carrier's clock: seconds, and those that were only said to have passed."""
        return time.monotonic() + self._ahead_s

    def pass_time(self, seconds: float) -> None:
        """Let so much time have passed, as far as the carrier knows."""
        self._ahead_s += seconds

    def post_late_receipts(self) -> None:
        """Now come the receipts that were to come long after."""
        with self._lock:
            late, self._late = self._late, []
        for message, status in late:
            self._schedule(0, message, status)

    def has_receipts_to_post(self) -> bool:
        """Whether some are to come soon by themselves; the late ones are not."""
        with self._wake:
            return bool(self._due) or self._posting

    def write(self, phone: str, body: str) -> Message:
        """A phone sends a text to our number; the caller tells the gateway of it, or does not."""
        with self._lock:
            sid = f"SM{next(self._numbers):032x}"
            message = Message(sid, NUMBER, phone, body, self.now(), inbound=True)
            self.messages.append(message)
        return message

    def tell(self, message: Message, limit_s: float = RECEIPT_LIMIT_S) -> int:
        """Post an incoming text to the gateway; the status, or 0 where nobody answered."""
        form = {"MessageSid": message.sid, "From": message.sender, "To": message.to, "Body": message.body}
        return self._post("/sms/twilio", form | {"AccountSid": SID, "NumMedia": "0"}, limit_s)

    def refused_phones(self) -> set[str]:
        """The numbers that it said are none, at a call or in a receipt."""
        with self._lock:
            gone = {message.to for message in self.messages if message.code == NUMBER_GONE}
            return gone | {to for to, _ in self.refused}

    def out(self) -> list[Message]:
        """What it took from us, in the order in which it took it."""
        with self._lock:
            return [message for message in self.messages if not message.inbound]

    def _answer(self, method: str, target: str, authorization: str, body: bytes) -> Answer | None:
        if authorization != "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return Answer(401, {"code": 20003, "message": "no", "status": 401})
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if method == "POST" and path == f"{MESSAGES}.json":
            form = {key: values[0] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
            return self._take(form)
        if method == "GET" and path == f"{MESSAGES}.json":
            self.on_event("looked up")
            return self._list(query)
        if method == "GET" and path.startswith(f"{MESSAGES}/"):
            self.on_event("fetched")
            return self._fetch(path.removeprefix(f"{MESSAGES}/").removesuffix(".json"))
        if method == "GET" and path == f"/2010-04-01/Accounts/{SID}.json":
            return Answer(200, {"sid": SID, "status": "active"})
        return Answer(404, {"code": 20404, "message": "no", "status": 404})

    def _take(self, form: dict[str, str]) -> Answer | None:
        to, body = form["To"], form["Body"]
        with self._lock:
            self.calls.append(Call(self.now(), to, body))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            mood = self.moods.of(to, body, self._posts[to, body], self._takes[to, body])
            self._posts[to, body] += 1
        try:
            self.on_event("posted")
            return self._treat(form, mood)
        finally:
            with self._lock:
                self.at_once -= 1

    def _treat(self, form: dict[str, str], mood: Mood) -> Answer | None:
        to, body = form["To"], form["Body"]
        time.sleep(mood.before_s)
        message = None
        if mood.line in TAKING:
            with self._lock:
                self._takes[to, body] += 1
                sid = f"SM{next(self._numbers):032x}"
                message = Message(
                    sid, to, form.get("From", ""), body, self.now(), form.get("StatusCallback", "")
                )
                message.code = mood.code
                self.messages.append(message)
            self._plan(message, mood.receipts)
            self.on_event("taken")
        time.sleep(mood.after_s)
        self.on_event("answered")
        if mood.line is Line.TAKEN and message:
            return Answer(201, self._shown(message))
        return self._fault(to, body, mood.line)

    def _fault(self, to: str, body: str, line: Line) -> Answer | None:
        if line in {Line.CUT, Line.TAKEN_AND_CUT}:
            return None
        if line is Line.TOO_MANY:
            return Answer(429, {"code": BUSY, "message": "no", "status": 429})
        if line is Line.BAD:
            with self._lock:
                self.refused.add((to, body))
            return Answer(400, {"code": BAD_NUMBER, "message": "no", "status": 400})
        return Answer(500, {"message": "no", "status": 500})

    def _plan(self, message: Message, receipts: Receipts) -> None:
        done = "undelivered" if message.code else "delivered"
        if receipts is Receipts.LATE:
            with self._lock:
                self._late += [(message, "sent"), (message, done)]
        elif receipts is Receipts.BACKWARDS:
            self._schedule(DONE_AFTER_S, message, done)
            self._schedule(2 * DONE_AFTER_S, message, "sent")
        elif receipts is not Receipts.NEVER:
            for again in range(2 if receipts is Receipts.TWICE else 1):
                self._schedule(SENT_AFTER_S + again * 0.1, message, "sent")
                self._schedule(DONE_AFTER_S + again * 0.3, message, done)

    def _schedule(self, after_s: float, message: Message, status: str) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + after_s, next(self._numbers), message, status))
            self._wake.notify()

    def _post_receipts(self) -> None:
        """Each receipt once, when its time has come: what a gateway that is down does not hear is lost."""
        while True:
            with self._wake:
                while not self._stopping and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._stopping:
                    return
                _, _, message, status = heapq.heappop(self._due)
                self._posting = True
            form = {"MessageSid": message.sid, "MessageStatus": status, "To": message.to, "From": NUMBER}
            if message.code and status == "undelivered":
                form["ErrorCode"] = str(message.code)
            self.on_event("receipt")
            self._post(self.receipt_path(message.callback), form | {"AccountSid": SID}, RECEIPT_LIMIT_S)
            self._posting = False

    def _post(self, path: str, form: dict[str, str], limit_s: float) -> int:
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, form)
        try:
            answer = self._client.post(
                self.gateway_url + path, data=form, headers={"X-Twilio-Signature": signature}, timeout=limit_s
            )
        except httpx.HTTPError:
            return 0
        return answer.status_code

    def _list(self, query: dict[str, list[str]]) -> Answer:
        wanted = {name: query[key][0] for name, key in (("to", "To"), ("sender", "From")) if key in query}
        size = int(query.get("PageSize", [str(PAGE)])[0])
        with self._lock:
            found = [
                self._shown(message)
                for message in reversed(self.messages)
                if all(getattr(message, name) == value for name, value in wanted.items())
            ]
        return Answer(200, {"messages": found[:size], "page": 0, "page_size": size, "next_page_uri": None})

    def _fetch(self, sid: str) -> Answer:
        with self._lock:
            found = next((message for message in self.messages if message.sid == sid), None)
        if found is None:
            return Answer(404, {"code": 20404, "message": "no", "status": 404})
        return Answer(200, self._shown(found))

    def _shown(self, message: Message) -> dict[str, Any]:
        now = self.now()
        status = message.status(now)
        at = datetime.now(UTC) - timedelta(seconds=now - message.at)
        return {
            "sid": message.sid,
            "account_sid": SID,
            "to": message.to,
            "from": message.sender,
            "body": message.body,
            "status": status,
            "direction": "inbound" if message.inbound else "outbound-api",
            "error_code": message.code if status == "undelivered" else None,
            "date_created": at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "date_sent": at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "num_media": "0",
        }
