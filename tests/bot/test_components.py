"""Rasa's side in its own environment: components, channel and conversation store, put to work in one process."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
Found = dict[str, Any]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def found() -> Found:
    """What the components did; a small model is trained on the way."""
    done = subprocess.run(
        [BOT_PYTHON, "tests/bot/component_cases.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_tokens_are_simplified_and_keep_their_place_in_the_text(found: Found) -> None:
    assert found["tokens"]["續簽　要帶 ＡＢＣ"] == [["续签", 0, 2], ["要", 3, 4], ["带", 4, 5], ["ABC", 6, 9]]


@pytest.mark.parametrize("text", ["", "   "])
def test_a_blank_text_has_no_tokens(found: Found, text: str) -> None:
    assert found["tokens"][text] == []


def test_the_lexicon_s_words_are_entities_with_their_places(found: Found) -> None:
    assert [(e["entity"], e["value"], e["start"], e["end"]) for e in found["entities"]] == [
        ("housing", "relative", 2, 5),
        ("relation", "父母", 2, 4),
    ]
    assert {e["extractor"] for e in found["entities"]} == {"LexiconEntityExtractor"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("要带哪些材料", "materials"),
        ("資料要帶什麼", "materials"),
        ("多少錢", "fees"),
        ("给我讲个故事", "out_of_scope"),
    ],
)
def test_a_text_that_was_not_learned_is_understood(found: Found, text: str, intent: str) -> None:
    understood, ranked = found["parsed"][text]
    assert understood["name"] == intent
    assert 0 < understood["confidence"] <= 1
    assert ranked == 4


@pytest.mark.parametrize("text", ["   ", "😀"])
def test_a_text_without_words_is_out_of_scope(found: Found, text: str) -> None:
    assert found["parsed"][text][0]["name"] == "out_of_scope"


def test_the_channel_answers_with_texts_and_buttons(found: Found) -> None:
    button = {"id": "", "label": "Materials", "intent": "materials"}
    assert found["served"]["greeting"] == [200, {"messages": [{"text": "a greeting", "buttons": [button]}]}]


def test_a_button_needs_no_guessing(found: Found) -> None:
    assert found["served"]["button"] == found["served"]["greeting"]


@pytest.mark.parametrize("case", ["traditional", "blank", "emoji", "long", "command"])
def test_an_awkward_text_gets_an_answer(found: Found, case: str) -> None:
    assert found["served"][case][0] == 200


def test_a_leading_slash_is_no_command(found: Found) -> None:
    assert found["neutralised"] == {
        "/restart": "／restart",
        "  /inform{}": "／inform{}",
        "a/b": "a/b",
        "//x": "／/x",
    }


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("wrong secret", 403),
        ("no sender", 400),
        ("blank sender", 400),
        ("no text", 400),
        ("no object", 400),
        ("unknown button", 400),
        ("without a model", 503),
        ("health without a model", 503),
        ("health", 200),
    ],
)
def test_the_channel_says_what_is_wrong(found: Found, case: str, status: int) -> None:
    assert found["served"][case][0] == status


def test_a_turn_whose_action_server_is_away_is_reported_and_leaves_no_trace(found: Found) -> None:
    assert found["served"]["no action server"][0] == 503
    assert found["served"]["kept of the lost turn"] is False


def test_a_secret_of_any_bytes_is_a_wrong_one_and_no_error(found: Found) -> None:
    assert set(found["served"]["secrets of odd bytes"]) == {403}


def test_the_channel_does_not_open_without_a_secret(found: Found) -> None:
    assert "RENEWAL_RASA_SECRET" in found["no secret"]


def test_another_rasa_is_refused_rather_than_patched_blindly(found: Found) -> None:
    assert len(found["guards"]) == 2


def test_a_long_conversation_starts_anew_unless_a_form_is_open(found: Found) -> None:
    sizes = found["served"]["a long conversation"]
    before, after, last = sizes["talker"]
    assert (before, after, last) == (0, 2, "又来了")
    assert sizes["form filler"][0] > sizes["longest"]


def test_a_long_conversation_that_starts_anew_still_knows_what_was_told(found: Found) -> None:
    told, events = found["served"]["a long conversation"]["teller"]
    assert told == [{"topic": "points"}]
    assert events < 10
