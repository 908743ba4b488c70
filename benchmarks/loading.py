"""How fast holders and feeds are loaded, on SQLite and on PostgreSQL."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.city import generate
from benchmarks.databases import postgresql, settings_for
from renewal.cli.console import waiting
from renewal.services.app import Services, open_services
from renewal.services.importing import import_feed, import_holders, kind_named

PERMITS = 200_000
SEED = 7
DATABASES = ("sqlite", "postgresql")

Rates = dict[str, int]


def main() -> None:
    """Write a city's files, load them into both databases, and print rows a second."""
    with tempfile.TemporaryDirectory(prefix="city") as folder:
        with waiting(f"生成 {PERMITS} 个样例证的文件"):
            files = generate(Path(folder) / "files", PERMITS, SEED)
        figures: dict[str, Rates] = {}
        for database in DATABASES:
            with _opened(database, Path(folder) / database) as services, waiting(f"导入 {database}"):
                figures[database] = _rates(services, files)
    _print(figures)


@contextmanager
def _opened(database: str, folder: Path) -> Iterator[Services]:
    """Services on an empty store of that kind."""
    with nullcontext(f"sqlite:///{folder / 'renewal.db'}") if database == "sqlite" else postgresql() as url:
        services = open_services(settings_for(url))
        try:
            services.store.migrate()
            yield services
        finally:
            services.store.close()


def _rates(services: Services, files: Mapping[str, Path]) -> Rates:
    """Rows a second of each file, and of the holders a second time, when nothing changes."""
    rates = {}
    for name, path in [*files.items(), ("holders again", files["holders"])]:
        started = time.perf_counter()
        if name.startswith("holders"):
            result = import_holders(services, str(path))
        else:
            result = import_feed(services, str(path), kind=kind_named(name))
        if result.rejected:
            raise RuntimeError(f"{result.rejected} rows of {name} were rejected")
        rates[name] = round(result.rows / (time.perf_counter() - started))
    return rates


def _print(figures: Mapping[str, Rates]) -> None:
    table = Table(title=f"导入，行/秒（{PERMITS} 个证）")
    table.add_column("")
    for database in figures:
        table.add_column(database, justify="right")
    for name in next(iter(figures.values())):
        table.add_row(name, *(f"{rates[name]:,}" for rates in figures.values()))
    Console().print(table)
    print(json.dumps({"permits": PERMITS, "rows_per_s": figures}))


if __name__ == "__main__":
    main()
