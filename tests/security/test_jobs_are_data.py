"""Who can write the table of jobs gives the worker data to work on, and never code to run."""

import base64
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOSClient
from dbos._serialization import (
    DBOSDefaultSerializer,
    DefaultSerializer,
    deserialize_args,
    deserialize_exception,
    deserialize_value,
    safe_deserialize,
)
from sqlalchemy import text

from renewal.services.job_data import JobData, NotData
from renewal.services.jobs import APPLICATION, APPLICATION_VERSION, NOTICES, OF_EARLIER_RELEASES, SCHEMA
from renewal.store.models import Delivery
from tests import outgoing

ROOT = Path(__file__).parents[2]
PATIENCE_S = 100
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
PHONE = "+8619900020001"
RAN: list[str] = []


def leave_a_mark(*_: object) -> str:
    """What an attacker's pickle would call."""
    RAN.append("code ran")
    return "code ran"


class Calls:
    """Pickles as a call of something with arguments."""

    def __init__(self, called: Callable[..., Any], *arguments: object) -> None:
        self.called, self.arguments = called, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.called, self.arguments


class Builds:
    """Pickles as an object whose state is set."""

    def __setstate__(self, state: object) -> None:
        leave_a_mark()

    def __getstate__(self) -> dict[str, int]:
        return {"a": 1}


BY_HAND = {
    "GLOBAL": b"cos\nsystem\n(S'true'\ntR.",
    "GLOBAL of builtins": b"cbuiltins\neval\n(S'1'\ntR.",
    "INST": b"(S'true'\nios\nsystem\n.",
    "OBJ": b"(cos\nsystem\nS'true'\no.",
    "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    "NEWOBJ": b"\x80\x02cbuiltins\nobject\n)\x81.",
    "NEWOBJ_EX": b"\x80\x04cbuiltins\nobject\n)}\x92.",
    "persistent id": b"Ptrue\n.",
    "persistent id on the stack": b"\x80\x02X\x04\x00\x00\x00trueQ.",
    "extension code": b"\x80\x02\x82\x01.",
    "a buffer from elsewhere": b"\x80\x05\x97.",
    "getattr": b"cbuiltins\ngetattr\n(cbuiltins\nobject\nS'__subclasses__'\ntR.",
    "import": b"cbuiltins\n__import__\n(S'os'\ntR.",
    "a name with dots": b"\x80\x04\x8c\x08builtins\x8c\x0bstr.__doc__\x93.",
    "nothing": b"",
    "cut short": b"\x80\x04\x95\xff",
    "no pickle": b"hello",
    "an empty stack": b".",
    "damaged text": b"\x80\x04\x8c\x04\xff\xff\xff\xff.",
    "a long number": b"\x80\x02\x8b\xff\xff\xff\x7f1.",
}  # fmt: skip
PICKLES: dict[str, bytes] = {
    "a call": pickle.dumps(Calls(leave_a_mark)),
    "a call of the system": pickle.dumps(Calls(os.system, "true")),
    "a call of eval": pickle.dumps(Calls(eval, "1")),
    "a call of exec": pickle.dumps(Calls(exec, "1")),
    "a process": pickle.dumps(Calls(subprocess.call, ["true"])),
    "a file": pickle.dumps(Calls(open, os.devnull, "w")),
    "a path": pickle.dumps(Path("x")),
    "a state": pickle.dumps(Builds()),
    "an exception": pickle.dumps(ValueError("x")),
    "a day": pickle.dumps(date(2026, 11, 23)),
    "a set of a class": pickle.dumps(UTC),
    "a call within arguments": pickle.dumps({"args": (Calls(leave_a_mark),), "kwargs": {}}),
    "a call within a name": pickle.dumps({"args": (), "kwargs": {"x": Calls(leave_a_mark)}}),
    "a call by an older protocol": pickle.dumps(Calls(leave_a_mark), protocol=0),
    "a call by another protocol": pickle.dumps(Calls(leave_a_mark), protocol=2),
    **BY_HAND,
}
READERS: dict[str, Callable[[str], Any]] = {
    "arguments": lambda stored: deserialize_args(stored, "py_pickle", JobData()),
    "a result": lambda stored: deserialize_value(stored, "py_pickle", JobData()),
    "an error": lambda stored: deserialize_exception(stored, "py_pickle", JobData()),
    "our reader": JobData().deserialize,
    "DBOS's own reader": DBOSDefaultSerializer.deserialize,
    "a new one of DBOS's": lambda stored: DefaultSerializer().deserialize(stored),
}


@pytest.fixture(autouse=True)
def _nothing_ran() -> Iterator[None]:
    RAN.clear()
    yield
    assert RAN == []


@pytest.mark.parametrize("name", PICKLES)
@pytest.mark.parametrize("reader", READERS)
def test_a_pickle_in_the_table_of_jobs_runs_nothing(name: str, reader: str) -> None:
    with pytest.raises(NotData):
        READERS[reader](base64.b64encode(PICKLES[name]).decode())


