"""A world with a patient carrier, on SQLite unless a test says otherwise."""

from collections.abc import Callable, Iterator

import pytest

from renewal.settings import Settings
from tests.delivery.bot import Bot
from tests.delivery.carrier import Carrier
from tests.delivery.moods import Moods, good
from tests.delivery.nursery import Nursery
from tests.delivery.world import World


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "sqlite")


@pytest.fixture
def worlds(nursery: Nursery) -> Iterator[Callable[..., World]]:
    """Makes a world over settings, with a carrier of such moods; it ends with the test."""
    made: list[World] = []

    def make(settings: Settings, moods: Moods | None = None, bot: Bot | None = None, **options) -> World:
        world = World(settings, nursery, Carrier(moods or good()), bot or Bot(), **options)
        made.append(world.__enter__())
        return world

    yield make
    for world in made:
        world.__exit__()
