"""The table of topics names nothing that is not there."""

from pathlib import Path

import pytest
import yaml

from renewal.dialogue import computing
from renewal.dialogue.matters import matters, read_matters
from renewal.dialogue.topics import BadTopics, read_topics, topics
from renewal.dialogue.weighing import ENTITIES
from renewal.language.words import concepts
from renewal.rulebook import load_rulebook
from renewal.wording import load_wording

ROOT = Path(__file__).parents[2]
NO_WORDING_OF_THEIR_NAME = frozenset({"form", "guard", "computed"})
# Not words of the text: that it has no Chinese, that it names a paper, that the answer before was about papers.
NO_WORDS = frozenset({"latin", "paper", "after_papers", "after_points", "after_refusal"})


@pytest.mark.parametrize("name", sorted(topics()))
def test_the_words_that_a_topic_names_are_written(name: str) -> None:
    row = topics()[name]
    named = {*row.asked_by, *row.needs} - ENTITIES - NO_WORDS
    assert named <= concepts().keys()


def test_every_intent_has_a_row() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    intents = {next(iter(each)) if isinstance(each, dict) else each for each in domain["intents"]}
    assert intents - topics().keys() == set()


def test_every_topic_that_no_form_and_no_case_answers_has_a_wording_of_its_name() -> None:
    wording = load_wording(load_rulebook())
    plain = [row.name for row in topics().values() if row.kind not in NO_WORDING_OF_THEIR_NAME]
    assert [name for name in plain if name not in wording] == []


def test_every_computed_topic_is_worked_out() -> None:
    """One without a function in computing.py would be answered as if words had not asked it."""
    rows = {row.name for row in topics().values() if row.kind == "computed"}
    assert rows - computing._COMPUTED.keys() == set()


def test_every_topic_of_a_form_opens_it() -> None:
    rules = yaml.safe_load((ROOT / "data/rules/forms.yml").read_text("utf-8"))["rules"]
    opened = {(step["intent"], rule["steps"][1]["action"]) for rule in rules for step in rule["steps"][:1]}
    assert {(row.name, row.form) for row in topics().values() if row.kind == "form"} <= opened


@pytest.mark.parametrize(
    "row",
    [{"kind": "question", "over": ["nothing"]}, {"kind": "question", "sometimes": []}],
)
def test_a_row_with_an_unknown_key_or_topic_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(BadTopics):
        read_topics({"fees": row})


def test_the_words_and_the_wording_of_every_matter_are_written() -> None:
    wording = load_wording(load_rulebook())
    assert {word for matter in matters() for word in matter.words} <= concepts().keys()
    assert [matter.name for matter in matters() if matter.key not in wording] == []


@pytest.mark.parametrize(
    "row", [{"words": ["about_form"], "of": ["nothing"]}, {"words": []}, {"words": ["about_form"], "at": []}]
)
def test_a_matter_with_an_unknown_key_or_topic_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(BadTopics):
        read_matters({}, {"matter.form": row})