@pytest.mark.parametrize("stored", ["", "{", "not base64!", "gASV", "////", "=", "\0", "é", "[" * 200_000])
def test_what_is_neither_json_nor_a_pickle_is_refused(stored: str) -> None:
    with pytest.raises((NotData, RecursionError)):
        JobData().deserialize(stored)


def test_looking_at_jobs_runs_nothing_either() -> None:
    stored = base64.b64encode(pickle.dumps(Calls(leave_a_mark))).decode()
    found = safe_deserialize(
        JobData(),
        "py_pickle",
        "x",
        serialized_input=stored,
        serialized_output=stored,
        serialized_exception=stored,
    )
    assert found == (stored, stored, stored)


@pytest.mark.parametrize(
    "arguments",
    [(), ("an-id",), ("an-id", 3), (["a", "b"],), ("a", "b", 1), (7,), (None, True, 1.5, {"a": [1]})],
)
def test_jobs_that_an_earlier_release_left_are_still_read(arguments: tuple[object, ...]) -> None:
    inputs = {"args": arguments, "kwargs": {}}
    stored = base64.b64encode(pickle.dumps(inputs)).decode()
    assert deserialize_args(stored, "py_pickle", JobData()) == inputs


@ON_SQLITE
def test_what_is_queued_is_json_and_says_so(services) -> None:
    with services.store.session() as session:
        services.jobs.enqueue(session, OF_EARLIER_RELEASES[-1], NOTICES, ["a", "b"], id="x")
    with services.store.engine.connect() as connection:
        row = connection.execute(
            text(
                f"SELECT i.inputs, s.serialization FROM {_table(services)} s"
                f" JOIN {_table(services, 'workflow_input')} i ON i.workflow_uuid = s.workflow_uuid"
            )
        ).one()
    assert tuple(row) == ('{"namedArgs":{},"positionalArgs":[["a","b"]]}', "portable_json")


def _table(services: Any, name: str = "workflow_status") -> str:
    return f"dbos.{name}" if services.store.engine.dialect.name == "postgresql" else name


@pytest.fixture
def work(settings, tmp_path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker over `settings`, and ends it."""
    secrets = {
        f"RENEWAL_{name.upper()}": getattr(settings, name).get_secret_value()
        for name in ("data_keys", "lookup_key", "rasa_secret", "actions_secret")
    }
    ours = {"RENEWAL_STATE_DIR": str(settings.state_dir), "RENEWAL_DATABASE_URL": settings.database_url}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "tests.gateway.worker_process", str(tmp_path / "taken"), "0", "0"]
        with (tmp_path / "log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    program,
                    env=os.environ | secrets | ours | {"PYTHONPATH": str(ROOT)},
                    cwd=ROOT,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@ON_SQLITE
def test_a_worker_drops_code_and_still_does_what_an_earlier_release_left(
    services, work, tmp_path: Path
) -> None:
    """Somebody writes a pickle that runs a program into the table; the worker takes the job up, and runs nothing."""
    with services.store.session() as session:
        left = outgoing.create(
            session,
            phone=PHONE,
            phone_hash=services.store.phone_hash(PHONE),
            body="【续签助手】样例",
            provider="simulator",
            now=services.now(),
        )
    client = DBOSClient(
        system_database_engine=services.store.engine,
        dbos_system_schema=SCHEMA,
        application_name=APPLICATION,
        lazy=True,
    )
    for name, arguments in (("code", []), ("left", [left])):
        options = {
            "workflow_name": OF_EARLIER_RELEASES[-1],
            "queue_name": NOTICES,
            "app_version": APPLICATION_VERSION,
        }
        client.enqueue(options | {"workflow_id": name}, arguments)  # type: ignore[arg-type]
    code = pickle.dumps({"args": (Calls(os.system, f"touch {tmp_path / 'ran'}"),), "kwargs": {}})
    with services.store.engine.begin() as connection:
        connection.execute(
            text(
                f"UPDATE {_table(services, 'workflow_input')} SET inputs = :code WHERE workflow_uuid = 'code'"
            ),
            {"code": base64.b64encode(code).decode()},
        )
    process = work()
    deadline = time.monotonic() + PATIENCE_S
    while _states(services) != {"code": "ERROR", "left": "SUCCESS"}:
        assert process.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline, (_states(services), (tmp_path / "log").read_text())
        time.sleep(0.1)
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "taken").read_text().split() == [left]
    assert "job_not_read" in (tmp_path / "log").read_text()
    with services.store.read() as session:
        assert session.get_one(Delivery, left).attempts == 1


def _states(services: Any) -> dict[str, str]:
    with services.store.engine.connect() as connection:
        rows = connection.execute(
            text(
                f"SELECT workflow_uuid, status FROM {_table(services)} WHERE workflow_uuid IN ('code', 'left')"
            )
        )
        return {str(name): str(state) for name, state in rows}
