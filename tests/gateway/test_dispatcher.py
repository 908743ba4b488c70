"""Many calls at once: each text is claimed just before its call, answers find a free line, and nothing gets lost."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from renewal.services.texts import claiming, holds, settling, workers
from renewal.services.texts.claiming import Limits
from renewal.services.texts.provider import SendError, SendFailure
from renewal.store import Store
from renewal.store.models import Delivery
from sms_gateway.dispatcher import Dispatcher
from tests import outgoing

PATIENCE_S = 30
AT_ONCE = 10  # two for notices, the rest for answers alone


class Line:
    """A provider each of whose calls waits for `may_end`, and that says what it saw."""

    name = "simulator"

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sent: list[str] = []
        self.refuse_with: SendError | None = None
        self.look: Callable[[], object] = lambda: None
        self.saw: list[object] = []
        self.may_end = threading.Event()
        self.may_end.set()
        self._lock = threading.Lock()

    def send(self, *, to: str, body: str, our_id: str, template: object = None) -> str:
        with self._lock:
            self.sent.append(our_id)
            self.saw.append(self.look())
        assert self.may_end.wait(PATIENCE_S)
        if self.refuse_with:
            raise self.refuse_with
        return f"SM-{our_id}"


@pytest.fixture
def line(store) -> Line:
    return Line(store)


@pytest.fixture
def dispatch(store, line) -> Iterator[Callable[..., Dispatcher]]:
    started: list[Dispatcher] = []

    def start(limits: Limits | None = None, at_once: int = AT_ONCE) -> Dispatcher:
        dispatcher = Dispatcher(
            store,
            line,
            name=f"worker {len(started)}",
            limits=limits or Limits(),
            calls_at_once=at_once,
            clock=store.clock,
        )
        started.append(dispatcher)
        dispatcher.start()
        return dispatcher

    yield start
    line.may_end.set()
    for dispatcher in started:
        dispatcher.stop()


def _post(store: Store, number: int, lane: str = "notices") -> list[str]:
    with store.session() as session:
        return [
            outgoing.create(
                session,
                phone=f"+861990000{n:04}",
                phone_hash=store.phone_hash(f"+861990000{n:04}"),
                body="【续签助手】样例",
                provider="simulator",
                now=store.clock(),
                lane=lane,
            )
            for n in range(number)
        ]


def _states(store: Store) -> Counter[str]:
    with store.read() as session:
        return Counter(session.scalars(select(Delivery.state)))


def _until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_each_text_is_handed_over_once_and_what_came_of_it_is_written_down(store, line, dispatch) -> None:
    texts = _post(store, 30)
    dispatch()
    _until(lambda: _states(store) == {"accepted": 30})
    assert Counter(line.sent) == Counter(texts)


def test_no_more_texts_are_claimed_than_calls_can_begin(store, line, dispatch) -> None:
    """A slow provider finds no text that was claimed long before its call: nothing to give up, nothing to repeat."""
    _post(store, 12)
    line.may_end.clear()
    dispatch()
    _until(lambda: len(line.sent) == AT_ONCE - 8)
    assert _states(store) == {"sending": 2, "pending": 10}
    with store.read() as session:
        leases = session.scalars(select(Delivery.leased_until_at).where(Delivery.state == "sending")).all()
    assert min(leases) > store.clock() + claiming.CALL_AT_MOST / 2
    assert settling.recover(store, store.clock(), alone=False) == 0


def test_an_answer_finds_a_free_line_while_notices_fill_the_others(store, line, dispatch) -> None:
    _post(store, 12)
    line.may_end.clear()
    dispatch()
    _until(lambda: len(line.sent) == 2)
    (answer,) = _post(store, 1, lane="replies")
    _until(lambda: answer in line.sent)
    assert len(line.sent) == 3


def test_a_hold_of_everything_stops_all_workers_at_their_next_look(store, line, dispatch) -> None:
    with store.session() as session:
        holds.hold(session, holds.QUEUE, why="test", now=store.clock())
    _post(store, 3)
    dispatch()
    dispatch()
    with store.session() as session:
        assert holds.held(session).everything
    _until(lambda: len(_at_work(store)) == 2)
    assert line.sent == []
    with store.session() as session:
        holds.lift(session, holds.QUEUE, by="test", now=store.clock())
    _until(lambda: _states(store) == {"accepted": 3})


def _at_work(store: Store) -> list[str]:
    with store.read() as session:
        return list(workers.at_work(session, store.clock()))


def test_a_refused_account_met_by_many_calls_at_once_is_one_hold_and_no_attempt(
    store, line, dispatch
) -> None:
    _post(store, 6, lane="replies")
    line.refuse_with = SendError(SendFailure.ACCOUNT, "20003")
    dispatch()
    _until(lambda: line.sent and _states(store) == {"pending": 6})
    with store.read() as session:
        assert session.scalar(select(func.max(Delivery.attempts))) == 0
        assert holds.held(session).everything


def test_what_a_call_came_to_is_kept_until_the_store_is_back(store, line, dispatch, monkeypatch) -> None:
    texts = _post(store, 2)
    line.may_end.clear()
    dispatcher = dispatch()
    _until(lambda: len(line.sent) == 2)
    away = threading.Event()
    session_of = store.session

    def session():
        if away.is_set():
            raise OperationalError("select", {}, Exception("the database system is starting up"))
        return session_of()

    monkeypatch.setattr(store, "session", session)
    away.set()
    line.may_end.set()
    _until(lambda: len(dispatcher._unwritten) == 2)
    away.clear()
    _until(lambda: _states(store) == {"accepted": 2})
    assert Counter(line.sent) == Counter(texts)


def test_a_stop_lets_the_calls_under_way_end_and_begins_no_other(store, line, dispatch) -> None:
    _post(store, 12)
    line.may_end.clear()
    dispatcher = dispatch()
    _until(lambda: len(line.sent) == 2)
    stopping = threading.Thread(target=dispatcher.stop)
    stopping.start()
    _until(dispatcher._stopping.is_set)
    line.may_end.set()
    stopping.join(PATIENCE_S)
    assert _states(store) == {"accepted": 2, "pending": 10}


def test_two_workers_share_the_pace(store, line, dispatch) -> None:
    _post(store, 60)
    line.look = time.monotonic
    for _ in range(2):
        dispatch(Limits(per_s=20.0))
    _until(lambda: len(line.sent) >= 20)
    # Twenty at twenty a second leave nineteen gaps between them; a busy machine makes it longer, never shorter.
    assert line.saw[19] - line.saw[0] > 0.9 * 19 / 20 - claiming.pace.LOOK_AHEAD.total_seconds()


def test_a_worker_that_fell_silent_is_not_at_work(store) -> None:
    now = store.clock()
    with store.session() as session:
        workers.beat(session, "one", now - timedelta(minutes=2))
        workers.beat(session, "two", now)
    assert _at_work(store) == ["two"]
