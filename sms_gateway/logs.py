"""Logs as JSON lines, without bodies, names or phones: nobody passes them in."""

import logging
import sys
from typing import TextIO

import structlog


def set_up_logs(stream: TextIO = sys.stderr) -> None:
    """Send our log lines, and warnings of libraries, to `stream`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("waitress").addFilter(_without_quotes)
    logging.getLogger("dbos").setLevel(logging.WARNING)


def _without_quotes(record: logging.LogRecord) -> bool:
    """The server quotes a malformed header of the proxy with the callers' addresses in it; its other lines stay."""
    return not str(record.msg).startswith("Malformed proxy header")
