"""The whole stack: which processes there are, how each is started, and how it is known to be ready."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from renewal.cli.console import say
from renewal.cli.errors import CliError
from renewal.cli.live import LiveStack, announce, stack_lock
from renewal.cli.model import ensure_model
from renewal.cli.places import BOT_RASA, ROOT, display, local_settings, machine_environment, state_dir
from renewal.cli.ports import free_ports, port_is_free, responds
from renewal.cli.processes import Fleet, Program
from renewal.cli.secret_file import ensure_secrets
from renewal.private_files import narrow
from renewal.programs import NEEDS, ProgramName
from renewal.services.app import Services, services_on
from renewal.services.samples.sample import load_sample_once
from renewal.settings import Settings
from renewal.wording.staff import staff_sentence

RASA_PATIENCE_S = 180.0
WORKER_READY = "worker.ready"
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
}


class PortTaken(CliError):
    """A port that the stack needs is in use."""


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Services]:
    """The services on this machine's store, brought to the newest version, for one command.

    Secrets are made where there are none: importing may well be the first thing that somebody does.
    """
    chosen = settings or local_settings()
    narrow(chosen.state_dir)
    make_secrets(chosen)
    with services_on(settings or local_settings()) as services:
        services.store.migrate()
        services.jobs.migrate()
        yield services


def make_secrets(settings: Settings) -> None:
    """Make the secrets that are set nowhere, and say which file must not be lost."""
    if file := ensure_secrets(settings):
        say(staff_sentence("keys.made", file=display(file)))


def prepare_store(settings: Settings, *, sample: bool) -> int:
    """Bring store and job tables to the newest version; returns how many sample holders were loaded.

    They are loaded only into a store with no holders at all, and never where real texts go out.
    """
    with opened(settings) as services:
        made_up = all(kind.shows_texts for kind in settings.providers)
        return load_sample_once(services) if sample and made_up else 0


def environment_of(settings: Settings, program: ProgramName) -> dict[str, str]:
    """All that the program is given: what it needs of the machine and of the settings, spelled out.

    It is sealed: our programs then read nothing from `secrets.env`, which holds the others' keys as well.
    A stack of its own inherits none of this machine's settings: not its database, not its conversations.
    """
    inherits = settings.state_dir.resolve() == state_dir()
    env = machine_environment()
    for name in sorted(NEEDS[program]):
        variable = f"RENEWAL_{name.upper()}"
        if name not in type(settings).model_fields:
            value: object = os.environ.get(variable, "") if inherits else ""
        elif name == "provider_options":
            options = [option for kind in settings.providers for option in kind.options.values()]
            env |= {option.variable: value for option in options if (value := settings.option(option.name))}
            continue
        else:
            value = getattr(settings, name)
        if value not in (None, "") and (plain := _plain(value)):
            env[variable] = plain
    if "sealed" in NEEDS[program]:
        env["RENEWAL_SEALED"] = "true"
    return env | QUIET


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def rasa_program(settings: Settings, model: Path) -> Program:
    """Rasa, on the loopback address only."""
    address = urlsplit(settings.rasa_url)
    command = (
        str(BOT_RASA), "run", "-i", "127.0.0.1", "-p", str(address.port), "-m", str(model),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    )  # fmt: skip
    return Program(
        name="rasa",
        title="助手（Rasa）",
        command=command,
        env=environment_of(settings, "rasa"),
        is_ready=responds(f"{settings.rasa_url}/webhooks/gateway/health"),
        patience_s=RASA_PATIENCE_S,
    )


def our_programs(settings: Settings, *, with_gateway: bool) -> tuple[Program, ...]:
    """Our own processes; without the gateway there is no worker either."""
    ready_file = settings.state_dir / WORKER_READY
    actions = f"http://{settings.actions_host}:{settings.actions_port}/health"
    doors = Program(
        name="actions",
        title="动作服务",
        command=(sys.executable, "-m", "actions"),
        env=environment_of(settings, "actions"),
        is_ready=responds(actions),
    )
    if not with_gateway:
        return (doors,)
    gateway = Program(
        name="gateway",
        title="网关",
        command=(sys.executable, "-m", "sms_gateway"),
        env=environment_of(settings, "gateway"),
        is_ready=responds(f"{ops_url(settings)}/readyz"),
        patience_s=RASA_PATIENCE_S,
    )
    worker = Program(
        name="worker",
        title="工作进程",
        command=(sys.executable, "-m", "sms_gateway.worker"),
        env=environment_of(settings, "worker"),
        is_ready=ready_file.exists,
    )
    return (doors, gateway, worker)


def bring_up(fleet: Fleet, settings: Settings, model: Path, *, sample: bool, with_gateway: bool) -> int:
    """Start everything without waiting; returns how many sample holders were loaded.

    Rasa takes longest and needs no store: it goes first, and the store is prepared meanwhile.
    """
    (settings.state_dir / WORKER_READY).unlink(missing_ok=True)
    kept = settings.state_dir / "model.tar.gz"  # a training while we run takes the old model away
    shutil.copyfile(model, kept)
    fleet.launch(rasa_program(settings, kept))
    loaded = prepare_store(settings, sample=sample)
    for program in our_programs(settings, with_gateway=with_gateway):
        fleet.launch(program)
    return loaded


def refuse_taken_ports(settings: Settings) -> None:
    """Raises PortTaken, naming the port and the setting that chooses another."""
    wanted = (
        ("网关", "RENEWAL_GATEWAY_PORT", settings.gateway_host, settings.gateway_port),
        ("网关的运维口", "RENEWAL_OPS_PORT", settings.ops_host, settings.ops_port),
        ("动作服务", "RENEWAL_ACTIONS_PORT", settings.actions_host, settings.actions_port),
        ("助手", "RENEWAL_RASA_URL", "127.0.0.1", urlsplit(settings.rasa_url).port or 0),
    )
    for title, setting, host, port in wanted:
        if not port_is_free(host, port):
            raise PortTaken(f"{title}要用的端口 {port} 被别的程序占着：停掉它，或用 {setting} 换一个")


def ops_url(settings: Settings) -> str:
    """Where readiness and metrics are asked."""
    return _url(settings.ops_host, settings.ops_port)


def _url(host: str, port: int) -> str:
    """The address at which this machine reaches a server that listens there."""
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def describe(settings: Settings) -> LiveStack:
    """The note by which other commands find this stack."""
    return LiveStack(
        pid=os.getpid(),
        gateway=_url(settings.gateway_host, settings.gateway_port),
        rasa_url=settings.rasa_url,
        actions_port=settings.actions_port,
        gateway_port=settings.gateway_port,
        database_url=settings.database_url,
        today=settings.today.isoformat() if settings.today else "",
    )


class PrivateStack:
    """A stack of one's own for a call or a test: free ports, its own store, the simulator, nothing printed.

    With a `state_dir` the store, its secrets and Rasa's trackers stay there; without, they go when it ends.
    `database_url` names another store than the state folder's own.
    """

    def __init__(
        self,
        state_dir: Path | None = None,
        *,
        today: date | None = None,
        sample: bool = True,
        with_gateway: bool = True,
        database_url: str = "",
    ) -> None:
        self._kept = state_dir
        self._today = today
        self._sample = sample
        self._with_gateway = with_gateway
        self._database_url = database_url

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            self.state_dir = self._own_folder(exits)
            narrow(self.state_dir)
            self.settings = self._own_settings()
            self.fleet = exits.enter_context(Fleet(self.state_dir / "logs"))
            model = ensure_model()
            bring_up(self.fleet, self.settings, model, sample=self._sample, with_gateway=self._with_gateway)
            self.fleet.wait_until_ready()
            if self._with_gateway:
                announce(self.state_dir, describe(self.settings))
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    @property
    def gateway(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.settings.gateway_port}"

    @property
    def ops(self) -> str:
        """Where its readiness and metrics are asked."""
        return ops_url(self.settings)

    def _own_folder(self, exits: ExitStack) -> Path:
        folder = self._kept or Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="renewal-")))
        exits.enter_context(stack_lock(folder))
        return folder.resolve()

    def _own_settings(self) -> Settings:
        rasa, actions, gateway, ops = free_ports(4)
        own: dict[str, object] = {
            "environment": "development",
            "state_dir": self.state_dir,
            "today": self._today or local_settings().today,
            "database_url": self._database_url,
            "tracker_url": "",
            "provider": "simulator",
            "rasa_url": f"http://127.0.0.1:{rasa}",
            "actions_host": "127.0.0.1",
            "actions_port": actions,
            "gateway_host": "127.0.0.1",
            "gateway_port": gateway,
            "ops_host": "127.0.0.1",
            "ops_port": ops,
            "public_url": "",
            "trusted_proxy": "",
        }
        ensure_secrets(local_settings(**own))
        return local_settings(**own)
