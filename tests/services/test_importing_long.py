"""Long files: checked in other processes, in bounded memory; one that was killed is finished by the next import."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from renewal.cli.stack import environment_of
from renewal.services.app import Services
from renewal.services.importing import ADAPTERS, ImportResult, ImportStopped, import_holders, pool
from renewal.services.importing.rejects import Rejects
from renewal.services.importing.seen import Seen
from renewal.store.models import Permit
from tests.services.importing_files import EXAMPLES, HOLDERS, Write, everything, feed, on_file, rejected, row

CHUNK = 50
ROWS = 400
KILLED = """
import os, signal, sys
import psutil
from renewal.services.importing import import_holders, loading, pool
from renewal.services.app import open_services
from renewal.settings import Settings

def stop_at_half(done, of):
    if done >= of // 2:
        print(*(child.pid for child in psutil.Process().children(recursive=True)), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    loading.CHUNK_ROWS, pool.WORTH_PROCESSES, pool.CHECK_WHILE_STARTING = int(sys.argv[2]), 0, False
    import_holders(open_services(Settings()), sys.argv[1], progress=stop_at_half)
"""


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, and processes for any file."""
    monkeypatch.setattr("renewal.services.importing.loading.CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(pool, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(pool, "CHECK_WHILE_STARTING", False)


def city(rows: int = ROWS) -> list[str]:
    """Holders, one in ten of whom cannot be loaded."""
    lines = [row(f"P-{n}") for n in range(rows)]
    lines[::10] = [line.replace("2026-12-05", "?") for line in lines[::10]]
    return lines


def loaded(services: Services) -> dict[str, object]:
    """What the store holds of each permit, as it can be told from another store's."""
    with services.store.read() as session:
        permits = session.scalars(select(Permit)).all()
        return {
            p.number: (p.expires_on, p.row_hash, p.holder.name, p.holder.phone, p.holder.district)
            for p in permits
        }


def test_other_processes_load_the_same_and_reject_the_same_in_the_order_of_the_lines(
    services: Services, written: Write, in_processes: None
) -> None:
    result = import_holders(services, written(HOLDERS, *city()))
    assert (result.added, result.rejected) == (360, 40)
    assert [int(line[11]) for line in rejected(result)[1:]] == list(range(2, ROWS + 2, 10))
    assert len(loaded(services)) == 360
    assert len(on_file(services.store, "P-399")) == 3
    before = everything(services.store)
    assert import_holders(services, written(HOLDERS, *city())).unchanged == 360
    assert everything(services.store) == before


def test_chunks_are_checked_here_until_a_process_answers(
    services: Services, written: Write, in_processes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CHECK_WHILE_STARTING", True)
    result = import_holders(services, written(HOLDERS, *city()))
    assert (result.added, result.rejected) == (360, 40)


@pytest.mark.parametrize("kind", ["residence", "visits"])
def test_feeds_are_checked_in_other_processes_as_well(
    services: Services, in_processes: None, kind: str
) -> None:
    import_holders(services, str(EXAMPLES / "holders.csv"))
    result = feed(services, kind, str(EXAMPLES / f"{kind}.csv"))
    assert result == ImportResult(added=5 if kind == "residence" else 3)


class Endless:
    """Rows of holders that are made as they are asked for; `given` counts them."""

    rows_in_all = 2_000
    given = 0

    def __init__(self, where: str) -> None:
        self.name = where

    def headings(self) -> Sequence[str]:
        return HOLDERS.split(",")

    def estimate(self) -> int:
        return self.rows_in_all

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        for n in range(self.rows_in_all):
            type(self).given += 1
            yield n + 2, row(f"P-{n}").split(",")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("worth", [0, 1_000_000], ids=["in processes", "here"])
def test_no_more_rows_are_held_than_are_under_way_however_long_the_file(
    services: Services, in_processes: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, worth: int
) -> None:
    monkeypatch.setattr(pool, "WORTH_PROCESSES", worth)
    monkeypatch.setattr(Endless, "given", 0)
    monkeypatch.setitem(ADAPTERS, "endless", Endless)
    monkeypatch.chdir(tmp_path)
    held: list[int] = []
    import_holders(services, "endless://", progress=lambda done, _of: held.append(Endless.given - done))
    most = min(os.cpu_count() or 1, pool.MOST_PROCESSES) + pool.AHEAD if worth == 0 else 1
    assert len(held) > 2_000 // CHUNK
    assert max(held) <= most * CHUNK


def test_what_a_file_had_before_is_known_beyond_what_is_kept_in_memory() -> None:
    seen = Seen()
    try:
        for start in range(0, 60_000, 20_000):
            assert seen.repeated([(f"P-{n}", n) for n in range(start, start + 20_000)]) == {}
        assert seen.repeated([("P-7", 60_000), ("P-70000", 60_001), ("P-70000", 60_002)]) == {
            60_000: 7,
            60_002: 60_001,
        }
    finally:
        seen.close()


def test_an_import_that_is_killed_leaves_whole_chunks_and_the_next_one_finishes(
    services: Services, written: Write, in_processes: None, tmp_path: Path
) -> None:
    file = written(HOLDERS, *city())
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    env = environment_of(services.settings, "worker")
    ended = subprocess.run(
        [sys.executable, str(program), file, str(CHUNK)], env=env, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -9, ended.stderr
    half = loaded(services)
    assert 0 < len(half) < 360
    assert len(half) % (CHUNK - CHUNK // 10) == 0, "each chunk is there whole"
    assert not Path(f"{file}.rejects.csv").exists(), "a file that is cut short is not taken for whole"
    children = [int(pid) for pid in ended.stdout.split()]
    assert children
    assert _gone(children), "what checked for it ends with it"

    result = import_holders(services, file)
    assert (result.added, result.unchanged, result.rejected) == (360 - len(half), len(half), 40)
    assert len(rejected(result)) == 41
    whole = loaded(services)
    assert len(whole) == 360
    assert {number: whole[number] for number in half} == half
    assert list(Path(file).parent.glob("*.part")) == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_database_that_goes_away_stops_the_import_with_one_line_and_the_next_one_finishes(
    services: Services, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renewal.services.importing.loading.CHUNK_ROWS", CHUNK)
    file = written(HOLDERS, *city())

    def end_connections(done: int, _of: int) -> None:
        if done == 4 * CHUNK:
            with services.store.engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    with pytest.raises(ImportStopped, match="前 200 行已处理"):
        import_holders(services, file, progress=end_connections)
    assert len(loaded(services)) == 180
    assert import_holders(services, file).added == 180


def _gone(pids: Sequence[int], patience_s: float = 30) -> bool:
    end = time.monotonic() + patience_s
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_two_imports_of_one_file_at_once_load_it_once(services: Services, written: Write) -> None:
    file = written(HOLDERS, *(row(f"P-{n}") for n in range(200)))
    program = "from renewal.services.app import open_services; from renewal.settings import Settings;"
    program += (
        "import sys; from renewal.services.importing import import_holders, loading; loading.CHUNK_ROWS = 20;"
    )
    program += "r = import_holders(open_services(Settings()), sys.argv[1]); print(r.added, r.unchanged)"
    env = environment_of(services.settings, "worker")
    both = [
        subprocess.Popen([sys.executable, "-c", program, file], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    counts = [tuple(map(int, process.communicate(timeout=60)[0].split())) for process in both]
    assert sorted(map(sum, counts)) == [200, 200]
    assert sum(added for added, _ in counts) == 200
    assert len(loaded(services)) == 200


def test_two_imports_of_one_file_do_not_take_each_others_rejects_for_a_strangers(tmp_path: Path) -> None:
    def enter(_: int) -> bool:
        for _ in range(100):
            with Rejects(tmp_path / "rejects.csv", ["居住证号"]):
                pass
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(enter, range(4)))
