"""What was answered before a text counts for what it means."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the parts did, in Rasa's own environment."""
    done = subprocess.run(
        [BOT_PYTHON, "tests/bot/context_cases.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_same_words_mean_another_thing_after_another_topic(found: dict[str, Any]) -> None:
    after_nothing, after_papers, after_late, after_its_like, after_unknown = found["ranked"]["几天"]
    assert (after_nothing, after_papers, after_late) == ("processing_time", "processing_time", "overdue")
    assert after_its_like == "overdue"  # learned after one topic of the area
    assert after_unknown == "processing_time"


def test_who_asks_something_new_in_so_many_words_means_it(found: dict[str, Any]) -> None:
    assert set(found["ranked"]["要准备哪些材料"]) == {"materials"}


def test_what_is_kept_back_hangs_on_each_text_and_is_a_share_of_each_intent(found: dict[str, Any]) -> None:
    kept = found["kept_back"]
    assert (kept["of_a"], kept["of_b"], kept["none"]) == (30, 10, [])
    assert kept["again"]
    assert kept["still"] >= 30  # as many new texts as there were move few of the 40


def test_a_turn_s_texts_are_embedded_beside_the_loop_that_all_conversations_share(
    found: dict[str, Any],
) -> None:
    ahead = found["ahead"]
    assert ahead["parts"] == 2
    assert ahead["threads"] == ["embedding"] * 3, (
        "the text and its parts; a button and an emoji have no vector"
    )
    assert ahead["new"] == 0, "the pipeline has nothing left to embed"


def test_the_open_form_counts_before_the_last_answer_and_that_before_the_notice(
    found: dict[str, Any],
) -> None:
    assert found["spoken_of"] == ["", "notice_failure", "fees", "points_estimate"]


def test_rasa_s_parsing_gets_what_came_before_once(found: dict[str, Any]) -> None:
    assert found["wrapped"] == ["多少 after fees"]
