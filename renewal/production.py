"""What production refuses to start with. Each refusal is one sentence that names the setting and what to do."""

import os
from base64 import b64decode
from binascii import Error
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from renewal import lines
from renewal.lines import is_loopback
from renewal.programs import SECRETS, needs
from renewal.providers import Option, provider_kinds

if TYPE_CHECKING:
    from renewal.settings import Settings

WEAKEST_SECRET_CHARS = 32
DATA_KEY_BYTES = 32
LEAST_DIFFERENT_CHARS = 8  # 32 random hex digits have 14
LEAST_DIFFERENT_TRIPLES = 0.75  # of all triples; of random ones nearly all differ
MOST_EQUAL_STEPS = 0.5  # of all steps from one character to the next
LISTED = ("data_keys", "tracker_key")  # several keys with commas, of which the first one seals
# Words of keys that are printed: in these tests and measurements, in examples, in other people's guides.
PRINTED = (
    "of-the-tests", "of-the-benchmark", "of-nobody", "example", "changeme", "change-me", "change_me",
    "password", "placeholder", "your-secret", "your_secret", "your_auth_token", "secret-key",
)  # fmt: skip
DEBUGGING = ("FLASK_DEBUG", "PYTHONDEVMODE", "PYTHONINSPECT", "PYTHONASYNCIODEBUG")
RANDOM_KEY = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'
DATA_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


def refusal(settings: "Settings") -> str:
    """The first reason not to start, or nothing."""
    for check in CHECKS:
        for reason in check(settings):
            return reason
    return ""


def is_guessable(secret: str) -> bool:
    """Whether it was typed or counted rather than drawn: few characters, repeated pieces, or a run of steps."""
    triples = [secret[at : at + 3] for at in range(len(secret) - 2)]
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(secret))
    return (
        len(set(secret)) < LEAST_DIFFERENT_CHARS
        or len(set(triples)) < LEAST_DIFFERENT_TRIPLES * len(triples)
        or max(steps.values()) > MOST_EQUAL_STEPS * (len(secret) - 1)
    )


def _simulator(settings: "Settings") -> Iterator[str]:
    others = " 或 ".join(kind.name for kind in provider_kinds().values() if not kind.shows_texts)
    for kind in settings.providers if needs(settings.program, "provider") else ():
        if kind.shows_texts:
            yield f"生产环境不能用{kind.title}，它的页面谁都能看到短信和验证码：请设 RENEWAL_PROVIDER={others}"


def _unnamed_proxy(settings: "Settings") -> Iterator[str]:
    """Limits count callers: behind a proxy that nobody named, everybody would be one caller."""
    faces_it = needs(settings.program, "trusted_proxy") and settings.public_url.lower().startswith("https://")
    if faces_it and not settings.trusted_proxy:
        yield (
            "RENEWAL_TRUSTED_PROXY 没有设置：生产环境请填 HTTPS 代理的 IP 地址（同一台机器填 127.0.0.1），"
            "否则分不清是谁在访问"
        )


def _open_operators_port(settings: "Settings") -> Iterator[str]:
    if not is_loopback(settings.ops_host):
        yield "RENEWAL_OPS_HOST 在生产环境只能是本机地址（127.0.0.1）：就绪检查和指标不给外面看"


def _weak_secrets(settings: "Settings") -> Iterator[str]:
    given = {name: _plain(settings, name) for name in SECRETS if needs(settings.program, name)}
    if not settings.desk:
        given.pop("desk_secret", None)
    given |= {option.name: settings.option(option.name).strip() for option in _secret_options(settings)}
    for name, secret in given.items():
        remedy = _remedy(name)
        parts = _parts(secret) if name in LISTED else [secret]
        if min((len(part) for part in parts), default=0) < WEAKEST_SECRET_CHARS:
            yield (
                f"{_variable(name)} 太短或没有设置：生产环境至少要 {WEAKEST_SECRET_CHARS} 个字符，请{remedy}"
            )
        for part in parts:
            if is_guessable(part):
                yield f"{_variable(name)} 太容易猜到，字符太少、有重复或者有规律：请{remedy}"
            if any(word in part.casefold() for word in PRINTED):
                yield f"{_variable(name)} 是示例或测试里印出来的密钥，谁都知道：请{remedy}"


def _malformed_data_keys(settings: "Settings") -> Iterator[str]:
    for part in _parts(_plain(settings, "data_keys")):
        try:
            key = b64decode(part, altchars=b"-_", validate=True)
        except (Error, ValueError):
            key = b""
        if len(key) != DATA_KEY_BYTES:
            yield (
                "RENEWAL_DATA_KEYS 不是有效的密钥，要用逗号分开的 Fernet 密钥（32 字节的 URL-safe base64）："
                f"请{_remedy('data_keys')}"
            )
        elif _is_text(key) or is_guessable(key.decode("latin-1")):
            yield f"RENEWAL_DATA_KEYS 是从文字或有规律的数得来的，太容易猜到：请{_remedy('data_keys')}"


