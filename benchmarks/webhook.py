"""Texts that come in while Rasa is stopped: how soon the gateway acknowledges them, and that none is lost.

Thirty-two clients, each with its next text as soon as the last was acknowledged. `ARGS="texts"` for other than 3,200.
"""

import http.client
import json
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
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


def _measure(nursery: Nursery, server: str, number: int) -> dict[str, float]:
    bot = Bot()
    with world(nursery, server, good(receipts=Receipts.NEVER), bot) as made:
        bot.be_away()
        made.start_all()
        _send(made.port, _requests(0, CLIENTS))  # the first ones load what is loaded once
        requests = _requests(CLIENTS, number)
        shares = [requests[client::CLIENTS] for client in range(CLIENTS)]
        started = time.perf_counter()
        with ProcessPoolExecutor(PROCESSES) as pool:
            groups = [pool.submit(_clients, made.port, shares[at::PROCESSES]) for at in range(PROCESSES)]
            seconds = [one for group in groups for one in group.result()]
        per_s = number / (time.perf_counter() - started)
        with made.store.read() as session:
            stored = session.scalar(select(func.count()).select_from(InboundText)) or 0
        bot.come_back()
        lost = CLIENTS + number - stored
        until(lambda: _answered(made) == stored, "every text is answered", PATIENCE_S)
    return {
        "p50_ms": round(1000 * statistics.median(seconds), 1),
        "p99_ms": round(1000 * statistics.quantiles(seconds, n=100, method="inclusive")[98], 1),
        "per_s": round(per_s, 1),
        "lost": lost,
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


def _clients(port: int, shares: list[list[Request]]) -> list[float]:
    """Several clients of one process, in threads; seconds of each text."""
    with ThreadPoolExecutor(len(shares)) as pool:
        return [one for share in pool.map(lambda share: _send(port, share), shares) for one in share]


def _send(port: int, requests: list[Request]) -> list[float]:
    """Seconds until each text was acknowledged; one that was refused is brought again, as a provider does."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seconds = []
    for body, headers in requests:
        started = time.perf_counter()
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
