"""A third provider is one folder and one line: the toy of docs/adding_a_provider.md, from webhook to answer."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from renewal.providers import provider_kinds
from renewal.services.texts.provider import SendError
from renewal.settings import SettingsError, load_settings
from renewal.store.models import InboundText
from sms_gateway.app import create_app
from sms_gateway.providers import PROVIDERS
from tests.contract.wires import pigeon
from tests.contract.wires.wire import PHONE
from tests.production import settings_of_production

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {"provider": "pigeon", "pigeon_key": "corn", "public_url": "https://sms.example.org"}
# The folders of providers, the table with their lines, and the simulator's own rows and phones.
OWN_PLACES = ("sms_gateway/providers/",)


def test_a_text_to_the_toy_is_kept_and_acknowledged_as_it_wants(services, assistant) -> None:
    with pigeon.open_wire(services) as wire:
        client = create_app(wire.services.settings, wire.services, assistant).test_client()
        hook = wire.texts([("r1", PHONE, "居住证怎么续签"), ("r2", PHONE, "要多少钱")])
        headers = {"Feather": hook.headers["Feather"]}
        answer = client.post("/sms/pigeon", data=hook.body, headers=headers)
        assert (answer.status_code, answer.text) == (200, "coo")
        assert client.post("/sms/pigeon", data=hook.body).status_code == 403
        with services.store.read() as session:
            assert len(session.scalars(select(InboundText)).all()) == 2


def test_its_settings_are_read_asked_for_and_kept_from_other_programs(tmp_path) -> None:
    with pytest.raises(SettingsError, match="RENEWAL_PROVIDER"):
        load_settings(state_dir=tmp_path, **GIVEN)
    with pigeon.known():
        assert load_settings(state_dir=tmp_path, **GIVEN).option("pigeon_key") == "corn"
        with pytest.raises(SettingsError, match=r"RENEWAL_PIGEON_KEY 没有设置.*信鸽"):
            load_settings(state_dir=tmp_path, **GIVEN | {"pigeon_key": ""})
        assert load_settings(state_dir=tmp_path, program="actions", **GIVEN).option("pigeon_key") == ""
        with pytest.raises(SettingsError, match=r"RENEWAL_PIGEON_KEY 太短.*问养鸽人"):
            load_settings(state_dir=tmp_path, **settings_of_production(**GIVEN))


def test_it_takes_over_for_another_provider(services) -> None:
    from sms_gateway.providers import open_sender
    from sms_gateway.providers.failover import FailoverProvider

    with pigeon.open_wire(services) as wire:
        settings = wire.services.settings.model_copy(update={"provider_second": "simulator"})
        assert isinstance(open_sender(replace(services, settings=settings)), FailoverProvider)
        wire.hang_up()
        with pytest.raises(SendError):
            wire.provider.send(to=PHONE, body="x", our_id="1")


def test_no_code_but_a_providers_own_knows_it_by_name() -> None:
    """What names a provider outside its folder is what the next one would have to touch."""
    names = [name for name, kind in provider_kinds().items() if not kind.shows_texts]
    assert names
    found = subprocess.run(
        ["git", "grep", "-liE", "|".join(names), "--", "renewal/*.py", "sms_gateway/*.py", "actions/*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    outside = [file for file in found.stdout.split() if not file.startswith(OWN_PLACES)]
    assert outside == []
    own = [file for file in found.stdout.split() if file.count("/") == 2]
    assert own == ["sms_gateway/providers/__init__.py"]


def test_each_line_of_the_table_has_its_folder() -> None:
    folders = {path.parent.name for path in (ROOT / "sms_gateway/providers").glob("*/provider.yml")}
    assert folders == set(PROVIDERS)
