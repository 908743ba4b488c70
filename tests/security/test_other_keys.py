"""Every program is turned away at the door where its keys are not the store's: one sentence, and it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from renewal.settings import Settings
from renewal.store import Store

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"actions": 1, "sms_gateway": 2, "sms_gateway.worker": 2}
OTHERS = {
    "RENEWAL_LOOKUP_KEY": ("another-lookup-key-of-the-tests-0000", "RENEWAL_LOOKUP_KEY is not the one"),
    "RENEWAL_DATA_KEYS": ("A" * 43 + "=", "RENEWAL_DATA_KEYS lacks a key"),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("variable", OTHERS)
def test_a_program_with_another_key_says_so_and_ends(
    program: str, variable: str, store: Store, settings: Settings
) -> None:
    store.ping()
    secrets = ("data_keys", "lookup_key", "rasa_secret", "actions_secret", "desk_secret")
    given = {f"RENEWAL_{name.upper()}": getattr(settings, name).get_secret_value() for name in secrets}
    key, said = OTHERS[variable]
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "RENEWAL_STATE_DIR": str(settings.state_dir),
        "RENEWAL_DATABASE_URL": settings.database_url,
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    } | given
    done = subprocess.run(
        (sys.executable, "-m", program),
        check=False,
        env=env | {variable: key},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == PROGRAMS[program]
    lines = [line for line in done.stderr.splitlines() if line.startswith("RENEWAL_")]
    assert len(lines) == 1
    assert lines[0].startswith(said)
    assert key not in done.stderr
