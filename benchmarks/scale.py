"""Many machines: notices by 1, 2 and 4 workers; then two of each program under load, one of each killed meanwhile.

`ARGS="talks notices"` for others than 500 conversations and 20,000 notices; `ARGS="talks notices load"` leaves out the
workers' runs. Everything runs on this machine, the carrier too: what is counted of two is less than two machines do.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.databases import postgresql, settings_for
from benchmarks.delivery_worlds import SECRETS, database, world
from renewal.cli.model import ensure_model
from renewal.services.jobs import Jobs
from renewal.settings import Settings
from renewal.store import Store
from tests.delivery.moods import Receipts, good
from tests.delivery.nights import run_a_night
from tests.delivery.nursery import Nursery
from tests.delivery.world import until
from tests.many.load import LIMITS, Load
from tests.many.machines import Machines, processors_s
from tests.many.servers import redis_server

TALKS, NOTICES = 500, 20_000
WORKERS = (1, 2, 4)
OF_WORKERS = 2000
SLOW_CALL_S = 0.15  # what a provider on the network takes
AT_ONCE = 16  # calls of one worker: so few that the provider is what is waited for, and not this machine
PATIENCE_S = 1200
TRACKER_KEY = {"tracker_key": "tracker-key-of-the-benchmark-" + "0" * 8}


def main() -> None:
    """Print what was measured as one line of JSON."""
    numbers = [int(number) for number in sys.argv[1:3]]
    talks, notices = (*numbers, TALKS)[0], (*numbers[1:], NOTICES)[0]
    figures: dict[str, Any] = {"cores": os.cpu_count()}
    with postgresql() as server:
        if "load" not in sys.argv:
            figures["workers"] = _workers(server)
        figures["two_of_each"] = _two_of_each(server, talks, notices)
    print(json.dumps(figures, ensure_ascii=False))


def _workers(server: str) -> dict[str, Any]:
    """Notices a second by so many workers: to a provider that takes its time, and to one that takes all at once."""
    nursery = Nursery()
    found: dict[str, Any] = {}
    for workers in WORKERS:
        few = {"RENEWAL_SMS_CALLS_AT_ONCE": str(AT_ONCE)}
        found[str(workers)] = {
            "per_s_150_ms_16_calls": _drain(nursery, server, workers, SLOW_CALL_S, few),
            "per_s_flat_out": _drain(nursery, server, workers, 0, {}),
        }
    nursery.close()
    return found


def _drain(
    nursery: Nursery, server: str, workers: int, call_s: float, env: dict[str, str]
) -> dict[str, float]:
    moods = good(call_s=call_s, receipts=Receipts.NEVER)
    with world(nursery, server, moods, workers=workers, **env) as made:
        phones = run_a_night(made, OF_WORKERS)
        made.start_all()
        until(lambda: len(made.carrier.out()) >= OF_WORKERS, "every notice is taken", PATIENCE_S)
        time.sleep(1)  # for a second one of any
        taken = made.carrier.out()
        processor_s = sum(processors_s(worker.pid) for worker in made.workers if worker)
    counts = Counter(message.to for message in taken)
    return {
        "per_s": round(OF_WORKERS / (taken[OF_WORKERS - 1].at - taken[0].at), 1),
        "processor_ms_a_notice": round(1000 * processor_s / OF_WORKERS, 2),
        "lost": sum(counts[phone] == 0 for phone in phones),
        "repeated": sum(count - 1 for count in counts.values()),
    }


def _two_of_each(server: str, talks: int, notices: int) -> dict[str, Any]:
    """What tests/many does, in the size that was asked for."""
    with (
        tempfile.TemporaryDirectory(prefix="machines") as place,
        database(server, place) as url,
        redis_server() as redis,
    ):
        settings = settings_for(url).model_copy(update={"state_dir": Path(place)})
        settings = Settings(**settings.model_dump() | SECRETS | TRACKER_KEY)
        store = Store.open(settings)
        store.migrate()
        Jobs(store).migrate()
        store.close()
        machines = Machines(settings, redis.url, ensure_model())
        started_at = time.monotonic()
        with machines.running():
            ready_s = time.monotonic() - started_at
            load = Load(machines, seed=14, kills=4, notices=notices, talks=talks)
            load.run()
            memory, found = machines.memory_mb(), load.findings()
            database_holds = _sizes(machines.store)
    return {
        **load.counts(),
        "found": {kind: len(lines) for kind, lines in found.items()},
        "first_of_what_was_found": [line for lines in found.values() for line in lines[:5]],
        "limits_are": load.found_limits,
        "limits_should_be": LIMITS,
        "killed": machines.kills,
        "left_at_kills": load.left_at_kills,
        "seconds": {"start": round(ready_s, 1), **{name: round(s, 1) for name, s in load.seconds.items()}},
        "memory_mb": memory,
        "database": database_holds,
    }


def _sizes(store: Store) -> dict[str, Any]:
    """Connections that are open, and what the largest tables take with their indexes."""
    sizes = """SELECT relname, pg_total_relation_size(oid) / 1024 FROM pg_class
        WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'dbos') ORDER BY 2 DESC LIMIT 8"""
    with store.engine.connect() as connection:
        open_ones = connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        )
        return {
            "connections": open_ones,
            "kb": {name: int(kb) for name, kb in connection.execute(text(sizes))},
        }


if __name__ == "__main__":
    main()
