"""Where things lie, from whatever folder the command was typed in."""

import os
from pathlib import Path

from renewal.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
BOT_RASA = ROOT / "bot" / ".venv" / "bin" / "rasa"
MODELS = ROOT / ".cache" / "models"
# What a program needs of the machine it runs on. Whatever else is set there is no business of ours, least of all keys.
MACHINE = frozenset(
    {
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "PGSSLMODE", "PGSSLROOTCERT",
    }
)  # fmt: skip


def state_dir() -> Path:
    """The state folder: RENEWAL_STATE_DIR as seen from here, else `.state` of the project."""
    named = os.environ.get("RENEWAL_STATE_DIR")
    return Path(named).resolve() if named else ROOT / ".state"


def machine_environment() -> dict[str, str]:
    """The few variables of this machine that are passed on to a program."""
    return {name: value for name, value in os.environ.items() if name in MACHINE or name.startswith("LC_")}


def local_settings(**overrides: object) -> Settings:
    """The settings of this machine's state folder, with an absolute path to it."""
    return load_settings(**{"state_dir": state_dir(), **overrides})


def display(path: Path) -> str:
    """The path as a person would type it: from here where it lies below, else in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
