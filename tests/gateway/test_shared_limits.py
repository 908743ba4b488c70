"""Several gateways count as one where they have a Redis, and as few as one where they have none."""

import time
from dataclasses import replace

import pytest
import redis as client_of_redis
from limits import RateLimitItemPerMinute

from renewal.services.app import Services
from renewal.store import StoreUnavailable, sole
from renewal.store.engine import open_engine
from sms_gateway import limits
from sms_gateway.alone import AlreadyRunning, only_gateway
from sms_gateway.app import create_app, create_ops_app
from sms_gateway.limits import Limits
from sms_gateway.refused import Refused
from tests.many.servers import RedisServer

THREE = (RateLimitItemPerMinute(3),)


def test_two_gateways_let_one_phone_do_what_one_would(redis: RedisServer) -> None:
    first, second = Limits(redis.url), Limits(redis.url)
    asked = [gateway.allows(THREE, "phone", "a") for gateway in (first, second) * 3]
    assert asked == [True] * 3 + [False] * 3
    assert second.allows(THREE, "phone", "b")
    assert second.allows(THREE, "address", "a")
    with pytest.raises(Refused) as refused:
        first.spend(THREE, "phone", "a")
    assert 50 < refused.value.retry_after_s <= 60


def test_without_a_redis_each_process_counts_by_itself() -> None:
    first, second = Limits(), Limits()
    assert [gateway.allows(THREE, "phone", "a") for gateway in (first, second) * 3] == [True] * 6
    assert not first.are_shared()


def test_redis_is_told_no_address_and_no_number(services: Services, redis: RedisServer) -> None:
    shared = Limits(redis.url, services.store.address_hash)
    assert shared.allows(THREE, "address", "203.0.113.77", "+8619900000077")
    with client_of_redis.from_url(redis.url) as looking:
        keys = b"\n".join(looking.keys("renewal:limits*"))
    assert b"address" in keys
    assert b"203.0.113" not in keys
    assert b"1990000" not in keys
    assert services.store.address_hash("203.0.113.77").encode() in keys


def test_while_redis_is_away_a_gateway_counts_by_itself_and_comes_back_to_it(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ASKED_AGAIN_S", 0.2)
    first, second = Limits(redis.url), Limits(redis.url)
    redis.stop()
    asked = [gateway.allows(THREE, "phone", "away") for gateway in (first, second) * 4]
    assert asked == [True] * 6 + [False] * 2
    assert not first.are_shared()
    redis.start()
    time.sleep(0.3)
    assert first.are_shared()
    asked = [gateway.allows(THREE, "phone", "away") for gateway in (first, second) * 2]
    assert asked == [True] * 3 + [False]


def test_the_gateway_counts_where_its_settings_say_and_is_ready_only_with_it(
    services: Services, redis: RedisServer
) -> None:
    settings = services.settings.model_copy(update={"redis_url": redis.url})
    both = [create_app(settings, replace(services, settings=settings)) for _ in range(2)]
    opened = [app.test_client().post("/chat/sessions", json={}) for app in both * 31]
    assert [answer.status_code for answer in opened] == [201] * 60 + [429] * 2
    ops = [create_ops_app(app).test_client() for app in both]
    assert ops[0].get("/readyz").json["redis"] == "ok"
    redis.stop()
    found = ops[1].get("/readyz")
    redis.start()
    assert (found.status_code, found.json["redis"]) == (503, "down")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a gateway that is just ending."""
    monkeypatch.setattr(sole.held.__wrapped__, "__kwdefaults__", {"patience_s": 0.5})


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("redis_urls", [("", ""), ("", "redis://r"), ("redis://r", "")], ids=str)
def test_a_second_gateway_that_does_not_count_with_the_first_does_not_start(
    services: Services, quick: None, redis_urls: tuple[str, str]
) -> None:
    first, second = (
        replace(services, settings=services.settings.model_copy(update={"redis_url": url}))
        for url in redis_urls
    )
    with only_gateway(first), pytest.raises(AlreadyRunning, match="RENEWAL_REDIS_URL"), only_gateway(second):
        pass
    with only_gateway(second):
        pass


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_gateways_that_count_together_have_the_store_together(services: Services, quick: None) -> None:
    shared = replace(services, settings=services.settings.model_copy(update={"redis_url": "redis://r"}))
    with only_gateway(shared), only_gateway(shared):
        pass


def test_a_database_that_is_away_is_told_in_one_line(tmp_path) -> None:
    engine = open_engine(f"postgresql://nobody@localhost/none?host={tmp_path}")
    with pytest.raises(StoreUnavailable), sole.held(engine, "gateway", alone=True):
        pass
