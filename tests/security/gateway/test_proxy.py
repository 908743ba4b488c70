"""Who calls is what the connection says, or what the named proxy says: nobody chooses his own address."""

from pathlib import Path

import httpx
import pytest
from flask import Flask, g

from renewal.settings import SettingsError, load_settings
from sms_gateway.caller import caller
from tests.production import settings_of_production
from tests.security.conftest import Serve
from tests.security.gateway.conftest import OpenApp

LIVE = {name: value for name, value in settings_of_production().items() if name != "trusted_proxy"}
HEADERS = [
    {"X-Forwarded-For": "203.0.113.9"},
    {"X-Forwarded-For": "203.0.113.9, 203.0.113.10"},
    {"Forwarded": "for=203.0.113.9"},
    {"X-Real-IP": "203.0.113.9"},
    {"X-Client-IP": "203.0.113.9"},
    {"True-Client-IP": "203.0.113.9"},
    {"CF-Connecting-IP": "203.0.113.9"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.10"},
    {"X-Forwarded-By": "203.0.113.9"},
]


def _told(app: Flask) -> list[str]:
    """The callers that the app sees from now on."""
    seen: list[str] = []

    def note() -> None:
        g.seen = True
        seen.append(caller())

    app.before_request(note)
    return seen


@pytest.mark.parametrize("headers", HEADERS)
def test_a_stranger_cannot_choose_the_address_that_he_is_counted_by(
    open_app: OpenApp, serve: Serve, headers: dict[str, str]
) -> None:
    app = open_app()
    seen = _told(app)
    httpx.get(f"http://127.0.0.1:{serve(app)}/healthz", headers=headers, trust_env=False, timeout=30)
    assert seen == ["127.0.0.1"]


@pytest.mark.parametrize("headers", HEADERS)
def test_a_header_counts_from_nobody_but_the_named_proxy(
    open_app: OpenApp, serve: Serve, headers: dict[str, str]
) -> None:
    app = open_app(trusted_proxy="127.0.0.2")
    seen = _told(app)
    httpx.get(f"http://127.0.0.1:{serve(app)}/healthz", headers=headers, trust_env=False, timeout=30)
    assert seen == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("sent", "hops", "seen_as"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("10.9.9.9, 203.0.113.9", 1, "203.0.113.9"),  # what the caller wrote himself stands before it
        ("1.1.1.1, 2.2.2.2, 203.0.113.9", 1, "203.0.113.9"),
        ("10.9.9.9, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", 1, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("203.0.113.9:4711", 1, "203.0.113.9"),
    ],
)
def test_the_named_proxys_word_is_taken_as_far_as_it_reaches(
    open_app: OpenApp, serve: Serve, sent: str, hops: int, seen_as: str
) -> None:
    app = open_app(trusted_proxy="127.0.0.1", trusted_proxy_hops=hops)
    seen = _told(app)
    httpx.get(
        f"http://127.0.0.1:{serve(app)}/healthz",
        headers={"X-Forwarded-For": sent},
        trust_env=False,
        timeout=30,
    )
    assert seen == [seen_as]


def test_each_caller_behind_the_proxy_is_counted_by_himself(open_app: OpenApp) -> None:
    app = open_app()

    def codes(address: str, times: int) -> list[int]:
        visitor = app.test_client()
        return [
            visitor.post("/chat/sessions", json={}, environ_base={"REMOTE_ADDR": address}).status_code
            for _ in range(times)
        ]

    assert codes("203.0.113.1", 61)[-1] == 429
    assert codes("203.0.113.2", 1) == [201]
    assert codes("2001:db8::1", 60)[-1] == 201
    assert codes("2001:db8::2", 1) == [429]  # another address of the same network


@pytest.mark.parametrize("header", ['"', '"a', 'a,"b', '"\\"', "x" * 300])
def test_a_malformed_word_of_the_proxy_is_no_error_of_ours(
    open_app: OpenApp, serve: Serve, header: str
) -> None:
    port = serve(open_app(trusted_proxy="127.0.0.1"))
    sent = {"X-Forwarded-For": header}
    assert (
        httpx.get(f"http://127.0.0.1:{port}/healthz", headers=sent, trust_env=False, timeout=30).status_code
        < 500
    )


def test_production_under_https_does_not_start_without_a_named_proxy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_TRUSTED_PROXY 没有设置"):
        load_settings(state_dir=tmp_path, **LIVE)
    assert load_settings(state_dir=tmp_path, **LIVE, trusted_proxy="10.0.0.2").trusted_proxy == "10.0.0.2"


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "10.0.0.0/8", "proxy", "localhost", "10.0.0.1,10.0.0.2"])
def test_a_proxy_is_one_address_and_never_everybody(tmp_path: Path, proxy: str) -> None:
    for environment in ("production", "development"):
        with pytest.raises(SettingsError, match="一个 IP 地址"):
            load_settings(state_dir=tmp_path, **(LIVE | {"environment": environment}), trusted_proxy=proxy)


@pytest.mark.parametrize("hops", [0, -1, 11])
def test_a_number_of_proxies_is_a_small_number(tmp_path: Path, hops: int) -> None:
    with pytest.raises(SettingsError, match="HOPS"):
        load_settings(state_dir=tmp_path, trusted_proxy_hops=hops)
