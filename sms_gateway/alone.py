"""A lock that the system takes back when its process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.store.sole import HeldByAnother, held

GATEWAY = "gateway"


class AlreadyRunning(RenewalError):
    """Another worker has this state folder, or this SQLite file; or another gateway has this store."""


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Hold `file` for as long as the block lasts; raises AlreadyRunning where another process holds it."""
    with file.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"已有一个工作进程在用 {file}") from None
        yield


@contextmanager
def only_one_on(store_url: str) -> Iterator[None]:
    """Hold the store where it is a SQLite file, by whatever path it is named; PostgreSQL may have many workers.

    Raises:
        AlreadyRunning: another process holds it.
    """
    address = make_url(store_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        yield
        return
    file = Path(address.database).resolve()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(file.with_name(f"{file.name}.worker.lock")):
        yield


@contextmanager
def only_gateway(services: Services) -> Iterator[None]:
    """Hold the store as its gateway: alone where limits are counted in memory, else with all that share their Redis.

    Raises:
        AlreadyRunning: another gateway holds it, and not all of them count in a Redis.
    """
    alone = not services.settings.redis_url
    try:
        with held(services.store.engine, GATEWAY, alone=alone):
            yield
    except HeldByAnother:
        raise AlreadyRunning(
            "已有一个网关在用这个数据库：几个网关要一起数次数，请给每一个都设同一个 RENEWAL_REDIS_URL"
        ) from None
