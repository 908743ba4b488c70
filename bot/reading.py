"""Reads the training texts under `data/nlu`: each with its intent, and what Rasa calls its metadata."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "nlu"
_BLOCK = {"intent", "examples"}
_EXAMPLE = {"text", "metadata"}


class NotTrainingTexts(Exception):
    """A file holds something else than training texts; the message says which and what."""


@dataclass(frozen=True)
class TrainingText:
    """One text as it is written; `metadata` says after which answer it comes, or what else it asks."""

    text: str
    intent: str
    metadata: dict[str, Any] = field(default_factory=dict)


def training_files(folder: Path = FOLDER) -> list[Path]:
    """The files, in a fixed order."""
    return sorted(folder.rglob("*.yml"))


def read_texts(paths: Iterable[Path]) -> Iterator[TrainingText]:
    """Every text of the files. Raises NotTrainingTexts."""
    for path in paths:
        held = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if not isinstance(held, dict) or set(held) != {"version", "nlu"}:
            raise NotTrainingTexts(f"{path}: `version` and `nlu`, nothing else")
        for block in held["nlu"]:
            if not isinstance(block, dict) or set(block) != _BLOCK or not isinstance(block["intent"], str):
                raise NotTrainingTexts(f"{path}: a block is an intent with its examples: {str(block)[:60]}")
            for text, metadata in _examples(path, block["examples"]):
                yield TrainingText(text, block["intent"], metadata)


def _examples(path: Path, examples: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """As a text of lines that begin with a dash, or as a list where some have metadata."""
    if isinstance(examples, str):
        for line in examples.splitlines():
            if not line.startswith("- ") or not line[2:].strip():
                raise NotTrainingTexts(f"{path}: an example begins with a dash: {line[:60]}")
            yield line[2:].strip(), {}
        return
    for example in examples:
        if not isinstance(example, dict) or not set(example) <= _EXAMPLE or not example.get("text"):
            raise NotTrainingTexts(
                f"{path}: an example has a text, and perhaps metadata: {str(example)[:60]}"
            )
        yield example["text"].strip(), example.get("metadata") or {}
