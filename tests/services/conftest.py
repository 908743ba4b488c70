"""Services over a real store with the sample holders in it."""

from collections.abc import Callable
from datetime import date

import pytest

from renewal.rulebook import load_rulebook
from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.services.sample import make_sample
from renewal.settings import Settings
from renewal.store import Store
from renewal.wording import load_wording

RULES = load_rulebook()
WORDING = load_wording(RULES)


@pytest.fixture
def services(settings: Settings, store: Store) -> Services:
    """Services with nobody on file."""
    jobs = Jobs(store)
    jobs.migrate()
    return Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=jobs)


@pytest.fixture
def sample(services: Services) -> Services:
    """Services with the sample holders on file."""
    make_sample(services.store, seed=1, count=200, today=services.today())
    return services


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
