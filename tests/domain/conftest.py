"""The real rulebook and the real calendar of public holidays."""

import pytest

from renewal.domain import Rulebook
from renewal.rulebook import load_rulebook
from renewal.services.calendar import PublishedCalendar


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    return load_rulebook()


@pytest.fixture(scope="session")
def holidays() -> PublishedCalendar:
    return PublishedCalendar()
