"""Where things lie, from whatever folder the command was typed in."""

import os
from pathlib import Path

from renewal.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
BOT_RASA = ROOT / "bot" / ".venv" / "bin" / "rasa"
MODELS = ROOT / ".cache" / "models"


def state_dir() -> Path:
    """The state folder: RENEWAL_STATE_DIR as seen from here, else `.state` of the project."""
    named = os.environ.get("RENEWAL_STATE_DIR")
    return Path(named).resolve() if named else ROOT / ".state"


def local_settings(**overrides: object) -> Settings:
    """The settings of this machine's state folder, with an absolute path to it."""
    return load_settings(**{"state_dir": state_dir(), **overrides})


def display(path: Path) -> str:
    """The path as a person would type it: from here where it lies below, else in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
