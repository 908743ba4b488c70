"""Texts that come in while Rasa is stopped: how soon the gateway acknowledges them, and that none is lost.

Thirty-two clients at two paces: each with a text a second, which is nearly three times a million texts a day; then
each with its next text as soon as the last was acknowledged, which is as fast as one gateway goes.
`ARGS="texts"` for other than 3,200.
"""

import http.client
import json
import random
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from benchmarks.databases import postgresql
from benchmarks.delivery_worlds import world
from renewal.store.models import InboundText
from tests.delivery.bot import Bot
from tests.delivery.carrier import NUMBER, PUBLIC_URL, SID, TOKEN
from tests.delivery.moods import Receipts, good
from tests.delivery.nursery import Nursery
from tests.delivery.world import World, until

CLIENTS, TEXTS = 32, 3200
PROCESSES = 2
A_TEXT_EACH_S = 1.0
PATIENCE_S = 900
PATH = "/sms/twilio"
Request = tuple[bytes, dict[str, str]]


def main() -> None:
    """On SQLite and on PostgreSQL."""
    number = int(sys.argv[1]) if sys.argv[1:] else TEXTS
    nursery = Nursery()
    with postgresql() as server:
        sqlite, on_postgresql = _measure(nursery, "", number), _measure(nursery, server, number)
    nursery.close()
    print(json.dumps({**sqlite, "postgresql": on_postgresql}))


def _measure(nursery: Nursery, server: str, number: int) -> dict[str, Any]:
    bot = Bot()
    with world(nursery, server, good(receipts=Receipts.NEVER), bot) as made:
        bot.be_away()
        made.start_all()
        _send(made.port, _requests(0, CLIENTS))  # the first ones load what is loaded once
        paced = _at_once(made.port, _requests(CLIENTS, number // 2), A_TEXT_EACH_S)
        flat_out = _at_once(made.port, _requests(CLIENTS + number // 2, number - number // 2), 0)
        with made.store.read() as session:
            stored = session.scalar(select(func.count()).select_from(InboundText)) or 0
        bot.come_back()
        lost = CLIENTS + number - stored
        until(lambda: _answered(made) == stored, "every text is answered", PATIENCE_S)
    return {"a_text_each_s": paced, "flat_out": flat_out, "lost": lost}


def _at_once(port: int, requests: list[Request], every_s: float) -> dict[str, float]:
    """All clients at work, each with a text every so many seconds; how long the texts took, in ms."""
    shares = [requests[client::CLIENTS] for client in range(CLIENTS)]
    started = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool:
        groups = [pool.submit(_clients, port, shares[at::PROCESSES], every_s) for at in range(PROCESSES)]
        seconds = [one for group in groups for one in group.result()]
    return {
        "p50_ms": round(1000 * statistics.median(seconds), 1),
        "p99_ms": round(1000 * statistics.quantiles(seconds, n=100, method="inclusive")[98], 1),
        "per_s": round(len(requests) / (time.perf_counter() - started), 1),
    }


def _answered(made: World) -> int:
    with made.store.read() as session:
        return session.scalar(select(func.count()).where(InboundText.answered_at.is_not(None))) or 0


def _requests(first: int, number: int) -> list[Request]:
    """Signed beforehand: what is measured is the gateway. Each text is of another phone."""
    found = []
    for at in range(first, first + number):
        form = {
            "MessageSid": f"SM{at:032x}", "AccountSid": SID, "From": f"+86199{at:08d}", "To": NUMBER,
            "Body": f"居住证怎么续签{at}", "NumMedia": "0",
        }  # fmt: skip
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + PATH, form)
        kind = "application/x-www-form-urlencoded"
        found.append((urlencode(form).encode(), {"X-Twilio-Signature": signature, "Content-Type": kind}))
    return found


def _clients(port: int, shares: list[list[Request]], every_s: float) -> list[float]:
    """Several clients of one process, in threads; seconds of each text."""
    with ThreadPoolExecutor(len(shares)) as pool:
        return [one for share in pool.map(lambda share: _send(port, share, every_s), shares) for one in share]


def _send(port: int, requests: list[Request], every_s: float = 0) -> list[float]:
    """Seconds until each text was acknowledged; one that was refused is brought again, as a provider does.

    With a pace, a text whose time has come counts from then, whether or not the one before it is done.
    """
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seconds = []
    due = time.perf_counter() + every_s * random.random()
    for body, headers in requests:
        time.sleep(max(0.0, due - time.perf_counter()))
        started = due if every_s else time.perf_counter()
        due += every_s
        while _status(line, body, headers) != http.HTTPStatus.OK:
            time.sleep(0.1)
        seconds.append(time.perf_counter() - started)
    line.close()
    return seconds


def _status(line: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> int:
    line.request("POST", PATH, body, headers)
    answer = line.getresponse()
    answer.read()
    if answer.status not in {http.HTTPStatus.OK, http.HTTPStatus.SERVICE_UNAVAILABLE}:
        raise RuntimeError(f"a text was answered {answer.status}")
    return answer.status


if __name__ == "__main__":
    main()
