"""Which approved template says a text's words, and what goes into its gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from renewal.settings import SettingsError

OPEN, CLOSE = "${", "}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedTemplate:
    """A template as Alibaba approved it: `words` with gaps like `${day}`."""

    code: str
    words: str

    def values_in(self, words: str) -> Mapping[str, str] | None:
        """What stands in the gaps where the template says exactly `words`, or None where it does not.

        Each gap ends where the words after it first come; a gap that stands twice holds the same both times.
        """
        first, *gaps = self.words.split(OPEN)
        if not words.startswith(first):
            return None
        left, values = words.removeprefix(first), dict[str, str]()
        for number, gap in enumerate(gaps, start=1):
            name, _, after = gap.partition(CLOSE)
            is_last = number == len(gaps)
            end = len(left) - len(after) if is_last else left.find(after, 1)
            if end < 1 or (not left.endswith(after) and is_last):
                return None
            if values.setdefault(name, left[:end]) != left[:end]:
                return None
            left = left[end + len(after) :]
        return None if left else values


class Templates:
    """The table of approved templates: for each name of ours those that may say it."""

    def __init__(self, table: Mapping[str, Sequence[ApprovedTemplate]]) -> None:
        self._table = table

    def find(self, name: str, words: str) -> tuple[str, Mapping[str, str]] | None:
        """Code and values of the template that says `words`; the one with the most fixed words goes first."""
        fitting = [
            (len(template.words) - sum(map(len, values)), template.code, values)
            for template in self._table.get(name, ())
            if (values := template.values_in(words)) is not None
        ]
        if not fitting:
            return None
        _, code, values = max(fitting, key=lambda found: found[0])
        return code, values


def load_templates(file: Path | None) -> Templates:
    """The operator's table (docs/deployment.md); an empty one where none is named.

    Raises:
        SettingsError: the file is not there, or is no such table.
    """
    if file is None:
        return Templates({})
    try:
        told = yaml.safe_load(file.read_text("utf-8")) or {}
        table = {
            str(name): [ApprovedTemplate(code=row["code"], words=row["words"]) for row in rows]
            for name, rows in told.items()
        }
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError):
        raise SettingsError(
            f"RENEWAL_ALIBABA_TEMPLATES：读不了 {file.name}，格式见 docs/deployment.md"
        ) from None
    return Templates(table)
