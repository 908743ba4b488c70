"""Several Rasas take one turn of a conversation at a time, or do not start: as `endpoints.yml` says, over a Redis."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.many.servers import RedisServer, redis_server

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
Start = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a case in Rasa's environment, over a Redis and a database of conversations; it ends with the test."""
    began: list[subprocess.Popen[str]] = []

    def run(*arguments: str, redis_url: str = "", tracker_url: str = "") -> subprocess.Popen[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("RENEWAL_")}
        env |= {"RENEWAL_STATE_DIR": str(tmp_path), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        env |= {"RENEWAL_REDIS_URL": redis_url, "RENEWAL_TRACKER_URL": tracker_url}
        process = subprocess.Popen(
            [BOT_PYTHON, "tests/bot/lock_cases.py", *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        began.append(process)
        return process

    yield run
    for process in began:
        process.kill()
        process.communicate()


def result(process: subprocess.Popen[str]) -> dict:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return json.loads(said.splitlines()[-1])


def test_two_rasas_take_one_turn_at_a_time(start: Start, redis: RedisServer, tmp_path: Path) -> None:
    counted = tmp_path / "counted"
    counted.write_text("0")
    both = [start("turns", str(counted), "100", redis_url=redis.url) for _ in range(2)]
    assert [result(process) for process in both] == [{"done": True}] * 2
    assert counted.read_text() == "200"


def test_a_turn_keeps_its_lock_for_as_long_as_it_goes_on_and_then_lets_the_next_in(
    start: Start, redis: RedisServer
) -> None:
    assert result(start("long_turn", redis_url=redis.url)) == {"refused": 5, "after": True}


def test_a_turn_that_was_given_up_shuts_nobody_out(start: Start) -> None:
    """Found under load: a cancelled turn that went on to lengthen its lock, and shut its conversation for ever."""
    with redis_server() as alone:
        assert result(start("given_up", redis_url=alone.url)) == {"hang": 0, "locked": 0}


def test_a_turn_that_never_ends_shuts_its_conversation_for_no_longer_than_rasa_s_own_limit(
    start: Start, redis: RedisServer
) -> None:
    assert 2 < result(start("endless", redis_url=redis.url))["waited_s"] < 4


def test_who_is_killed_in_a_turn_lets_go_within_a_lock_s_life(start: Start, redis: RedisServer) -> None:
    holder = start("hold", redis_url=redis.url)
    assert holder.stdout.readline() == "taken\n"
    holder.kill()
    assert 5 < result(start("waits", redis_url=redis.url))["waited_s"] < 21


def test_without_its_redis_no_turn_is_taken(start: Start, redis: RedisServer) -> None:
    redis.stop()
    found = result(start("away", redis_url=redis.url))
    redis.start()
    assert found == {"refused": "Redis does not answer"}


def test_locks_lie_in_redis_where_it_is_named_and_else_in_memory(start: Start, redis: RedisServer) -> None:
    assert result(start("kind", redis_url=redis.url))["in_redis"]
    assert result(start("kind")) == {"type": "TurnLocks", "in_redis": False, "memory": True}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("shares", [(False, False), (False, True), (True, False)], ids=str)
def test_a_second_rasa_that_does_not_lock_with_the_first_does_not_start(
    start: Start, settings, database_kind: str, shares: tuple[bool, bool]
) -> None:
    address = make_url(settings.store_url).set(drivername=database_kind).render_as_string(hide_password=False)
    first, second = (
        {"redis_url": "redis://:word@127.0.0.1:9/0" if shared else "", "tracker_url": address}
        for shared in shares
    )
    holder = start("have", **first)
    assert holder.stdout.readline() == "had\n"
    assert "RENEWAL_REDIS_URL" in result(start("have", **second))["refused"]
    holder.kill()
    time.sleep(0.2)
    assert result(start("have", **second)) == {"had": True}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_rasas_that_share_a_redis_have_the_conversations_together(
    start: Start, settings, database_kind: str
) -> None:
    address = make_url(settings.store_url).set(drivername=database_kind).render_as_string(hide_password=False)
    both = [start("have", redis_url="redis://:word@127.0.0.1:9/0", tracker_url=address) for _ in range(2)]
    assert [process.stdout.readline() for process in both] == ["had\n"] * 2
