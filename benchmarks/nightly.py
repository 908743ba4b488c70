"""A night over 10,000, 100,000 and 1,000,000 expiring permits, beside the bare SQL that writes the same rows.

`make bench NAME=nightly`; `ARGS="--sizes 10000 --databases sqlite"` measures less.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, make_url, text

from benchmarks.bare_night import bare_night, written
from benchmarks.city import DAY, generate
from benchmarks.databases import postgresql, settings_for
from renewal.cli.console import say, waiting
from renewal.services.app import open_services
from renewal.services.importing import import_feed, import_holders, kind_named
from renewal.services.night.nightly import run_night

SIZES = (10_000, 100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
SEED = 7
BEFORE = "before"

Figures = dict[str, Any]


def main() -> None:
    """Load each city once, copy it, and run our night and the bare one, each on a copy that nobody has used."""
    if sys.argv[1:2] == ["night"]:
        _night(sys.argv[2])
        return
    parser = argparse.ArgumentParser(prog="nightly", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=list(DATABASES))
    wanted = parser.parse_args()
    figures: dict[str, Figures] = {name: {} for name in wanted.databases}
    rates: dict[str, int] = {}
    for size in sorted(wanted.sizes):
        with tempfile.TemporaryDirectory(prefix="city") as folder:
            with waiting(f"生成 {size:,} 个样例证的文件"):
                files = generate(Path(folder) / "files", size, SEED)
            for name in wanted.databases:
                with _database(name, Path(folder)) as copies:
                    rates[name] = _load(copies(BEFORE, None), files)
                    figures[name][str(size)] = _measure(copies)
                say(f"{name} {size:,}: {json.dumps(figures[name][str(size)])}")
    _print(figures, rates)


def _load(url: str, files: dict[str, Path]) -> int:
    """Load the city; returns rows a second over all its files."""
    services = open_services(settings_for(url))
    services.store.migrate()
    services.jobs.migrate()
    started, rows = time.perf_counter(), 0
    for name, path in files.items():
        with waiting(f"导入 {name}"):
            if name == "holders":
                rows += import_holders(services, str(path)).rows
            else:
                rows += import_feed(services, str(path), kind=kind_named(name)).rows
    rate = round(rows / (time.perf_counter() - started))
    with services.store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    services.store.close()
    return rate


def _measure(copies: Any) -> Figures:
    ours_url, bare_url = copies("ours", BEFORE), copies("bare", BEFORE)
    with waiting("光用 SQL 的一晚"):
        bare = open_services(settings_for(bare_url)).store.engine
        bare_s = bare_night(bare, DAY)
    with waiting("我们的一晚"):
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.nightly", "night", ours_url],
            check=True,
            capture_output=True,
            text=True,
        )
    ours: Figures = json.loads(told.stdout.splitlines()[-1])
    _same_rows(open_services(settings_for(ours_url)).store.engine, bare)
    return {
        "seconds": ours["seconds"],
        "peak_mb": ours["peak_mb"],
        "ratio_to_sql": round(ours["seconds"] / bare_s, 2),
        "bare_sql_seconds": round(bare_s, 1),
    }


def _night(url: str) -> None:
    """In a process of its own: run the night, and print how long it took and how much memory it had."""
    services = open_services(settings_for(url))
    started = time.perf_counter()
    run_night(services, DAY)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": round(seconds, 1), "peak_mb": round(_peak_kb() / 1024)}))


def _peak_kb() -> int:
    """The most memory this process had; what getrusage says begins with the parent's."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def _same_rows(ours: Engine, bare: Engine) -> None:
    with ours.connect() as one, bare.connect() as other:
        found, expected = written(one), written(other)
    if found != expected:
        raise RuntimeError(f"the nights differ: ours {found}, bare {expected}")
    ours.dispose()
    bare.dispose()


@contextmanager
def _database(name: str, folder: Path) -> Iterator[Any]:
    """Makes databases by name, empty or copied from another one; returns their URLs."""
    if name == "sqlite":
        place = folder / "sqlite"
        place.mkdir()

        def copied(to: str, origin: str | None) -> str:
            if origin:
                shutil.copyfile(place / f"{origin}.db", place / f"{to}.db")
            return f"sqlite:///{place / f'{to}.db'}"

        yield copied
        return
    with postgresql() as server:

        def made(to: str, origin: str | None) -> str:
            engine = create_engine(
                make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
            )
            template = f" TEMPLATE {origin}" if origin else ""
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {to}{template}"))
                connection.execute(text("CHECKPOINT"))
            engine.dispose()
            return make_url(server).set(database=to).render_as_string(hide_password=False)

        yield made


def _print(figures: dict[str, Figures], rates: dict[str, int]) -> None:
    table = Table(title="一晚的比对", title_justify="left")
    for heading in ("数据库", "到期的证", "秒", "内存 MB", "光用 SQL 秒", "倍数", "每秒的证"):
        table.add_column(heading, justify="right")
    for name, sizes in figures.items():
        for size, found in sizes.items():
            table.add_row(
                name,
                f"{int(size):,}",
                f"{found['seconds']}",
                f"{found['peak_mb']}",
                f"{found['bare_sql_seconds']}",
                f"{found['ratio_to_sql']}",
                f"{round(int(size) / max(found['seconds'], 0.1)):,}",
            )
    Console().print(table)
    slowest = min(rates.values())
    print(json.dumps({**figures, "import_rows_per_s": slowest, "import_rows_per_s_by_database": rates}))


if __name__ == "__main__":
    main()
