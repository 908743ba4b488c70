"""Settings that are each in order and together open a door: what was meant for one machine stays there."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from renewal.settings import Settings, SettingsError, load_settings
from tests.production import settings_of_production

FAR = "postgresql://renewal:word@db.example.org/renewal"
NEAR = "postgresql://renewal:word@127.0.0.1/renewal"
SHARED = {"database_url": NEAR, "tracker_url": NEAR}


@pytest.fixture(autouse=True)
def no_mode_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine says of TLS to databases does not count."""
    monkeypatch.delenv("PGSSLMODE", raising=False)


def start(tmp_path: Path, program: str = "", **changed: Any) -> Settings:
    return load_settings(state_dir=tmp_path, program=program, **settings_of_production(**changed))


@pytest.mark.parametrize(
    "open_to_others",
    [
        {"public_url": "https://renewal.example.org"},
        {"public_url": "http://192.168.1.5:8000"},
        {"public_url": "https://127.0.0.1.example.org"},
        {"trusted_proxy": "127.0.0.1"},
        {"trusted_proxy": "10.0.0.2"},
    ],
    ids=str,
)
@pytest.mark.parametrize("program", ["", "gateway", "worker"])
def test_a_proxy_does_not_show_the_phone_on_screen_to_the_world_where_nobody_said_production(
    tmp_path: Path, program: str, open_to_others: dict[str, str]
) -> None:
    """Who sets up the proxy and forgets the environment would show everybody's texts and login codes."""
    if program == "worker":
        open_to_others = {"public_url": "https://renewal.example.org"}  # it knows no proxy
    with pytest.raises(SettingsError, match="RENEWAL_ENVIRONMENT=production"):
        load_settings(state_dir=tmp_path, program=program, **open_to_others)


@pytest.mark.parametrize("url", ["", "http://localhost:8000", "http://127.0.0.1:9000", "https://[::1]:8443"])
def test_a_developer_has_the_phone_on_screen_under_an_address_of_this_machine(
    tmp_path: Path, url: str
) -> None:
    assert load_settings(state_dir=tmp_path, public_url=url).provider == "simulator"


def test_a_developer_may_have_a_public_address_for_twilio(tmp_path: Path) -> None:
    chosen = settings_of_production(environment="development", trusted_proxy="")
    assert load_settings(state_dir=tmp_path, **chosen).provider == "twilio"


@pytest.mark.parametrize("weak", ["x", "changeme", "a" * 40])
@pytest.mark.parametrize("place", [0, 1])
def test_a_weak_key_of_conversations_does_not_hide_in_a_list_with_a_strong_one(
    tmp_path: Path, weak: str, place: int
) -> None:
    """The first one seals: `x,…` would seal everything under `x`."""
    keys = [secrets.token_urlsafe(32)]
    keys.insert(place, weak)
    with pytest.raises(SettingsError, match="RENEWAL_TRACKER_KEY"):
        start(tmp_path, tracker_key=",".join(keys))


def test_a_key_of_conversations_is_changed_with_the_old_one_behind_it(tmp_path: Path) -> None:
    assert start(tmp_path, tracker_key=f"{secrets.token_urlsafe(32)}, {secrets.token_urlsafe(32)}")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "", "gateway.example.org"])
def test_nobody_goes_round_the_proxy_of_this_machine(tmp_path: Path, host: str) -> None:
    for program in ("", "gateway"):
        with pytest.raises(SettingsError, match="RENEWAL_GATEWAY_HOST"):
            start(tmp_path, program, gateway_host=host)


def test_a_proxy_on_another_machine_reaches_the_gateway(tmp_path: Path) -> None:
    assert start(tmp_path, gateway_host="10.0.0.3", trusted_proxy="10.0.0.2").gateway_host == "10.0.0.3"


@pytest.mark.parametrize("proxy", ["0.0.0.0", "::", "255.255.255.255", "224.0.0.1", "ff02::1"])
def test_a_proxy_is_a_machine_from_which_somebody_can_call(tmp_path: Path, proxy: str) -> None:
    """No call comes from such an address: the whole city would be one caller, and shut out as one."""
    with pytest.raises(SettingsError, match="RENEWAL_TRUSTED_PROXY"):
        start(tmp_path, trusted_proxy=proxy)


