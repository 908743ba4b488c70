"""What production asks of the lines to databases and Redis: nobody on the way reads them, and all have the same."""

import os
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from renewal.programs import needs

if TYPE_CHECKING:
    from renewal.settings import Settings

DATABASES = ("database_url", "tracker_url")
# With less, whoever is on the way to the database may take its place, and libpq's own default sends in clear then.
SEALED_LINES = frozenset({"require", "verify-ca", "verify-full"})


def is_loopback(host: str | None) -> bool:
    """Whether nobody but this machine reaches that host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _open_databases(settings: "Settings") -> Iterator[str]:
    """States, days, hashes and the database's password go to another machine under TLS, or not at all."""
    for name in DATABASES:
        if needs(settings.program, name) and _leaves_in_clear(str(getattr(settings, name))):
            yield f"RENEWAL_{name.upper()} 会把数据和口令明文传出本机：请在地址后面加上 ?sslmode=verify-full"


def _leaves_in_clear(url: str) -> bool:
    """Whether a PostgreSQL is on another machine, and asked for without TLS. A path is a socket of this one."""
    parts = urlsplit(url)
    told = parse_qs(parts.query)
    hosts = [parts.hostname or "", *told.get("host", []), *told.get("hostaddr", [])]
    far = any(host and not host.startswith("/") and not is_loopback(host) for host in hosts)
    sslmode = told.get("sslmode", [os.environ.get("PGSSLMODE", "")])[-1]
    return parts.scheme.startswith("postgres") and far and sslmode not in SEALED_LINES


def _open_redis(settings: "Settings") -> Iterator[str]:
    """Whoever writes there unlocks conversations and lifts limits: a password, and TLS to another machine."""
    if not settings.redis_url or not needs(settings.program, "redis_url"):
        return
    address = urlsplit(settings.redis_url)
    if not address.password:
        yield "RENEWAL_REDIS_URL 没有口令：请写成 redis://:口令@127.0.0.1:6379/0，并在 Redis 里设 requirepass"
    if address.scheme != "rediss" and not is_loopback(address.hostname):
        yield "RENEWAL_REDIS_URL 会把口令明文传出本机：请用 rediss:// 开头的地址（TLS）"
    for name in ("ssl_cert_reqs", "ssl_check_hostname"):
        if name in parse_qs(address.query):
            yield f"RENEWAL_REDIS_URL 里的 {name} 会让人冒充 Redis：请去掉它"


def _files_of_several(settings: "Settings") -> Iterator[str]:
    """Who has a Redis has several of a program: each would have a SQLite file of its own, and know half of it all."""
    for name in DATABASES:
        asked = settings.redis_url and needs(settings.program, name)
        if asked and not str(getattr(settings, name)).startswith("postgres"):
            yield (
                f"RENEWAL_{name.upper()} 不是 PostgreSQL：设了 RENEWAL_REDIS_URL 就是几个进程一起用，"
                "各有各的 SQLite 文件会各记一半，请写 postgresql://…"
            )


CHECKS: Sequence[Callable[["Settings"], Iterator[str]]] = (_open_databases, _open_redis, _files_of_several)
