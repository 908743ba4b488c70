import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.dialogue.says import BotMessage
from renewal.services.samples import evaluation
from renewal.services.samples.evaluation import BadEvaluationFile, contains, fold, judge, read_questions
from renewal.services.samples.sample import load_sample_once
from renewal.services.talks.assistant import AssistantUnavailable

words = st.text(alphabet="居住证续签abcABC123 　（）()１２", min_size=1, max_size=8).filter(
    lambda text: bool(fold(text))
)
LINE = {"id": "a", "text": "居住证怎么续签", "must": ["窗口"], "must_not": []}


def lines(*rows: dict[str, object]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


@given(before=st.text(), wanted=words, after=st.text())
def test_a_reply_that_has_the_string_passes_whatever_stands_around_it(before, wanted, after):
    # A combining mark right after the string would become part of its last letter.
    assert contains(before + " " + wanted + " " + after, wanted) or fold(wanted) not in fold(
        before + " " + wanted + " " + after
    )


@given(alternatives=st.lists(words, min_size=1, max_size=4), data=st.data())
def test_any_one_alternative_is_enough(alternatives, data):
    chosen = data.draw(st.sampled_from(alternatives))
    assert contains(f"答：{chosen}。", "|".join(alternatives))


@given(wanted=words)
def test_case_width_and_spaces_do_not_matter(wanted):
    spaced = " \n".join(wanted)
    assert contains(spaced.upper(), wanted.lower())
    assert contains(spaced, wanted)


@given(text=st.text())
def test_folding_twice_changes_no_match_against_itself(text):
    assert not fold(text) or contains(text, text.replace("|", "")) or "|" in text


@pytest.mark.parametrize(
    ("reply", "wanted", "found"),
    [
        ("有效期 1 年", "一年|1年", True),
        ("有效期１年", "1年", True),
        ("ＯＫ", "ok", True),
        ("每年签注一次", "一年|1年", False),
        ("提前30天", "30 天", True),
        ("", "一年", False),
    ],
)
def test_examples_of_matching(reply, wanted, found):
    assert contains(reply, wanted) is found


def test_a_reply_must_have_every_must_and_no_must_not():
    (question,) = read_questions(
        lines({**LINE, "must": ["窗口|网上", "30天", "60日"], "must_not": ["免费", "包过"]})
    )
    result = judge(question, "可以去窗口，提前 30 天，全部免费")
    assert result.missing == ("60日",)
    assert result.forbidden == ("免费",)
    assert not result.passed


def test_no_answer_never_passes():
    (question,) = read_questions(lines({**LINE, "must": [], "must_not": ["免费"]}))
    assert not judge(question, " ").passed


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{", "不是 JSON"),
        ("[]", "不是一个 JSON 对象"),
        (lines({**LINE, "text": 5}), "text 应当是文字"),
        (lines({"id": "b", "must": ["x"]}), "没有 text"),
        (lines({**LINE, "id": "b", "must": "窗口"}), "must 应当是一列文字"),
        (lines({**LINE, "id": "b", "must": ["一年||1年"]}), "空的选项"),
        (lines({**LINE, "id": "b", "must": [" "]}), "空的选项"),
        (lines({**LINE, "id": "b", "must": []}), "什么回答都会通过"),
        (lines({**LINE, "id": "b", "channel": "fax"}), "channel 只能是"),
        (lines({**LINE, "id": "b", "context": "email"}), "context 只能是"),
        (lines(LINE), "和第 1 行重复"),
    ],
)
def test_a_bad_line_is_named_by_its_number(bad, says):
    with pytest.raises(BadEvaluationFile, match=r"^第 3 行：") as refused:
        read_questions(lines(LINE) + "\n\n" + bad + "\n")
    assert says in str(refused.value)


def test_a_file_without_a_question_is_refused():
    with pytest.raises(BadEvaluationFile, match="没有问题"):
        read_questions("\n \n")


def test_the_projects_own_file_reads():
    text = Path("tests/evaluation/questions.jsonl").read_text(encoding="utf-8")
    assert len(read_questions(text)) >= 150


class Parrot:
    """An assistant at the wire: repeats what it heard in that conversation, and is away when told so."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = {}

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        if text == "away":
            raise AssistantUnavailable("gone")
        self.heard.setdefault(conversation_id, []).append(text)
        return (BotMessage(text="听到：" + "，".join(self.heard[conversation_id])),)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_question_is_asked_in_a_fresh_conversation_after_its_prev(services):
    questions = read_questions(
        lines(
            {"id": "1", "text": "第二句", "prev": "第一句", "must": ["第一句，第二句"], "kind": "a"},
            {"id": "2", "text": "第三句", "must": ["听到：第三句"], "must_not": ["第一句"], "kind": "b"},
            {"id": "3", "text": "away", "must": ["x"], "kind": "b"},
        )
    )
    moved: list[tuple[int, int]] = []
    results = evaluation.evaluate(
        services, Parrot(), questions, progress=lambda done, of: moved.append((done, of))
    )
    assert [result.question.id for result in results] == ["1", "2", "3"]
    assert [result.passed for result in results] == [True, True, False]
    assert "助手没有回答" in results[2].error
    assert sorted(moved) == [(1, 3), (2, 3), (3, 3)]
    assert evaluation.scores(results, "kind")["b"] == evaluation.Score(passed=1, total=2)
    assert evaluation.total(results).percent == pytest.approx(66.7, abs=0.1)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_failure_sms_question_starts_as_the_reply_to_a_notice(services):
    load_sample_once(services)
    line = {
        "id": "1",
        "text": "我没换地址啊",
        "context": "failure_sms",
        "prev": "（通知）",
        "must": ["听到：我没换地址啊"],
    }
    (result,) = evaluation.evaluate(services, Parrot(), read_questions(lines(line)))
    assert result.passed


class Sourced:
    """Names its source."""

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        return (BotMessage(text="可以。\n\n来源：《上海市居住证管理办法》（2018-01-01）"),)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_line_that_names_the_source_answers_nothing(services):
    file = lines(
        {**LINE, "must": ["管理办法"]}, {"id": "b", "text": "？", "must": ["可以"], "must_not": ["来源"]}
    )
    missed, met = evaluation.evaluate(services, Sourced(), read_questions(file))
    assert missed.missing == ("管理办法",)
    assert "来源" in missed.reply, "the reply is shown as it was"
    assert met.passed
