"""Gateway and workers as processes over one store, a carrier and a bot on the wire; any of them may be killed."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from sqlalchemy import text

from renewal.cli.ports import free_ports
from renewal.settings import Settings
from renewal.store import Store
from renewal.store.models import Base
from renewal.store.types import UtcTime
from tests.delivery.bot import Bot
from tests.delivery.carrier import Carrier
from tests.delivery.nursery import GATEWAY, WORKER, Child, Nursery

START_S = 150  # half a second where the machine is free
SECRETS = ("data_keys", "lookup_key", "rasa_secret", "actions_secret")
JOB_TIMES = ("created_at", "updated_at", "started_at_epoch_ms", "delay_until_epoch_ms", "completed_at")
# No pace, no caps, no quiet hours: a history lasts seconds, at any hour. They have tests of their own.
UNLIMITED = {
    "RENEWAL_SMS_ANSWERS_PER_HOUR": "1000000",
    "RENEWAL_SMS_PER_S": "0",
    "RENEWAL_NOTICES_FROM_HOUR": "0",
    "RENEWAL_NOTICES_UNTIL_HOUR": "24",
    "RENEWAL_SMS_NOTICES_A_DAY": "0",
    "RENEWAL_SMS_NOTICES_A_DAY_OF_A_KIND": "0",
}


class World:
    """What runs. `settings` name the store; `workers` share it, each in a state folder of its own past the first."""

    def __init__(
        self, settings: Settings, nursery: Nursery, carrier: Carrier, bot: Bot, workers: int = 1, **env: str
    ) -> None:
        self.settings, self.nursery, self.carrier, self.bot = settings, nursery, carrier, bot
        self.store = Store.open(settings)
        self.port, self.ops_port = free_ports(2)
        self.gateway_url = f"http://127.0.0.1:{self.port}"
        self.ready_url = f"http://127.0.0.1:{self.ops_port}/readyz"
        self.logs = settings.state_dir / "logs"
        self.logs.mkdir(exist_ok=True)
        self.gateway: Child | None = None
        self.workers: list[Child | None] = [None] * workers
        self.kills = 0
        self.env = self._settings_of_programs() | env
        carrier.gateway_url = self.gateway_url

    def __enter__(self) -> Self:
        self.carrier.start()
        self.bot.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()
        self.carrier.stop()
        self.bot.stop()
        self.store.close()

    def start_all(self) -> None:
        """Start what does not run, and wait until it works."""
        self.start_gateway()
        for number in range(len(self.workers)):
            self.start_worker(number)
        self.wait_until_ready()

    def start_gateway(self) -> None:
        """Start the gateway where it does not run; it needs a moment to answer."""
        if self.gateway is None or not self.gateway.is_alive():
            self.gateway = self.nursery.bear(GATEWAY, self.env, self.logs / "gateway.log")

    def start_worker(self, number: int = 0) -> None:
        """Start a worker where it does not run; it needs a moment to take jobs."""
        worker = self.workers[number]
        if worker is None or not worker.is_alive():
            folder = self._folder(number)
            own = {"RENEWAL_STATE_DIR": str(folder), "RENEWAL_WORKER_NAME": f"worker-{number}"}
            self.workers[number] = self.nursery.bear(
                WORKER, self.env | own, self.logs / f"worker{number}.log"
            )

    def wait_until_ready(self) -> None:
        """Until the gateway listens and every worker says that it takes jobs."""
        until(self._listens, "the gateway listens", START_S)
        for number in range(len(self.workers)):
            until(lambda number=number: self._takes_jobs(number), "the worker takes jobs", START_S)

    def kill_gateway(self) -> None:
        """Kill the gateway."""
        self.kills += self._kill(self.gateway)

    def kill_worker(self, number: int = 0) -> None:
        """Kill one worker."""
        self.kills += self._kill(self.workers[number])

    def kill_all(self) -> None:
        """Kill everything of ours that runs."""
        for child in (self.gateway, *self.workers):
            self._kill(child)

    def be_down(self, seconds: int) -> None:
        """Everything of ours is down for so long: nothing waits, the clock of store and carrier is moved instead."""
        self.kill_all()
        self.pass_time(seconds)
        self.start_all()
        self.carrier.post_late_receipts()

    def pass_time(self, seconds: int) -> None:
        """Let so much time have passed; only while no call to the carrier is under way, whose lease would end."""
        self.carrier.pass_time(seconds)
        with self.store.session() as session:
            for statement in _shifts(self.store, seconds):
                session.execute(text(statement))

    def _kill(self, child: Child | None) -> int:
        if child is None or not child.is_alive():
            return 0
        child.kill()
        return 1

    def _folder(self, number: int) -> Path:
        if number == 0:
            return self.settings.state_dir
        folder = self.settings.state_dir / f"worker{number}"
        folder.mkdir(exist_ok=True)
        return folder

    def _listens(self) -> bool:
        if self.gateway is None or not self.gateway.is_alive():
            self.start_gateway()
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _takes_jobs(self, number: int) -> bool:
        worker = self.workers[number]
        if worker is None or not worker.is_alive():
            self.start_worker(number)  # what looks after processes starts one that left
            return False
        file = self._folder(number) / "worker.ready"
        return file.exists() and file.read_text().strip() == str(worker.pid)

    def _settings_of_programs(self) -> dict[str, str]:
        settings = self.settings
        return UNLIMITED | {
            "PATH": "/usr/bin:/bin",
            "OMP_NUM_THREADS": "1",
            "RENEWAL_SEALED": "true",
            "RENEWAL_STATE_DIR": str(settings.state_dir),
            "RENEWAL_DATABASE_URL": settings.store_url,
            "RENEWAL_TODAY": settings.current_day().isoformat(),
            "RENEWAL_RASA_URL": self.bot.url,
            "RENEWAL_GATEWAY_PORT": str(self.port),
            "RENEWAL_OPS_PORT": str(self.ops_port),
            **self.carrier.environment,
            **{f"RENEWAL_{name.upper()}": getattr(settings, name).get_secret_value() for name in SECRETS},
        }


def until(happened: Callable[[], object], what: str, limit_s: float) -> None:
    """Wait for something; an AssertionError that names it where it does not happen in time."""
    deadline = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.02)


def _shifts(store: Store, seconds: int) -> list[str]:
    """Statements that make every instant on file so much older."""
    is_sqlite = store.engine.dialect.name == "sqlite"
    found = []
    for table in Base.metadata.sorted_tables:
        names = [column.name for column in table.columns if isinstance(column.type, UtcTime)]
        older = (_older_in_sqlite if is_sqlite else _older)(names, seconds)
        if older:
            found.append(f'UPDATE "{table.name}" SET {older}')
    jobs = ", ".join(f"{name} = {name} - {1000 * seconds}" for name in JOB_TIMES)
    found.append(f"UPDATE {'' if is_sqlite else 'dbos.'}workflow_status SET {jobs}")
    return found


def _older(names: list[str], seconds: int) -> str:
    return ", ".join(f'"{name}" = "{name}" - interval \'{seconds} seconds\'' for name in names)


def _older_in_sqlite(names: list[str], seconds: int) -> str:
    """Whole seconds are moved and the rest is kept: SQLite's own arithmetic would round it off."""
    return ", ".join(
        f"\"{name}\" = strftime('%Y-%m-%d %H\\:%M\\:%S', substr(\"{name}\", 1, 19), '-{seconds} seconds')"
        f' || substr("{name}", 20)'
        for name in names
    )
