"""Answers through the SDK, as Rasa asks for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.server import ACTIONS
from renewal.dialogue.topics import form_of, topics

Call = Callable[..., Any]
# One database is enough here: the store has its own tests on both.
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


def test_every_action_of_the_domain_is_served_and_none_besides() -> None:
    assert set(DOMAIN["actions"]) == set(ACTIONS)


def test_every_intent_has_training_texts_and_every_text_an_intent_of_the_domain() -> None:
    taught = {
        block["intent"]
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    }
    assert taught == set(DOMAIN["intents"])


def test_no_sentence_stands_in_the_domain() -> None:
    assert "responses" not in DOMAIN


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_every_intent_has_an_answer(call: Call, intent: str) -> None:
    reply = call("action_answer", "请问一下", intent)
    forms = {form_of(each) for each in (intent, *topics()[intent].over)}
    assert reply.texts or reply.next in forms - {""}
    assert all(text.strip() for text in reply.texts)


@pytest.mark.parametrize("text", ["", "   ", "……"])
def test_a_text_without_words_is_answered_politely(call: Call, text: str) -> None:
    assert "没看到文字" in call("action_answer", text, "out_of_scope").texts[0]


def test_a_picture_gets_a_friendly_word(call: Call) -> None:
    assert "好的" in call("action_answer", "😀", "out_of_scope").texts[0]


def test_an_entity_chooses_the_fitting_answer(call: Call) -> None:
    general = call("action_answer", "住房证明要什么", "materials_housing").texts
    dormitory = call(
        "action_answer", "住宿舍要什么证明", "materials_housing", entities={"housing": "dormitory"}
    ).texts
    assert general != dormitory
    assert "宿舍" in dormitory[0]


def test_the_topic_is_remembered_for_a_text_that_leans_on_it(call: Call) -> None:
    kept = call("action_answer", "住房证明要什么", "materials_housing").slots["memory"]
    assert kept["topic"] == "materials_housing"
    leaning = call(
        "action_answer",
        "那宿舍呢",
        "out_of_scope",
        entities={"housing": "dormitory"},
        slots={"memory": kept},
    )
    assert "宿舍" in leaning.texts[0]


def test_cancelling_with_no_form_open_says_so(call: Call) -> None:
    assert (
        call("action_cancel_form", "取消", "cancel").texts
        != call("action_cancel_form", "取消", "cancel", requested="callback_name").texts
    )
