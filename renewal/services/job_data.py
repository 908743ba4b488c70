"""What lies in the table of jobs is data: JSON, and never code for whoever takes a job up.

DBOS lets each row say how it was written, and one of the ways is pickle, which runs what it is told to run. So
whoever can write the table could run code in the worker, whatever the worker itself writes. Two things keep them
from it: what we write is JSON, and what says that it is pickle is read by a reader that knows no class and no
function. Jobs that a release before this one left hold ids and numbers only, so that reader still reads them; a
job that it cannot read is marked as failed, with a line in the log, and never runs.
"""

import base64
import io
import json
import pickle
from typing import Any

import structlog
from dbos import Serializer
from dbos._serialization import DBOSPortableJSON, DefaultSerializer

log = structlog.get_logger(__name__)


class NotData(Exception):
    """A stored value is more than data, or is damaged."""


class JobData(Serializer):
    """Writes portable JSON; reads it, and what was pickled before if that is plain data."""

    def name(self) -> str:
        return DBOSPortableJSON.name()

    def serialize(self, data: Any) -> str:
        return DBOSPortableJSON.serialize(data)

    def deserialize(self, serialized_data: str) -> Any:
        """Raises NotData for what is neither."""
        try:
            return json.loads(serialized_data)
        except ValueError:
            return plain(serialized_data)


class _Plain(pickle.Unpickler):
    """Reads numbers, texts, lists, tuples and dicts."""

    def find_class(self, module: str, name: str) -> Any:
        raise NotData(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> Any:
        raise NotData("persistent id")


def plain(pickled: str) -> Any:
    """What a pickle in base64 holds, if that is plain data. Raises NotData."""
    try:
        return _Plain(io.BytesIO(base64.b64decode(pickled, validate=True))).load()
    except Exception as error:  # noqa: BLE001 - a damaged pickle raises almost anything
        log.warning("job_not_read", reason=type(error).__name__)
        raise NotData("任务里存的不是数据，不执行") from None


def disarm() -> None:
    """Let no reader of DBOS in this process unpickle by itself. Safe to repeat."""
    DefaultSerializer.deserialize = _refuse_code  # type: ignore[method-assign, assignment]


def _refuse_code(_serializer: object, serialized_data: str) -> Any:
    return plain(serialized_data)


disarm()
