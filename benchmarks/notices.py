"""Notices handed to a provider by real workers: how many a second, none lost, none twice, and at which pace.

`ARGS="notices"` for another number than two thousand a run.
"""

import json
import statistics
import sys
import time
from collections import Counter
from typing import Any

from benchmarks.databases import postgresql
from benchmarks.delivery_worlds import world
from tests.delivery.moods import Receipts, good
from tests.delivery.nights import run_a_night
from tests.delivery.nursery import Nursery
from tests.delivery.world import World, until

NOTICES = 2000
SLOW_CALL_S = 0.15
PACE_PER_S, PACED_S = 20, 60
ANSWERS = 10
PATIENCE_S = 900
PHONE = "+8619955500000"


def main() -> None:
    """Both databases and both providers, two workers on PostgreSQL, the pace of two workers, answers beside it."""
    number = int(sys.argv[1]) if sys.argv[1:] else NOTICES
    nursery = Nursery()
    with postgresql() as server:
        runs = {
            "sqlite": _drain(nursery, "", number, 0),
            "sqlite_150_ms": _drain(nursery, "", number, SLOW_CALL_S),
            "postgresql": _drain(nursery, server, number, 0),
            "postgresql_150_ms": _drain(nursery, server, number, SLOW_CALL_S),
            "postgresql_two_workers": _drain(nursery, server, number, 0, workers=2),
        }
        paced = _pace(nursery, server)
        answers = _answers(nursery, number)
    nursery.close()
    figures: dict[str, Any] = {
        "per_s": runs["sqlite"]["per_s"],
        "lost": sum(run["lost"] for run in runs.values()),
        "repeated": sum(run["repeated"] for run in runs.values()),
        "two_workers_ratio": round(runs["postgresql_two_workers"]["per_s"] / runs["postgresql"]["per_s"], 2),
    }
    print(json.dumps(figures | runs | {"paced": paced, "answers": answers}))


def _drain(nursery: Nursery, server: str, number: int, call_s: float, workers: int = 1) -> dict[str, float]:
    """A night's notices to a provider that takes all; no receipts, as those are the gateway's work."""
    with world(nursery, server, good(call_s=call_s, receipts=Receipts.NEVER), workers=workers) as made:
        phones = run_a_night(made, number)
        made.start_all()
        until(lambda: len(made.carrier.out()) >= number, "every notice is taken", PATIENCE_S)
        time.sleep(1)  # for a second one of any
        taken = made.carrier.out()
        counts = Counter(message.to for message in taken)
        seconds = taken[number - 1].at - taken[0].at
    return {
        "per_s": round(number / seconds, 1),
        "lost": sum(counts[phone] == 0 for phone in phones),
        "repeated": sum(count - 1 for count in counts.values()),
    }


def _pace(nursery: Nursery, server: str) -> dict[str, float]:
    """Posts a second of two workers that share a sender's pace, counted at the provider over a minute."""
    pace = {"RENEWAL_SMS_PER_S": str(PACE_PER_S)}
    with world(nursery, server, good(receipts=Receipts.NEVER), workers=2, **pace) as made:
        made.start_all()
        run_a_night(made, PACE_PER_S * (PACED_S + 10))
        until(lambda: len(made.carrier.calls) > PACE_PER_S * 2, "notices go out", PATIENCE_S)
        time.sleep(PACED_S + 2)
        calls = [call.at for call in made.carrier.calls]
    begins = calls[PACE_PER_S * 2]
    per_s = sum(begins <= at < begins + PACED_S for at in calls) / PACED_S
    return {"wanted_per_s": PACE_PER_S, "per_s": round(per_s, 2), "off": round(per_s / PACE_PER_S - 1, 3)}


def _answers(nursery: Nursery, number: int) -> dict[str, float]:
    """Milliseconds from a text to its answer at the provider: alone, and while a night's notices drain."""
    with world(nursery, "", good(receipts=Receipts.NEVER)) as made:
        made.start_all()
        alone = [_answer_ms(made, f"静{at}") for at in range(ANSWERS)]
        run_a_night(made, number * 3)
        until(lambda: len(made.carrier.out()) > ANSWERS + 50, "notices go out", PATIENCE_S)
        busy = [_answer_ms(made, f"忙{at}") for at in range(ANSWERS)]
        left = number * 3 + 2 * ANSWERS - len(made.carrier.out())
    return {
        "alone_ms": round(statistics.median(alone)),
        "while_draining_ms": round(statistics.median(busy)),
        "while_draining_most_ms": round(max(busy)),
        "notices_still_waiting": max(0, left),
    }


def _answer_ms(made: World, text: str) -> float:
    started = time.perf_counter()
    made.carrier.tell(made.carrier.write(PHONE, text))
    until(lambda: any(text in message.body for message in made.carrier.out()), "an answer", PATIENCE_S)
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
