"""The services of another day, and files to import."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from renewal.services.app import Services


@pytest.fixture
def on(services: Services) -> Callable[[date], Services]:
    """The same services on another day."""

    def move(day: date) -> Services:
        settings = services.settings.model_copy(update={"today": day})
        return Services(
            settings=settings,
            store=services.store,
            rulebook=services.rulebook,
            wording=services.wording,
            jobs=services.jobs,
        )

    return move


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    """Writes lines to a file; returns its path as a person would type it."""

    def write(*lines: str, encoding: str = "utf-8", end: str = "\n", name: str = "file.csv") -> str:
        path = tmp_path / name
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return str(path)

    return write
