"""Of the threads of one process each gets its turn to write, in the order in which they came."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from renewal.store import Store
from renewal.store.turn import Turn, TurnNotCome

PATIENCE_S = 30


def test_who_waits_longest_is_next() -> None:
    turn, order = Turn(), []
    threads = []
    with turn.taken(PATIENCE_S):
        for number in range(8):
            thread = threading.Thread(target=lambda number=number: _take(turn, order, number))
            threads.append(thread)
            thread.start()
            _until(lambda number=number: len(turn._waiting) == number + 1)
    for thread in threads:
        thread.join(PATIENCE_S)
    assert order == list(range(8))


def _take(turn: Turn, order: list[int], number: int) -> None:
    with turn.taken(PATIENCE_S):
        order.append(number)


def _until(happened) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.001)


def test_who_waits_for_too_long_is_told_and_keeps_nobody_from_the_turn() -> None:
    turn = Turn()
    told: list[bool] = []

    def impatient() -> None:
        with pytest.raises(TurnNotCome), turn.taken(0.01):
            pass
        told.append(True)

    with turn.taken(PATIENCE_S):
        thread = threading.Thread(target=impatient)
        thread.start()
        thread.join(PATIENCE_S)
    assert told == [True]
    with turn.taken(PATIENCE_S) as left_s:
        assert left_s == PATIENCE_S


def test_who_has_the_turn_goes_on_with_it_and_gives_it_back_once() -> None:
    turn = Turn()
    with turn.taken(PATIENCE_S), turn.taken(PATIENCE_S):
        pass
    assert turn._owner is None


def test_a_turn_is_given_back_where_its_work_fails() -> None:
    turn = Turn()
    with pytest.raises(ZeroDivisionError), turn.taken(PATIENCE_S):
        raise ZeroDivisionError
    assert turn._owner is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_waits_for_another_thread_in_vain_hears_that_the_store_is_locked(store: Store) -> None:
    hasty = store.with_patience(20)
    heard: list[str] = []

    def write() -> None:
        with pytest.raises(OperationalError, match="locked") as found, hasty.session() as session:
            session.execute(text("SELECT 1"))
        heard.append(str(found.value.orig))

    with store.session():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(PATIENCE_S)
    assert heard == ["database is locked"]
