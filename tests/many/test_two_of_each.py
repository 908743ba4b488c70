"""Two of each program behind nginx, over one PostgreSQL and one Redis, with people at work; one of each is killed.

RENEWAL_TEST_TALKS and RENEWAL_TEST_NOTICES make it larger: `make bench NAME=scale` takes 500 and 20,000.
"""

import os

import httpx
import pytest

from renewal.cli.model import ensure_model
from tests.many.load import KILLED, LIMITS, Load
from tests.many.machines import Machines
from tests.many.servers import RedisServer

TALKS = int(os.environ.get("RENEWAL_TEST_TALKS", "40"))
NOTICES = int(os.environ.get("RENEWAL_TEST_NOTICES", "400"))

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def test_whichever_of_two_is_killed_nothing_is_lost_nothing_comes_twice_and_limits_hold_across_both(
    settings, redis: RedisServer
) -> None:
    machines = Machines(settings, redis.url, ensure_model(), RENEWAL_SMS_PER_S=str(NOTICES // 10))
    with machines.running():
        for path in ("/readyz", "/metrics"):
            assert httpx.get(machines.url + path, verify=machines.trusted, trust_env=False).status_code == 404
        load = Load(machines, seed=14, kills=len(KILLED), notices=NOTICES, talks=TALKS)
        load.run()
        machines.wait_until_ready()
        found = load.findings()
        assert "temporary file" not in (machines.folder / "error.log").read_text(), (
            "a text was laid into a file"
        )
    assert load.found_limits == LIMITS
    assert machines.kills == list(KILLED)
    assert min(load.left_at_kills) > 0, f"nothing was left to do at a kill: {load.left_at_kills}"
    assert not found, f"{load.counts()}\n{found}"
