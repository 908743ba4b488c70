"""What is refused before a handler runs: odd methods, foreign hosts, other sites."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Response, request

from renewal.pages import pages_of
from renewal.settings import LOOPBACK, Settings
from sms_gateway.gateway import gateway
from sms_gateway.metrics import method_label
from sms_gateway.refused import Refused

ALIVE = "/healthz"  # a load balancer asks by address
ASKED_AGAIN_S = 600  # for how long a browser may keep that a page of the allowlist may ask


def refuse_odd_methods() -> None:
    """A method that no route of ours has is answered 405, whatever the address."""
    if method_label(request.method) != request.method:
        raise Refused(405, "chat.bad_request", what="method")


def refuse_other_hosts(hosts: frozenset[str]) -> Callable[[], None]:
    """A check that the request names one of `hosts`: another site's name may not point its visitors at us."""

    def check() -> None:
        if request.path != ALIVE and _name(request.host) not in hosts:
            raise Refused(400, "chat.bad_request", what="host")

    return check


def public_hosts(settings: Settings) -> frozenset[str]:
    """The names under which the public port may be asked."""
    ours = _name(urlsplit(settings.public_url).netloc)
    if settings.environment == "production":
        return frozenset({ours} - {""})
    return frozenset({ours, settings.gateway_host.lower(), *LOOPBACK} - {""})


def ops_hosts(settings: Settings) -> frozenset[str]:
    """The names under which the operators' port may be asked."""
    return frozenset({settings.ops_host.lower(), *LOOPBACK})


def refuse_other_sites() -> None:
    """A page of another site, listed or not, may neither speak for its visitor here nor read what is here."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "chat.bad_request", what="cross_site")
    origin = request.headers.get("Origin")
    if origin is not None and _origin(origin) not in _our_origins():
        raise Refused(403, "chat.bad_request", what="cross_site")


def refuse_unlisted_sites() -> None:
    """The same where pages of the allowlist may ask, each with a key of its own: at the chat, and nowhere else."""
    if not embedding_page():
        refuse_other_sites()


def embedding_page() -> str:
    """The origin of the page of another site that asks, where it is on the allowlist; else empty."""
    given = request.headers.get("Origin", "")
    asked = _origin(given)
    if asked is None or asked in _our_origins():
        return ""
    return (
        given
        if asked in {_origin(page) for page in pages_of(gateway().services.settings.chat_origins)}
        else ""
    )


def allow_embedding_page(answer: Response) -> Response:
    """Let a page of the allowlist read the answer. Never with cookies: its key is a token of its own."""
    answer.vary.add("Origin")
    if page := embedding_page():
        answer.headers["Access-Control-Allow-Origin"] = page
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
        if request.method == "OPTIONS":
            answer.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
            answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, X-Requested-With"
            answer.headers["Access-Control-Max-Age"] = str(ASKED_AGAIN_S)
    return answer


def _our_origins() -> set[tuple[str, str, int | None] | None]:
    """In production the https address alone: what comes under http of the same name, anybody on the way may write."""
    settings = gateway().services.settings
    asked = "" if settings.environment == "production" else f"{request.scheme}://{request.host}"
    return {_origin(settings.public_url), _origin(asked)} - {None}


def _origin(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is no web address, or one that two readers take for two hosts."""
    if "@" in address or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)


def _name(host: str) -> str:
    """The host's name in small letters, without its port; empty for what is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
