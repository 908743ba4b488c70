"""What a process refuses to start with: each in one sentence that says what to do."""

from pathlib import Path

import pytest

from renewal.services.app import Services
from renewal.services.samples.sample import RealHolders, load_sample, load_sample_once
from renewal.settings import Settings, SettingsError, load_settings

SECRETS = dict.fromkeys(("data_keys", "lookup_key", "rasa_secret", "actions_secret", "tracker_key"), "s" * 40)
TWILIO = {
    "provider": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "twilio_from": "+8610",
    "public_url": "https://example.org",
}


def test_production_does_not_start_on_the_simulator_which_shows_every_text_and_login_code(
    tmp_path: Path,
) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_PROVIDER=twilio"):
        load_settings(environment="production", state_dir=tmp_path, **SECRETS)


def test_production_starts_on_twilio(tmp_path: Path) -> None:
    started = load_settings(environment="production", state_dir=tmp_path, **SECRETS, **TWILIO)
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
    real = Settings(**{**services.settings.model_dump(), "environment": "production", **TWILIO})
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
