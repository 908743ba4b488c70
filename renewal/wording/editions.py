"""The wording in its languages: simplified Chinese, the same in traditional characters, and English."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from opencc import OpenCC

from renewal.domain.rules import Rulebook
from renewal.wording.composer import Answer, Channel, Depth, Wording
from renewal.wording.entries import read_entries
from renewal.wording.style import ENGLISH

SIMPLIFIED, TRADITIONAL, ENGLISH_LANGUAGE = "zh", "zh-Hant", "en"


class TraditionalWording(Wording):
    """What the simplified wording says, written in traditional characters."""

    def answer(
        self, key: str, *, channel: Channel, on: date | None = None, depth: Depth = "usual", **values: Any
    ) -> Answer:
        """As the simplified wording's; raises as it does."""
        made = super().answer(key, channel=channel, on=on, depth=depth, **values)
        return Answer(text=self.in_script(made.text), offer=made.offer)

    def several(
        self,
        asked: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        channel: Channel,
        on: date,
        lead: str = "",
        step: int = 0,
    ) -> tuple[Answer, ...]:
        """As the simplified wording's; raises as it does."""
        made = super().several(asked, channel=channel, on=on, lead=lead, step=step)
        return tuple(Answer(text=self.in_script(answer.text), offer=answer.offer) for answer in made)

    def in_script(self, text: str) -> str:
        """`text` in traditional characters."""
        return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


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