def _shared_secrets(settings: "Settings") -> Iterator[str]:
    owners: dict[str, str] = {}
    given = {name: _plain(settings, name) for name in SECRETS}
    given |= {option.name: settings.option(option.name).strip() for option in _secret_options(settings)}
    for name, listed in given.items():
        for secret in {listed, *_parts(listed)} - {""}:
            other = owners.setdefault(secret, name)
            if other != name and not _are_of_one_provider(other, name):
                yield f"{_variable(other)} 和 {_variable(name)} 是同一个密钥：每一项都要用自己的，请{_remedy(name)}"


def _fixed_day(settings: "Settings") -> Iterator[str]:
    if settings.today is not None:
        yield "RENEWAL_TODAY 把“今天”定死了，期限会算错：生产环境请去掉这一项"


def _public_address(settings: "Settings") -> Iterator[str]:
    if needs(settings.program, "public_url") and not _is_web_address(settings.public_url, "https"):
        yield (
            "RENEWAL_PUBLIC_URL 不是对外的 https 地址："
            "请写成 https://sms.example.org 的样子，不带用户名、参数和空格"
        )


def _private_addresses(settings: "Settings") -> Iterator[str]:
    if not is_loopback(settings.actions_host):
        yield "RENEWAL_ACTIONS_HOST 让别的机器也能连上动作服务：请用 127.0.0.1"
    if not _is_web_address(settings.rasa_url, "https") and not (
        _is_web_address(settings.rasa_url, "http") and is_loopback(urlsplit(settings.rasa_url).hostname)
    ):
        yield "RENEWAL_RASA_URL 会把对话明文传出本机：请用 http://127.0.0.1:5005，或者 https 地址"


def _open_gateway(settings: "Settings") -> Iterator[str]:
    """A proxy on this machine needs no other machine to reach the gateway, which speaks plain HTTP."""
    beside = needs(settings.program, "gateway_host") and is_loopback(settings.trusted_proxy)
    if beside and not is_loopback(settings.gateway_host):
        yield (
            "RENEWAL_GATEWAY_HOST 让别的机器绕过本机的 HTTPS 代理直接连网关：请用 127.0.0.1，"
            "代理在别的机器上就把 RENEWAL_TRUSTED_PROXY 写成它的地址"
        )


def _provider_address(settings: "Settings") -> Iterator[str]:
    for kind in settings.providers:
        for option in kind.options.values():
            url = settings.option(option.name)
            if not option.domain or not url:
                continue
            host = f".{urlsplit(url).hostname}" if _is_web_address(url, "https") else ""
            if not host.endswith(f".{option.domain}"):
                yield (
                    f"{option.variable} 会把短信和密钥交给别人："
                    f"请去掉这一项，或者用 {kind.title} 自己的 https 地址（…{option.domain}）"
                )


def _debugging(_: "Settings") -> Iterator[str]:
    for name in DEBUGGING:
        if os.environ.get(name, "0").casefold() not in {"", "0", "false", "no"}:
            yield f"{name} 打开了调试，会把出错的细节给外人看：生产环境请去掉这个环境变量"


CHECKS: Sequence[Callable[["Settings"], Iterator[str]]] = (
    _simulator,
    _unnamed_proxy,
    _open_operators_port,
    _weak_secrets,
    _malformed_data_keys,
    _shared_secrets,
    _fixed_day,
    _public_address,
    _private_addresses,
    _open_gateway,
    *lines.CHECKS,
    _provider_address,
    _debugging,
)


def _is_text(key: bytes) -> bool:
    """Whether somebody wrote it: 32 random bytes are UTF-8 once in a hundred million times."""
    try:
        key.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _plain(settings: "Settings", name: str) -> str:
    secret: str = getattr(settings, name).get_secret_value().strip()
    return secret


def _secret_options(settings: "Settings") -> list[Option]:
    """The secrets of the providers that are set, as this program holds them."""
    options = [option for kind in settings.providers for option in kind.options.values()]
    return [option for option in options if option.secret and settings.option(option.name)]


def _are_of_one_provider(first: str, second: str) -> bool:
    """Its token and the one before may be the same for a while."""
    return any({first, second} <= set(kind.options) for kind in provider_kinds().values())


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _variable(name: str) -> str:
    return f"RENEWAL_{name.upper()}"


def _remedy(name: str) -> str:
    for kind in provider_kinds().values():
        if name in kind.options:
            return kind.options[name].remedy
    return f"用 {DATA_KEY if name == 'data_keys' else RANDOM_KEY} 另做一个"


def _is_web_address(url: str, scheme: str) -> bool:
    """Whether it is an address of that scheme that every client reads alike: a plain host, no user, no query."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 it is read at this look, and raises
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(" \\@?#")
    return plain and parts.scheme == scheme and _is_host(parts)


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if parts.netloc.startswith("["):
        try:
            return bool(ip_address(host))
        except ValueError:
            return False
    return all(label.replace("-", "").isalnum() for label in host.split("."))
