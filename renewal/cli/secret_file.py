"""Random secrets for a machine that nobody configured, kept in the state folder and readable by its owner only."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from renewal.settings import Settings

FILE_NAME = "secrets.env"
_PREFIX = "RENEWAL_"


def _fernet_key() -> str:
    return Fernet.generate_key().decode()


def _token() -> str:
    return secrets.token_urlsafe(32)


MAKERS: dict[str, Callable[[], str]] = {
    "data_keys": _fernet_key,
    "lookup_key": _token,
    "rasa_secret": _token,
    "actions_secret": _token,
    "tracker_key": _token,
    "desk_secret": _token,
}

NEVER_LOST = {"data_keys", "lookup_key"}


def read_secrets(folder: Path) -> dict[str, str]:
    """The secrets kept in the folder, by name of the setting; empty where there are none."""
    try:
        lines = (folder / FILE_NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if line.startswith(_PREFIX))
    return {name.removeprefix(_PREFIX).lower(): value.strip() for name, _, value in pairs}


def ensure_secrets(settings: Settings) -> Path | None:
    """Make, in the state folder, the secrets that are set nowhere. Never changes one that is there.

    Returns the file, where a key was made in it that must never be lost.
    """
    made = {name: make() for name, make in MAKERS.items() if not getattr(settings, name).get_secret_value()}
    if made:
        settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(settings.state_dir / FILE_NAME, read_secrets(settings.state_dir) | made)
    return settings.state_dir / FILE_NAME if made.keys() & NEVER_LOST else None


def new_data_key() -> str:
    """A key for the store's encrypted columns."""
    return _fernet_key()


def put_in_front(folder: Path, name: str, key: str) -> bool:
    """Put a newer key before those of this setting in the state folder; false where the folder has none."""
    kept = read_secrets(folder)
    if not kept.get(name):
        return False
    _write(folder / FILE_NAME, kept | {name: f"{key},{kept[name]}"})
    return True


def _write(path: Path, values: dict[str, str]) -> None:
    """Whole or not at all: a half-written key would lock the store for good."""
    draft = path.with_suffix(".new")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(
            "# 自动生成的密钥，请备份。弄丢 data_keys，存下的姓名和电话就再也读不出来；弄丢 lookup_key，谁也查不到。\n"
        )
        file.writelines(f"{_PREFIX}{name.upper()}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
