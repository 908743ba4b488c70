"""The texts that the assistant is measured with, none of which it may learn: wherever a file of tests holds one."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

EVALUATION, LABELLED = "tests/evaluation", "tests/nlu"
SPOKEN = ("tests/conversations/cases", "tests/evaluation/unseen")
LABELLED_FILES = ("texts.tsv", "blind.tsv", "appointment.tsv", "appointments.tsv", "own_case.tsv")


def plain(text: str) -> str:
    """A text by its letters alone: what is written otherwise is the same text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum() or char == "_") or folded


def measured(root: Path) -> frozenset[str]:
    """Each text of the tests under `root`, plain."""
    return frozenset(map(plain, [*questions(root), *labelled(root), *spoken(root)]))


def questions(root: Path) -> Iterator[str]:
    """The questions of the evaluation."""
    for file in sorted((root / EVALUATION).glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line)["text"]


def labelled(root: Path) -> Iterator[str]:
    """The texts with the topic that they are to be taken for."""
    for name in LABELLED_FILES:
        for line in (root / LABELLED / name).read_text("utf-8").splitlines():
            if "\t" in line:
                yield line.split("\t", 1)[1]


def spoken(root: Path) -> Iterator[str]:
    """What holders say in the conversations that are played."""
    for folder in SPOKEN:
        for file in sorted((root / folder).rglob("*.yml")):
            cases: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
            yield from (turn["user"] for case in cases for turn in case["turns"] if "user" in turn)
