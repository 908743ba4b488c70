"""The wording in its languages: simplified Chinese, the same in traditional characters, and English."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from opencc import OpenCC

from renewal.domain.rules import Rulebook
from renewal.wording.composer import Answer, Channel, Depth, Wording
from renewal.wording.entries import read_entries
from renewal.wording.style import ENGLISH

SIMPLIFIED, TRADITIONAL, ENGLISH_LANGUAGE = "zh", "zh-Hant", "en"


AS_GIVEN = frozenset({"name", "centre", "centres", "address"})  # values that are no words of ours
_OPENS, _CLOSES = "\ue000", "\ue001"  # private characters, never seen
_GIVEN = re.compile(f"{_OPENS}(.*?){_CLOSES}", re.DOTALL)


class TraditionalWording(Wording):
    """What the simplified wording says, written in traditional characters."""

    def answer(
        self, key: str, *, channel: Channel, on: date | None = None, depth: Depth = "usual", **values: Any
    ) -> Answer:
        """As the simplified wording's; raises as it does."""
        made = super().answer(key, channel=channel, on=on, depth=depth, **values)
        return replace(made, text=self.in_script(made.text))

    def several(
        self,
        asked: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        channel: Channel,
        on: date,
        step: int = 0,
    ) -> tuple[Answer, ...]:
        """As the simplified wording's; raises as it does."""
        made = super().several(asked, channel=channel, on=on, step=step)
        return tuple(replace(answer, text=self.in_script(answer.text)) for answer in made)

    def in_script(self, text: str) -> str:
        """`text` in traditional characters; what stands between the marks of a given value stays as it is."""
        pieces = _GIVEN.split(text)
        return "".join(piece if place % 2 else _converted(piece) for place, piece in enumerate(pieces))

    def as_given(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values with a mark around each name and place: 余 stays 余, 范 stays 范."""
        return {name: _marked(value) if name in AS_GIVEN else value for name, value in values.items()}


def _marked(value: Any) -> Any:
    if isinstance(value, str):
        return f"{_OPENS}{value}{_CLOSES}" if value else value
    return [_marked(each) for each in value] if isinstance(value, list | tuple) else value


def _converted(text: str) -> str:
    made = str(_converter().convert(text))
    for wrong, right in _forms().items():
        made = made.replace(wrong, right)
    return made


@cache
def _forms() -> Mapping[str, str]:
    """Forms that the converter's dictionary gets wrong for this subject, and the right ones."""
    found: Mapping[str, str] = yaml.safe_load(
        files("renewal.wording").joinpath("traditional.yml").read_text("utf-8")
    )
    return found


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


def load_wording(rules: Rulebook) -> Wording:
    """The simplified wording, with its traditional and English editions.

    Raises:
        WordingError: a file is malformed, has an unknown part, or writes a key twice.
    """
    chinese = read_entries(SIMPLIFIED)
    wording = Wording(chinese, rules)
    wording.add_edition(TRADITIONAL, TraditionalWording(chinese, rules))
    wording.add_edition(ENGLISH_LANGUAGE, Wording(read_entries(ENGLISH_LANGUAGE), rules, ENGLISH))
    return wording
