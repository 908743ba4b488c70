"""The rulebook that comes with the package."""

import pytest

from renewal.domain import Rulebook
from renewal.rulebook import load_rulebook


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    return load_rulebook()
