"""Gateway and worker are killed at seeded moments, beside a provider with moods: `make bench NAME=crashes` in short."""

import pytest

from tests.delivery.audit import Audit
from tests.delivery.bot import Bot
from tests.delivery.history import History
from tests.delivery.moods import Moods

KILLS = 25
LIMIT_S = 800  # beside much other work; an eighth of it where the machine is free

pytestmark = pytest.mark.timeout(LIMIT_S)


@pytest.mark.parametrize(
    ("database_kind", "workers", "seed"),
    [("sqlite", 1, 1), ("sqlite", 1, 2), ("postgresql", 1, 3), ("postgresql", 2, 4)],
    indirect=["database_kind"],
)
def test_whatever_is_killed_no_text_is_lost_repeated_unsettled_or_out_of_turn(
    settings, job_tables, worlds, workers, seed
) -> None:
    world = worlds(settings, Moods(seed=seed), Bot(seed=seed, bad=0.2, slow_s=0.2), workers=workers)
    history = History(world, seed=seed, kills=KILLS)
    history.run()
    found = Audit(world.store, world.carrier, history.said).findings()
    assert not found, f"seed {seed}, {world.kills} kills: {found.counts()}\n{found.lines()}"
    assert world.kills > KILLS // 2