@pytest.mark.parametrize("setting", ["database_url", "tracker_url"])
@pytest.mark.parametrize(
    "url",
    [
        FAR,
        f"{FAR}?sslmode=disable",
        f"{FAR}?sslmode=prefer",
        f"{FAR}?sslmode=verify-full&sslmode=allow",
        "postgresql+psycopg://renewal:word@10.0.0.7:5432/renewal",
        "postgres://a:b@db1.example.org,127.0.0.1/renewal",
        "postgresql:///renewal?host=db.example.org",
        "postgresql://localhost/renewal?hostaddr=10.0.0.7",
    ],
)
def test_nobody_on_the_way_reads_what_goes_to_a_database(tmp_path: Path, setting: str, url: str) -> None:
    with pytest.raises(SettingsError, match=f"RENEWAL_{setting.upper()}") as refusal:
        start(tmp_path, **{setting: url})
    assert "word" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        f"{FAR}?sslmode=require",
        f"{FAR}?sslmode=verify-full",
        "postgresql://renewal:word@127.0.0.1/renewal",
        "postgresql://localhost/renewal",
        "postgresql:///renewal",
        "postgresql:///renewal?host=/var/run/postgresql",
    ],
)
def test_a_database_on_this_machine_or_under_tls_is_taken(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, database_url=url).store_url == url


def test_what_the_machine_says_of_tls_to_databases_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert start(tmp_path, database_url=FAR).store_url == FAR


@pytest.mark.parametrize("setting", ["database_url", "tracker_url"])
@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///renewal.db", "sqlite+pysqlite:///../renewal.db"]
)
def test_no_program_has_a_store_of_its_own(tmp_path: Path, setting: str, url: str) -> None:
    """What is erased in one would stay in the other."""
    with pytest.raises(SettingsError, match=f"RENEWAL_{setting.upper()} 要写绝对路径"):
        load_settings(state_dir=tmp_path, **{setting: url})


@pytest.mark.parametrize("program", ["", "gateway", "worker", "rasa"])
@pytest.mark.parametrize(
    "url",
    [
        "redis://:word@redis.example.org:6379/0",
        "redis://:word@10.0.0.7:6379/0",
        "redis://:word@localhost.example.org/0",
        "redis://127.0.0.1:6379/0",
        "redis://renewal@127.0.0.1:6379/0",
        "rediss://redis.example.org:6380/0",
        "rediss://:word@redis.example.org:6380/0?ssl_cert_reqs=none",
        "rediss://:word@redis.example.org:6380/0?ssl_check_hostname=false",
    ],
)
def test_nobody_on_the_way_unlocks_conversations_or_lifts_limits(
    tmp_path: Path, program: str, url: str
) -> None:
    with pytest.raises(SettingsError, match=r"^RENEWAL_REDIS_URL") as refusal:
        start(tmp_path, program, redis_url=url, **SHARED)
    assert "word" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["", "redis://:word@127.0.0.1:6379/0", "rediss://renewal:word@redis.example.org:6380/0"]
)
def test_a_redis_on_this_machine_or_under_tls_is_taken(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, redis_url=url, **SHARED).redis_url == url


@pytest.mark.parametrize(
    ("setting", "program"),
    [
        *[("database_url", name) for name in ("", "gateway", "worker", "actions")],
        *[("tracker_url", name) for name in ("", "worker", "rasa")],
    ],
)
@pytest.mark.parametrize("url", ["", "sqlite:////var/lib/renewal/own.db"])
def test_several_of_a_program_do_not_each_have_a_file_of_their_own(
    tmp_path: Path, program: str, setting: str, url: str
) -> None:
    several = {"redis_url": "redis://:word@127.0.0.1:6379/0", **SHARED, setting: url}
    with pytest.raises(SettingsError, match=f"^RENEWAL_{setting.upper()}.*RENEWAL_REDIS_URL"):
        start(tmp_path, program, **several)
    assert start(tmp_path, program, **several | {"redis_url": ""})


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "unix:///run/redis.sock", "rediss://"])
def test_what_is_no_address_of_a_redis_is_refused_everywhere(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_REDIS_URL"):
        load_settings(state_dir=tmp_path, redis_url=url)
