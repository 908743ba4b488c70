"""The worker as a process: it takes up what was left, and a kill neither loses nor doubles a text."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy import text as sql

from renewal.services.jobs import ANSWER_INBOUND, Jobs
from renewal.services.night.nightly import run_night
from renewal.services.talks import inbound
from renewal.services.texts.provider import InboundText
from renewal.store.models import Delivery, Night
from renewal.store.models import InboundText as InboundRow
from tests import outgoing
from tests.delivery.nursery import Child
from tests.gateway.queue_view import open_queue, queued
from tests.services import city

ROOT = Path(__file__).parents[2]
PATIENCE_S = 40
WORKER = "worker of the test"
PROGRAM = "tests.gateway.worker_process"


@pytest.fixture
def database_kind(request) -> str:
    return getattr(request, "param", "sqlite")


@pytest.fixture
def env(settings) -> dict[str, str]:
    """What a worker over `settings` is told."""
    secrets = {
        f"RENEWAL_{name.upper()}": getattr(settings, name).get_secret_value()
        for name in ("data_keys", "lookup_key", "rasa_secret", "actions_secret")
    }
    return {
        **os.environ,
        **secrets,
        "RENEWAL_STATE_DIR": str(settings.state_dir),
        "RENEWAL_DATABASE_URL": settings.database_url,
        "RENEWAL_WORKER_NAME": WORKER,
        "RENEWAL_SMS_PER_S": "0",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def start(settings, env, nursery, tmp_path) -> Iterator[Callable[..., Child]]:
    """Starts a worker over `settings` and waits until it takes jobs."""
    started: list[Child] = []

    def launch(before_s: float = 0, after_s: float = 0, day: date | None = None) -> Child:
        of_day = {"RENEWAL_TODAY": day.isoformat()} if day else {}
        arguments = [str(tmp_path / "taken"), str(before_s), str(after_s)]
        child = nursery.bear(PROGRAM, env | of_day, tmp_path / "worker.log", arguments)
        started.append(child)
        _until(lambda: _ready_pid(settings) == child.pid or not child.is_alive())
        return child

    yield launch
    for child in started:
        child.kill()


@pytest.fixture
def start_alone(settings, env, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """The same as a process of this one, which hears with which code it ends."""
    started: list[subprocess.Popen] = []

    def launch(**other: str) -> subprocess.Popen:
        program = [sys.executable, "-m", PROGRAM, str(tmp_path / "taken"), "0", "0"]
        process = subprocess.Popen(program, env=env | other, cwd=ROOT)
        started.append(process)
        _until(lambda: _ready_pid(settings) == process.pid or process.poll() is not None)
        return process

    yield launch
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def _ready_pid(settings) -> int:
    file = settings.state_dir / "worker.ready"
    return int(file.read_text() or 0) if file.exists() else 0


def _until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _taken(tmp_path: Path) -> list[str]:
    file = tmp_path / "taken"
    return file.read_text().split() if file.exists() else []


def _notices(services, number: int) -> list[str]:
    with services.store.session() as session:
        return [
            outgoing.create(
                session,
                phone=f"+861990000{n:04}",
                phone_hash=services.store.phone_hash(f"+861990000{n:04}"),
                body=f"【续签助手】样例{n}",
                provider="simulator",
                now=services.now(),
            )
            for n in range(number)
        ]


def _states(services) -> Counter[str]:
    with services.store.read() as session:
        return Counter(session.scalars(select(Delivery.state)))


def _hurry(services) -> None:
    """Let the minute pass after which an uncertain text is asked about."""
    with services.store.session() as session:
        query = update(Delivery).where(Delivery.state == "uncertain")
        session.execute(query.values(updated_at=services.now() - timedelta(minutes=5)))
        in_flight = update(Delivery).where(Delivery.state == "sending")
        session.execute(in_flight.values(leased_until_at=services.now() - timedelta(seconds=1)))


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_a_text_is_answered_by_a_job_left_before_the_worker_started(services, start_alone, tmp_path) -> None:
    for ref in ("SM1", "SM2"):
        text = InboundText(provider="simulator", provider_ref=ref, phone="+8619900000001", body=ref)
        inbound.receive(services, text, services.now())
    process = start_alone()
    _until(lambda: _states(services) == {"accepted": 2})
    with services.store.read() as session:
        rows = session.scalars(select(Delivery).join(InboundRow).order_by(InboundRow.received_at)).all()
        assert [row.body for row in rows] == ["【续签助手】答：SM1", "【续签助手】答：SM2"]
        # Each once; of two jobs, the second may overtake the first.
        assert sorted(_taken(tmp_path)) == sorted(row.id for row in rows)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert not (services.settings.state_dir / "worker.ready").exists()


def test_a_worker_killed_in_the_middle_of_sending_sends_nothing_twice_and_loses_nothing(
    services, start, tmp_path
) -> None:
    ids = _notices(services, 160)  # more than are under way at once, in each of the lives
    for before_s, after_s in ((0.1, 0), (0, 0.1)):
        process = start(before_s, after_s)
        seen = len(_taken(tmp_path))
        _until(lambda seen=seen: len(_taken(tmp_path)) > seen + 3)
        process.kill()
    start()

    def all_are_known() -> bool:
        _hurry(services)
        return _states(services).total() == sum(_states(services)[s] for s in ("accepted", "sent"))

    _until(all_are_known)
    assert Counter(_taken(tmp_path)) == Counter(ids)


def test_a_second_worker_on_the_same_sqlite_file_says_so_and_leaves_whatever_its_folder(
    start, start_alone, settings, tmp_path
) -> None:
    start()
    elsewhere = {
        "RENEWAL_STATE_DIR": str(tmp_path / "elsewhere"),
        "RENEWAL_DATABASE_URL": f"sqlite:///{settings.state_dir / 'renewal.db'}",
    }
    for other in ({}, elsewhere):
        assert start_alone(**other).wait(PATIENCE_S) != 0


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("owner", [WORKER, "a worker that is gone"])
def test_a_job_that_is_marked_as_running_and_that_nobody_runs_is_taken_up(services, start, owner) -> None:
    """So it lies there after PostgreSQL went away between the mark and the run."""
    start()
    text = InboundText(provider="simulator", provider_ref="SM1", phone="+8619900000001", body="SM1")
    table = "dbos.workflow_status" if services.settings.database_url else "workflow_status"
    marked = sql(f"UPDATE {table} SET status = 'PENDING', executor_id = :owner WHERE status = 'ENQUEUED'")

    class Marking(Jobs):
        def enqueue(self, session, *args, **options) -> None:
            super().enqueue(session, *args, **options)
            session.execute(marked, {"owner": owner})

    inbound.receive(replace(services, jobs=Marking(services.store)), text, services.now())
    _until(lambda: _states(services) == {"accepted": 1})


def test_a_job_that_ended_days_ago_is_removed(services, start) -> None:
    text = InboundText(provider="simulator", provider_ref="SM1", phone="+8619900000001", body="SM1")
    inbound.receive(services, text, services.now())
    start()
    _until(lambda: _states(services) == {"accepted": 1})
    of_days_ago = sql("UPDATE workflow_status SET completed_at = completed_at - 259200000 WHERE name = :name")

    def is_gone() -> bool:
        with services.store.session() as session:
            session.execute(of_days_ago, {"name": ANSWER_INBOUND})
        return all(job.name != ANSWER_INBOUND for job in queued(services))

    _until(is_gone)


def test_the_night_runs_on_its_schedule_and_a_due_retry_goes_out_in_a_round(
    services, start, tmp_path
) -> None:
    (delivery_id,) = _notices(services, 1)
    with services.store.session() as session:
        session.get_one(Delivery, delivery_id).not_before_at = services.now() + timedelta(seconds=6)
    start()
    assert _taken(tmp_path) == []
    _until(lambda: _taken(tmp_path) == [delivery_id])
    client = open_queue(services)
    assert client.get_schedule("nightly")["cron_timezone"] == "Asia/Shanghai"
    assert client.trigger_schedule("nightly").get_result(polling_interval_sec=0.1) is None


def test_a_nights_notices_are_worded_and_sent_once_though_the_worker_is_killed_in_the_middle(
    services, start, tmp_path
) -> None:
    today = services.settings.today
    city.add(services, [city.matching(services, today + timedelta(days=n % 30)) for n in range(60)])
    report = run_night(services, today)
    assert report.notices == {"renewed": 60}
    process = start(0.02, 0)
    _until(lambda: len(_taken(tmp_path)) > 10)
    process.kill()
    assert len(_taken(tmp_path)) < 60
    start()

    def all_are_known() -> bool:
        _hurry(services)
        states = _states(services)
        return states.total() == 60 == states["accepted"] + states["sent"]

    _until(all_are_known)
    taken = _taken(tmp_path)
    assert len(taken) == len(set(taken)) == 60
    with services.store.read() as session:
        assert session.scalar(select(func.count()).where(Delivery.notice_id.is_(None))) == 0


def test_a_worker_makes_up_for_the_nights_that_were_missed_before_it_started(services, start) -> None:
    yesterday = services.settings.today - timedelta(days=1)
    city.add(services, [city.matching(services, services.settings.today + timedelta(days=4))])
    earlier = replace(services, settings=services.settings.model_copy(update={"today": yesterday}))
    run_night(earlier, yesterday - timedelta(days=1))
    start(day=services.settings.today)

    def nights() -> list[date]:
        with services.store.read() as session:
            done = select(Night.day).where(Night.finished_at.is_not(None)).order_by(Night.day)
            return list(session.scalars(done))

    _until(lambda: len(nights()) == 3)
    assert nights() == [yesterday - timedelta(days=1), yesterday, services.settings.today]


def test_a_worker_starts_no_first_night_by_itself(services, start) -> None:
    start(day=services.settings.today)
    time.sleep(1)
    with services.store.read() as session:
        assert session.scalars(select(Night)).all() == []
