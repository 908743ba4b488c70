"""What a process refuses to start with: each in one sentence that says what to do."""

from pathlib import Path

import pytest

from renewal.services.app import Services
from renewal.services.samples.sample import RealHolders, load_sample, load_sample_once
from renewal.settings import Settings, SettingsError, load_settings
from tests.production import settings_of_production

TWILIO = {
    "provider": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "twilio_from": "+8610",
    "public_url": "https://example.org",
    "trusted_proxy": "127.0.0.1",
}


def test_production_does_not_start_on_the_simulator_which_shows_every_text_and_login_code(
    tmp_path: Path,
) -> None:
    with pytest.raises(SettingsError, match="换一个 RENEWAL_PROVIDER"):
        load_settings(state_dir=tmp_path, **settings_of_production(provider="simulator"))


def test_production_starts_on_twilio(tmp_path: Path) -> None:
    started = load_settings(state_dir=tmp_path, **settings_of_production())
    assert started.provider == "twilio"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "renewal.example.org"])
def test_the_simulator_is_on_loopback_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_GATEWAY_HOST"):
        load_settings(state_dir=tmp_path, gateway_host=host)
    assert load_settings(state_dir=tmp_path, gateway_host=host, **TWILIO).gateway_host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_simulator_is_there_on_this_machine(tmp_path: Path, host: str) -> None:
    assert load_settings(state_dir=tmp_path, gateway_host=host).provider == "simulator"


def test_sample_holders_do_not_come_among_real_ones(services: Services) -> None:
    real = Settings(**{**services.settings.model_dump(), **settings_of_production()})
    in_production = Services(
        settings=real,
        store=services.store,
        rulebook=services.rulebook,
        wording=services.wording,
        jobs=services.jobs,
    )
    with pytest.raises(RealHolders, match="生产环境"):
        load_sample(in_production, seed=1, count=3)
    with pytest.raises(RealHolders):
        load_sample_once(in_production)
    assert load_sample(services, seed=1, count=3).made == 3


def test_a_provider_that_nobody_knows_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"RENEWAL_PROVIDER 不认识.*simulator.*twilio"):
        load_settings(state_dir=tmp_path, provider="pigeon")


def test_what_a_provider_cannot_do_without_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_TWILIO_FROM 没有设置"):
        load_settings(state_dir=tmp_path, **{**TWILIO, "twilio_from": ""})


def test_a_providers_settings_come_from_the_environment_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secrets.env").write_text("RENEWAL_TWILIO_AUTH_TOKEN=of-file\nRENEWAL_TWILIO_FROM=+8611\n")
    monkeypatch.setenv("RENEWAL_TWILIO_FROM", "+8612")
    given = {
        name: value for name, value in TWILIO.items() if name not in {"twilio_auth_token", "twilio_from"}
    }
    settings = load_settings(state_dir=tmp_path, **given)
    assert (settings.option("twilio_auth_token"), settings.option("twilio_from")) == ("of-file", "+8612")


def test_a_second_provider_brings_its_own_settings_and_is_not_the_first(tmp_path: Path) -> None:
    here = {"provider_second": "twilio", "public_url": "http://127.0.0.1:8000", "trusted_proxy": ""}
    settings = load_settings(state_dir=tmp_path, **{**TWILIO, "provider": "simulator", **here})
    assert [kind.name for kind in settings.providers] == ["simulator", "twilio"]
    assert settings.option("twilio_from") == "+8610"
    with pytest.raises(SettingsError, match="RENEWAL_PROVIDER_SECOND"):
        load_settings(state_dir=tmp_path, provider_second="simulator")


def test_a_key_of_a_provider_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    settings = load_settings(state_dir=tmp_path, **{**TWILIO, "twilio_auth_token": "canary-token"})
    assert "canary-token" not in repr(settings)
