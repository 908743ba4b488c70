"""A state folder of one's own for each test of the command line."""

import os
from pathlib import Path

import pytest

from renewal.cli import console


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands run on an empty state folder, and on no other setting of this machine."""
    for name in [name for name in os.environ if name.startswith("RENEWAL_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "state"
    monkeypatch.setenv("RENEWAL_STATE_DIR", str(folder))
    monkeypatch.setenv("RENEWAL_TODAY", "2026-11-23")
    monkeypatch.setattr(console.out, "_width", 160)
    return folder
