"""What the reading of texts keeps in memory for the next reader is no room for a stranger to fill."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import renewal.language
from renewal.language.text import LONGEST_TEXT_CHARS

HELD_BYTES = 4 * LONGEST_TEXT_CHARS  # a text and what is read of it, of characters of two bytes each
MOST_BYTES = 100 * 1024 * 1024  # of one process


def _keepers() -> Iterator[tuple[str, Any]]:
    """Every function of the language that keeps what it read of a text."""
    for found in pkgutil.walk_packages(renewal.language.__path__, "renewal.language."):
        for name, member in vars(importlib.import_module(found.name)).items():
            kept = hasattr(member, "cache_parameters") and member.__module__ == found.name
            if kept and "text" in inspect.signature(member).parameters:
                yield f"{found.name}.{name}", member


def test_thousands_of_different_long_texts_do_not_fill_the_memory() -> None:
    sizes = {name: keeper.cache_parameters()["maxsize"] for name, keeper in _keepers()}
    assert len(sizes) >= 15
    assert [name for name, size in sizes.items() if size is None] == []
    assert sum(sizes.values()) * HELD_BYTES <= MOST_BYTES
