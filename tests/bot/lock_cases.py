"""Runs in Rasa's own environment: `lock_cases.py CASE ARGUMENTS…`, over what RENEWAL_… of the environment names."""

import asyncio
import json
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rasa.core.lock_store import InMemoryLockStore, LockError, LockStore
from rasa.core.utils import read_endpoints_from_path
from redis import asyncio as redis_asyncio

from bot import alone, lock_store


def configured() -> LockStore:
    """The lock store as `endpoints.yml` chooses it."""
    os.environ |= {"RENEWAL_ACTIONS_PORT": "9", "RENEWAL_ACTIONS_SECRET": "s"}
    return LockStore.create(read_endpoints_from_path("endpoints.yml").lock_store)


async def turns(file: str, number: str) -> dict:
    """Turns that each read a file, wait, and write what they read and one: two at once would lose a count."""
    locks, path = configured(), Path(file)
    for _ in range(int(number)):
        async with locks.lock("talk"):
            counted = int(path.read_text())  # noqa: ASYNC240 a few bytes
            await asyncio.sleep(0.005)
            path.write_text(str(counted + 1))  # noqa: ASYNC240
    return {"done": True}


async def hold() -> dict:
    """Take the lock and never let go; said when it is had."""
    async with configured().lock("talk"):
        print("taken", flush=True)
        await asyncio.sleep(600)
    return {}


async def long_turn() -> dict:
    """A turn of several lives that keeps the loop busy, while another one wants in."""
    lock_store.LIFE_S, lock_store.LENGTHENED_EVERY_S, lock_store.WAIT_S = 0.6, 0.2, 0.3
    first, second = configured(), configured()
    refused = 0
    async with first.lock("talk"):
        for _ in range(5):
            time.sleep(0.7)  # noqa: ASYNC251 as a model does that works out an answer
            try:
                async with second.lock("talk"):
                    pass
            except LockError:
                refused += 1
    async with second.lock("talk"):
        after = True
    async with first.lock("another"), second.lock("talk"):
        return {"refused": refused, "after": after}


async def given_up() -> dict:
    """Turns that are cancelled at any moment, as Rasa's are when whoever asked hangs up: none keeps its lock."""
    lock_store.LIFE_S, lock_store.LENGTHENED_EVERY_S, lock_store.WAIT_S = 1.0, 0.001, 3.0
    locks = configured()

    async def turn(talk: str) -> None:
        async with locks.lock(talk):
            await asyncio.sleep(0.05)

    for round_ in range(10):
        turns_ = [asyncio.create_task(turn(f"{round_}-{number}")) for number in range(30)]
        for each in turns_:
            await asyncio.sleep(random.random() * 0.004)
            each.cancel()
        _, hang = await asyncio.wait(turns_, timeout=5)
        if hang:
            return {"hang": len(hang)}
    await asyncio.sleep(1.2)
    left = [key async for key in redis_asyncio.Redis.from_url(os.environ["RENEWAL_REDIS_URL"]).scan_iter()]
    return {"hang": 0, "locked": len(left)}


async def endless() -> dict:
    """A turn that never ends."""
    lock_store.LIFE_S, lock_store.LENGTHENED_EVERY_S, lock_store.WAIT_S = 0.6, 0.2, 5.0
    locks, began_at = configured(), time.monotonic()
    async with locks.lock("talk", lock_lifetime=2), locks.lock("talk"):
        return {"waited_s": time.monotonic() - began_at}


async def waits() -> dict:
    """How long somebody waits for a lock whose holder was killed."""
    lock_store.WAIT_S = 30.0
    began_at = time.monotonic()
    async with configured().lock("talk"):
        return {"waited_s": time.monotonic() - began_at}


async def away() -> dict:
    """No Redis there: no turn."""
    try:
        async with configured().lock("talk"):
            return {"taken": True}
    except LockError as error:
        return {"refused": str(error)}


async def have() -> dict:
    """Have the conversations as Rasa's start does, until standard input ends."""
    alone.take_hold.__kwdefaults__["patience_s"] = 1.0
    try:
        lock_store.be_alone_or_share()
    except alone.HeldByAnother as error:
        return {"refused": str(error)}
    lock_store.be_alone_or_share()  # twice in a process changes nothing
    print("had", flush=True)
    sys.stdin.read()
    return {"had": True}


async def kind() -> dict:
    """Where the locks lie."""
    locks = configured()
    return {"type": type(locks).__name__, "in_redis": locks._redis is not None,
            "memory": isinstance(locks._own, InMemoryLockStore)}  # fmt: skip


CASES = {case.__name__: case for case in (turns, hold, long_turn, given_up, endless, waits, away, have, kind)}

if __name__ == "__main__":
    print(json.dumps(asyncio.run(CASES[sys.argv[1]](*sys.argv[2:]))))
