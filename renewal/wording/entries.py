"""Reads the wording's files, strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

try:
    from yaml import CSafeLoader as SafeLoader  # seven times as fast
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

TEXTS = ("say", "sms", "more", "again", "next", "later")
_PARTS = {*TEXTS, "cite", "offer"}


class WordingError(Exception):
    """The wording has no such key, or an entry of it cannot be rendered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer: what is said first (`sms`: the shorter form for a phone), what the web adds, what to do next,
    newer practice, clauses, offers. `again` says the same in other, plainer words to who did not follow.
    """

    say: str
    sms: str = ""
    more: str = ""
    again: str = ""
    next: str = ""
    later: str = ""
    cite: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()


def read_entries(language: str) -> Mapping[str, Entry]:
    """Every entry of a language.

    Raises:
        WordingError: a file is malformed, has an unknown part, or writes a key twice.
    """
    entries: dict[str, Entry] = {}
    for file in sorted(files("renewal.wording").joinpath(language).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".yml"):
            continue
        for key, raw in (yaml.load(file.read_text("utf-8"), Loader=SafeLoader) or {}).items():
            if key in entries:
                raise WordingError(f"{file.name}: {key!r} is written twice")
            entries[key] = _entry(file.name, key, raw)
    return entries


def _entry(file: str, key: str, raw: object) -> Entry:
    if isinstance(raw, str):
        return Entry(say=raw)
    if not isinstance(raw, dict) or "say" not in raw or set(raw) - _PARTS:
        raise WordingError(f"{file}: {key!r} needs `say` and knows only {sorted(_PARTS)}")
    return Entry(
        **{part: str(raw.get(part, "")) for part in TEXTS},
        cite=tuple(raw.get("cite", ())),
        offer=tuple(raw.get("offer", ())),
    )
