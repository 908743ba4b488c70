"""The labelled test texts: enough of them, of every intent, and unchanged since they were frozen."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks.scoring import read_entities, read_labelled
from benchmarks.understanding import FIGURES, PAGE, as_markdown

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BLIND = read_labelled(HERE / "blind.tsv")
# Of the intents that came after blind.tsv was frozen.
LATER = (*read_labelled(HERE / "appointment.tsv"), *read_labelled(HERE / "own_case.tsv"))
INTENTS = set(yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"])
FROZEN = dict(
    reversed(line.split("  ", 1)) for line in (HERE / "FROZEN.sha256").read_text("utf-8").splitlines()
)


@pytest.mark.parametrize("file", FROZEN)
def test_a_frozen_file_is_as_it_was(file: str) -> None:
    assert hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == FROZEN[file]


def test_there_are_a_thousand_texts_and_ten_of_every_intent() -> None:
    counted = Counter(label.intents[0] for label in (*BLIND, *LATER))
    assert len(BLIND) >= 1000
    assert set(counted) == INTENTS
    assert min(counted.values()) >= 10


@pytest.mark.parametrize(
    "file", ["blind.tsv", "texts.tsv", "appointment.tsv", "appointments.tsv", "own_case.tsv"]
)
def test_every_label_is_an_intent_and_no_text_comes_twice(file: str) -> None:
    labelled = read_labelled(HERE / file)
    assert {intent for label in labelled for intent in label.intents} <= INTENTS
    assert len({label.text for label in labelled}) == len(labelled)


def test_hardly_a_text_may_be_read_in_two_ways() -> None:
    assert sum(len(label.intents) > 1 for label in BLIND) <= len(BLIND) * 0.05


def test_the_texts_for_entities_hold_traps_as_well() -> None:
    meant = read_entities(HERE / "entities.tsv")
    assert len(meant) >= 250
    assert sum(not found for found in meant.values()) >= 50


def test_the_table_of_the_page_of_figures_is_what_was_measured() -> None:
    assert as_markdown(json.loads(FIGURES.read_text("utf-8"))) in PAGE.read_text("utf-8")
