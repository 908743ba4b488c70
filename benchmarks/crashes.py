"""A thousand kills of gateway and workers at seeded moments, on both databases: what was lost, repeated, unsettled.

`ARGS="kills first_seed"` for others than a thousand from seed 1000. It takes hours, so each history is kept in
`.cache/crashes` when it ends: run again, it goes on with the next one, as long as the code is the same.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.databases import postgresql
from benchmarks.delivery_worlds import world
from tests.delivery.audit import Audit
from tests.delivery.bot import Bot
from tests.delivery.history import History
from tests.delivery.moods import Moods
from tests.delivery.nursery import Nursery

KILLS, FIRST_SEED = 1000, 1000
KILLS_OF_A_HISTORY = 25
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache/crashes"


class Kept:
    """The histories of one run, a line of JSON each: what is counted, its seed, and what was found wrong."""

    def __init__(self, file: Path, first_seed: int) -> None:
        self._file = file
        self.total: Counter[str] = Counter()
        self.bad_seeds: list[int] = []
        self.next_seed = first_seed
        for seed, counts, found in self._read():
            self._count(seed, counts, found)

    def add(self, seed: int, counts: dict[str, int], found: str) -> None:
        """Keep a history that ended."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"seed": seed, "counts": counts, "found": found}, ensure_ascii=False)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        self._count(seed, counts, found)

    def _count(self, seed: int, counts: dict[str, int], found: str) -> None:
        self.total.update(counts)
        self.next_seed = seed + 1
        if found:
            self.bad_seeds.append(seed)

    def _read(self) -> Iterator[tuple[int, dict[str, int], str]]:
        """What is there; a line that was cut by a kill ends it, and is taken away."""
        if not self._file.is_file():
            return
        whole = self._file.read_text("utf-8")
        complete = whole[: whole.rfind("\n") + 1]
        if complete != whole:
            self._file.write_text(complete, "utf-8")
        for line in complete.splitlines():
            kept = json.loads(line)
            yield kept["seed"], kept["counts"], kept["found"]


def code(root: Path = ROOT) -> str:
    """Which code this is: a figure is of one."""
    head = _git(root, "rev-parse", "--short=12", "HEAD").decode().strip()
    changed = _git(root, "diff", "HEAD")
    return f"{head}-{hashlib.sha256(changed).hexdigest()[:8]}" if changed else head


def _git(root: Path, *words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True).stdout


def main() -> None:
    """Histories until there were so many kills; every third on SQLite, on PostgreSQL, with two workers there."""
    given = [int(number) for number in sys.argv[1:]]
    wanted, first_seed = (*given, KILLS, FIRST_SEED)[0], (*given[1:], FIRST_SEED)[0]
    of_code = code()
    file = FOLDER / f"{of_code}-{first_seed}.jsonl"
    kept = Kept(file, first_seed)
    _say(f"{file.relative_to(ROOT)}: {kept.total['kills']} of {wanted} kills are done")
    nursery = Nursery()
    began_s, before = time.monotonic(), kept.total["kills"]
    with postgresql() as server_url:
        while kept.total["kills"] < wanted:
            seed = kept.next_seed
            kept.add(seed, *_history(nursery, server_url, seed))
            done = kept.total["kills"]
            left_s = (wanted - done) * (time.monotonic() - began_s) / max(1, done - before)
            _say(f"seed {seed}: {done} of {wanted} kills, {max(0.0, left_s) / 60:.0f} minutes left")
    nursery.close()
    print(json.dumps({**kept.total, "bad_seeds": kept.bad_seeds, "code": of_code}))


def _history(nursery: Nursery, server_url: str, seed: int) -> tuple[dict[str, int], str]:
    """Let one happen: what is counted, and what is wrong, line by line."""
    url, workers = (("", 1), (server_url, 1), (server_url, 2))[seed % 3]
    bot = Bot(seed=seed, bad=0.2, slow_s=0.2)
    with world(nursery, url, Moods(seed=seed), bot, workers) as made:
        history = History(made, seed=seed, kills=KILLS_OF_A_HISTORY)
        history.run()
        found = Audit(made.store, made.carrier, history.said).findings()
        counts = {"kills": made.kills, "texts": len(made.carrier.out()), **found.counts()}
    if found:
        _say(f"seed {seed}\n{found.lines()}")
    return counts, found.lines()


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
