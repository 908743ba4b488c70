"""Redis and nginx, started for a test or a measurement on ports of loopback; they end with the block."""

import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from renewal.cli.ports import free_ports

START_S = 20
MISSING = "no {0} on this machine: run tests/install_system.sh"


class RedisServer:
    """A Redis with a password; it can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("redis-server")
        assert self._program, MISSING.format("redis-server")
        self._folder, (self.port,) = folder, free_ports(1)
        self._password = secrets.token_urlsafe(24)
        self.url = f"redis://:{self._password}@127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        config = (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self._password}\nsave ''\ndir {self._folder}\n"
        )
        self._process = subprocess.Popen(
            [self._program, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._process.stdin.write(config.encode())
        self._process.stdin.close()
        deadline = time.monotonic() + START_S
        with redis.from_url(self.url) as client:
            while not _answers(client):
                assert time.monotonic() < deadline, "redis-server does not answer"
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop it at once; what it knew is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A Redis of one's own."""
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def nginx_program() -> str:
    """nginx; Debian keeps it where only root looks."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    assert found, MISSING.format("nginx")
    return found


@contextmanager
def nginx(config: Path, folder: Path) -> Iterator[None]:
    """An nginx over a whole configuration, with `folder` as its own."""
    command = [nginx_program(), "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(START_S)
