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


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("我住父母家", [["housing", "relative", "父母家"], ["relation", "父母", "父母"]]),
        ("租額房子", [["housing", "rented", "租額"]]),
        ("住朋友家", [["housing", "friend", "朋友家"], ["relation", "朋友", "朋友"]]),
        ("深圳居住证", [["city", "深圳", "深圳"]]),
        ("身份证号码变了", [["id_change", "number", "身份证号码变"]]),
        ("改名字了", [["id_change", "name", "改名"]]),
        ("我開公司的", [["category", "business", "開公司"]]),
        ("i rent a flat", [["housing", "rented", "rent"]]),
        ("年齡最高幾分", [["points_item", "age", "年齡"]]),
        (
            "社保基数按1倍",
            [["points_item", "insurance_base", "社保基数"], ["points_item", "insurance_base", "倍"]],
        ),
        ("假学历扣多少", [["points_item", "deductions", "假学历"], ["points_item", "deductions", "扣多少"]]),
        ("积分达标配偶能参保吗", [["relation", "配偶", "配偶"]]),
        ("a master's at 45", [["points_item", "degree", "master's"]]),
    ],
)
def test_words_are_found_under_their_plain_value(found: Found, text: str, entities: list[list[str]]) -> None:
    assert found["entities"][text] == entities


@pytest.mark.parametrize(
    "text",
    [
        "我住中山公园南京路",
        "電話號碼變了",
        "公司给交的",
        "审核要几个工作日",
        "my current address",
        "13800138000",
        "税务局的公共服务窗口",
    ],
)
def test_a_word_inside_another_one_is_not_taken_for_it(found: Found, text: str) -> None:
    assert found["entities"][text] == []


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("居住证１２月５日到期", "１２月５日"),
        ("还有40天", "还有40天"),
        ("逾期三个月了", "逾期三个月"),
        ("上个礼拜三过期", "上个礼拜三"),
        ("下个月5号", "下个月5号"),
        ("2 weeks ago", "2 weeks ago"),
    ],
)
def test_an_expression_of_time_is_found_as_it_is_written(found: Found, text: str, expression: str) -> None:
    assert [(kind, words) for kind, _, words in found["entities"][text]] == [("date", expression)]


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


def test_the_channel_does_not_open_without_a_secret(found: Found) -> None:
    assert "RENEWAL_RASA_SECRET" in found["no secret"]


def test_another_rasa_is_refused_rather_than_patched_blindly(found: Found) -> None:
    assert len(found["guards"]) == 2


def test_a_long_conversation_starts_anew_unless_a_form_is_open(found: Found) -> None:
    sizes = found["served"]["a long conversation"]
    before, after, last = sizes["talker"]
    assert (before, after, last) == (0, 2, "又来了")
    assert sizes["form filler"][0] > sizes["longest"]
