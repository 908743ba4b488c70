"""Logs say what failed and where, never what was said: an error may quote a text, and DEBUG quotes them all."""

import contextlib
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FRAMES = 12
_plain = logging.LogRecord


class Failed(Exception):
    """Something failed; the message is the shape of what, and quotes nothing."""


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """For code whose errors Rasa writes into its log word for word: they leave as Failed."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 whatever it is, its message may quote
        raise Failed(shape(error)) from None


def install() -> None:
    """No DEBUG at all, whatever LOG_LEVEL says; each logged exception is told by its kind and its places."""
    logging.disable(logging.DEBUG)
    logging.setLogRecordFactory(_without_values)


def shape(error: BaseException | None) -> str:
    """The kinds and places of an error and of what it came from: `KeyError: store.py:12 save, loop.py:7 run`."""
    told: list[str] = []
    while error is not None and len(told) < FRAMES:
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        places = ", ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
        told.append(f"{type(error).__name__}: {places}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " ← ".join(told)


def _without_values(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _plain(*args, **kwargs)
    if record.exc_info and record.exc_info[1]:
        record.msg, record.args = f"{record.getMessage()} ({shape(record.exc_info[1])})", ()
    record.exc_info = None
    return record
