"""Loads holders and bureau feeds: from any source of rows, in bounded memory, good rows in and bad rows out."""

from renewal.services.importing.errors import ImportRefused, ImportStopped
from renewal.services.importing.feed_kinds import FEEDS
from renewal.services.importing.loading import ImportResult, import_feed, import_holders, kind_named
from renewal.services.importing.sources import ADAPTERS, RowSource

__all__ = [
    "ADAPTERS",
    "FEEDS",
    "ImportRefused",
    "ImportResult",
    "ImportStopped",
    "RowSource",
    "import_feed",
    "import_holders",
    "kind_named",
]
