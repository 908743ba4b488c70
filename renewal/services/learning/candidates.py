"""What staff named, written as candidates for the training data: for a maintainer to read, and never learned unread."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.services.learning.measured import measured, plain
from renewal.services.learning.unclear import unclear_texts
from renewal.wording.staff import staff_sentence

DATA = "data"
NLU_FORMAT = "3.1"


class CannotExport(RenewalError):
    """The candidates can't be written there, or can't be told from what the tests hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How many texts were written, and how many were left out, as a test holds them."""

    written: int
    of_tests: int


def export(services: Services, root: Path, file: Path) -> Exported:
    """Write what was named to `file`, a topic after the other; texts that stand in a test under `root` are left out.

    Placeholders stay in a text: the maintainer fills them, or drops it.

    Raises:
        CannotExport: the file would lie in the training data, or the tests are not there to be compared with.
    """
    if file.resolve().is_relative_to((root / DATA).resolve()):
        raise CannotExport(staff_sentence("learn.not_there", file=file))
    try:
        forbidden = measured(root)
    except OSError:
        raise CannotExport(staff_sentence("learn.no_tests")) from None
    by_topic: dict[str, dict[str, str]] = {}
    of_tests: set[str] = set()
    for each in unclear_texts(services, named=True):
        if plain(each.text) in forbidden:
            of_tests.add(plain(each.text))
        else:
            by_topic.setdefault(each.topic, {}).setdefault(plain(each.text), each.text)
    try:
        file.write_text(_as_nlu(by_topic), encoding="utf-8")
    except OSError as error:
        raise CannotExport(staff_sentence("learn.cannot_write", file=file, why=error.strerror)) from None
    return Exported(written=sum(map(len, by_topic.values())), of_tests=len(of_tests))


def _as_nlu(by_topic: Mapping[str, Mapping[str, str]]) -> str:
    blocks = [
        {"intent": topic, "examples": "".join(f"- {text}\n" for text in sorted(texts.values()))}
        for topic, texts in sorted(by_topic.items())
    ]
    made = yaml.safe_dump({"version": NLU_FORMAT, "nlu": blocks}, allow_unicode=True, sort_keys=False)
    return f"# {staff_sentence('learn.head')}\n{made}"
