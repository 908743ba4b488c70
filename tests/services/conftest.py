"""The services of another day."""

from collections.abc import Callable
from datetime import date

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
