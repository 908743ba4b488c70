"""A thousand kills of gateway and workers at seeded moments, on both databases: what was lost, repeated, unsettled.

`ARGS="kills first_seed"` for others than a thousand from seed 1000.
"""

import json
import sys
from collections import Counter

from benchmarks.databases import postgresql
from benchmarks.delivery_worlds import world
from tests.delivery.audit import Audit
from tests.delivery.bot import Bot
from tests.delivery.history import History
from tests.delivery.moods import Moods
from tests.delivery.nursery import Nursery

KILLS, FIRST_SEED = 1000, 1000
KILLS_OF_A_HISTORY = 25


def main() -> None:
    """Histories until there were so many kills; every third on SQLite, on PostgreSQL, with two workers there."""
    given = [int(number) for number in sys.argv[1:]]
    wanted, seed = (*given, KILLS, FIRST_SEED)[0], (*given[1:], FIRST_SEED)[0]
    total: Counter[str] = Counter()
    bad: list[int] = []
    nursery = Nursery()
    with postgresql() as server_url:
        while total["kills"] < wanted:
            found = _history(nursery, server_url, seed, total)
            if found:
                bad.append(seed)
                print(f"seed {seed}\n{found}", file=sys.stderr, flush=True)
            seed += 1
    nursery.close()
    print(json.dumps({**total, "bad_seeds": bad}))


def _history(nursery: Nursery, server_url: str, seed: int, total: Counter[str]) -> str:
    """Let one happen, and count; what is wrong, line by line."""
    url, workers = (("", 1), (server_url, 1), (server_url, 2))[seed % 3]
    bot = Bot(seed=seed, bad=0.2, slow_s=0.2)
    with world(nursery, url, Moods(seed=seed), bot, workers) as made:
        history = History(made, seed=seed, kills=KILLS_OF_A_HISTORY)
        history.run()
        found = Audit(made.store, made.carrier, history.said).findings()
        total.update({"kills": made.kills, "texts": len(made.carrier.out()), **found.counts()})
    return found.lines()


if __name__ == "__main__":
    main()
