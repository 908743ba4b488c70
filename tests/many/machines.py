"""Two of each program behind nginx, as `deploy/` has them: `renewal serve` over one PostgreSQL and one Redis."""

import ipaddress
import os
import signal
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from renewal.cli.places import ROOT, machine_environment
from renewal.cli.ports import free_ports, responds
from renewal.cli.processes import Fleet, Program
from renewal.settings import Settings
from renewal.store import Store
from tests.delivery.carrier import Carrier
from tests.delivery.world import UNLIMITED, _shifts
from tests.many.servers import nginx

KINDS = ("rasa", "actions", "gateway", "worker")  # what starts slowest first
COMMAND = str(ROOT / ".venv" / "bin" / "renewal")
START_S = 180.0
SECRETS = ("data_keys", "lookup_key", "rasa_secret", "actions_secret", "tracker_key")
# What deploy/nginx.conf says, and the ports of this run in its place.
OF_NGINX = (
    *("80;", "443 ssl;", "127.0.0.1:5005", "127.0.0.1:5055"),
    *(
        "127.0.0.1:8011",
        "127.0.0.1:8012",
        "127.0.0.1:5011",
        "127.0.0.1:5012",
        "127.0.0.1:5061",
        "127.0.0.1:5062",
    ),
)
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Machines:
    """What runs; a `World` of tests/delivery with everything real but the carrier. Use it as a context."""

    def __init__(self, settings: Settings, redis_url: str, model: Path, number: int = 2, **env: str) -> None:
        self.settings, self.number = settings, number
        self.store = Store.open(settings)
        self.folder = settings.state_dir
        names = [f"{kind}-{at}" for kind in (*KINDS, "ops") for at in range(1, number + 1)]
        front = ("public", "plain", "rasas", "action_servers")
        self.ports = dict(zip([*names, *front], free_ports(len(names) + len(front)), strict=True))
        self.url = f"https://127.0.0.1:{self.ports['public']}"
        self.trusted = make_certificate(self.folder)
        self.carrier = Carrier(gateway_url=self.url, verify=self.trusted)
        self.model = model
        self.env = machine_environment() | self._settings_of_programs(redis_url) | env
        self.kills: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything, until the block ends."""
        self.carrier.start()
        try:
            with Fleet(self.folder / "logs") as self.fleet, nginx(self._nginx_config(), self.folder):
                for kind in KINDS:
                    for at in range(1, self.number + 1):
                        self.fleet.launch(self._program(kind, at))
                self.fleet.wait_until_ready()
                yield
        finally:
            self.carrier.stop()
            self.store.close()

    def kill(self, name: str, away_s: float) -> None:
        """Kill one program at once; whoever looks after it starts it again after a while."""
        process = self.fleet[name]
        process.signal(signal.SIGKILL)
        assert process.wait(10)
        assert process.exit_code == -signal.SIGKILL, f"{name} ended by itself: {process.tail()}"
        self.kills.append(name)
        time.sleep(away_s)
        self._ready_file(name).unlink(missing_ok=True)
        self.fleet.restart(name)

    def wait_until_ready(self) -> None:
        """Everything runs that was not killed."""
        ended = [process.program.name for process in self.fleet if process.exit_code is not None]
        assert not ended, f"ended by themselves: {ended}"

    def be_down(self, seconds: int) -> None:
        """Nothing was said for so long. What runs goes on; nobody calls the carrier meanwhile."""
        self.pass_time(seconds)
        self.carrier.post_late_receipts()

    def pass_time(self, seconds: int) -> None:
        """As `World.pass_time`; beside programs that work, so it may have to be tried again."""
        self.carrier.pass_time(seconds)
        for statement in _shifts(self.store, seconds):
            for last in (False, False, True):
                try:
                    with self.store.session() as session:
                        session.execute(text(statement))
                    break
                except OperationalError:
                    if last:
                        raise

    def memory_mb(self) -> dict[str, int]:
        """What each program holds for itself (Pss), by name."""
        found = {}
        for process in self.fleet:
            with suppress(OSError):
                lines = Path(f"/proc/{process.group}/smaps_rollup").read_text().splitlines()
                kilobytes = next(line.split()[1] for line in lines if line.startswith("Pss:"))
                found[process.program.name] = int(kilobytes) // 1024
        return found

    def _program(self, kind: str, at: int) -> Program:
        """As its unit of `deploy/systemd` starts it."""
        name, port = f"{kind}-{at}", str(self.ports[f"{kind}-{at}"])
        own = {
            "gateway": {"RENEWAL_GATEWAY_PORT": port, "RENEWAL_OPS_PORT": str(self.ports[f"ops-{at}"])},
            "worker": {"RENEWAL_STATE_DIR": str(self.folder / name), "RENEWAL_WORKER_NAME": name},
            "actions": {"RENEWAL_ACTIONS_PORT": port},
            "rasa": {},
        }[kind]
        more = ("--port", port, "--model", str(self.model)) if kind == "rasa" else ()
        alive = {
            "rasa": f":{port}/webhooks/gateway/health",
            "actions": f":{port}/health",
            "gateway": f":{self.ports[f'ops-{at}']}/healthz",
        }
        ready = responds(f"http://127.0.0.1{alive[kind]}") if kind in alive else self._ready_file(name).exists
        command = (COMMAND, "serve", kind, *more)
        return Program(
            name=name, title=name, command=command, env=self.env | own, is_ready=ready, patience_s=START_S
        )

    def _ready_file(self, name: str) -> Path:
        return self.folder / name / "worker.ready"

    def _settings_of_programs(self, redis_url: str) -> dict[str, str]:
        settings = self.settings
        trackers = make_url(settings.store_url).set(drivername="postgresql")
        return UNLIMITED | {
            "RENEWAL_STATE_DIR": str(self.folder),
            "RENEWAL_DATABASE_URL": settings.store_url,
            "RENEWAL_TRACKER_URL": trackers.render_as_string(hide_password=False),
            "RENEWAL_REDIS_URL": redis_url,
            "RENEWAL_TODAY": settings.current_day().isoformat(),
            "RENEWAL_TRUSTED_PROXY": "127.0.0.1",
            "RENEWAL_RASA_URL": f"http://127.0.0.1:{self.ports['rasas']}",
            "RENEWAL_ACTIONS_PORT": str(self.ports["action_servers"]),
            **self.carrier.environment,
            **{f"RENEWAL_{name.upper()}": getattr(settings, name).get_secret_value() for name in SECRETS},
        }

    def _nginx_config(self) -> Path:
        ports = self.ports
        mine = [ports[name] for name in ("plain", "public", "rasas", "action_servers")]
        mine += [ports[f"{kind}-{at}"] for kind in ("gateway", "rasa", "actions") for at in (1, 2)]
        places = dict(zip(OF_NGINX, (f"127.0.0.1:{port}" for port in mine), strict=True))
        file = self.folder / "nginx.conf"
        file.write_text(configured((ROOT / "deploy/nginx.conf").read_text("utf-8"), self.folder, places))
        return file


def configured(shipped: str, folder: Path, places: dict[str, str]) -> str:
    """The shipped configuration of nginx, but for its files, its name and its ports; each of these stands in it."""
    temporary = "".join(f"  {name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    changes = {
        "user www-data;\n": "user root;\n" if os.geteuid() == 0 else "",
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        "/var/log/nginx/": f"{folder}/",
        "/etc/renewal/tls/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/renewal/tls/key.pem": f"{folder}/key.pem",
        "server_name renewal.example.org;": "server_name 127.0.0.1;",
        "\nhttp {\n": f"\nhttp {{\n{temporary}",
    }
    for place, mine in places.items():
        here = f"listen {place}" if place.endswith(";") else place
        changes[here] = f"listen {mine}{' ssl' if 'ssl' in place else ''};" if place.endswith(";") else mine
    for shown, mine in changes.items():
        assert shown in shipped, f"deploy/nginx.conf has no {shown!r}"
        shipped = shipped.replace(shown, mine)
    return shipped


def make_certificate(folder: Path) -> ssl.SSLContext:
    """Write a certificate for loopback and its key; gives what trusts it, and nobody else's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return ssl.create_default_context(cafile=folder / "certificate.pem")


def processors_s(group: int) -> float:
    """Processor seconds that a process used so far."""
    fields = Path(f"/proc/{group}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
