"""Sentences for staff at a terminal, by key."""

from functools import cache
from importlib.resources import files

import yaml


def staff_sentence(key: str, **values: object) -> str:
    """The sentence `staff.<key>` with its {names} filled in. Raises KeyError for one that nobody wrote."""
    return _sentences()[f"staff.{key}"].format(**values)


def has_sentence(key: str) -> bool:
    """Whether somebody wrote the sentence `staff.<key>`."""
    return f"staff.{key}" in _sentences()


@cache
def _sentences() -> dict[str, str]:
    loaded: dict[str, str] = {}
    for file in sorted(files("renewal.wording").joinpath("zh").iterdir(), key=lambda file: file.name):
        if file.name.startswith("staff"):
            loaded |= yaml.safe_load(file.read_text("utf-8"))
    return loaded
