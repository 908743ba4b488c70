"""The main job, end to end, against the real processes."""

import csv
import json
from pathlib import Path

import pytest

from renewal.cli.places import ROOT
from renewal.cli.stack import PrivateStack
from tests.conversations.conftest import Chat, Command, Phone

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

HOLDERS = "permit_no,name,phone,category,district,expires_on,address,employer,sponsor,marriage,school"
RESIDENCE = "permit_no,address,phone,as_of_on"
INSURANCE = "permit_no,employer,as_of_on"
MOVED = "TEST-0001,样例测试人,13900009001,就业,浦东新区,2026-12-05,上海市浦东新区样例路1号101室,上海样例有限公司,,,"
LIVES = "TEST-0001,上海市浦东新区样例路2号202室,13900009001,2026-11-20"
WORKS = "TEST-0001,上海样例有限公司,2026-11-20"
QUESTIONS = (
    {"id": "q1", "kind": "plain", "text": "居住证有效期多久", "must": ["一年|1年"]},
    {"id": "q2", "kind": "plain", "text": "最早提前几天能办续签", "must": ["30天|30日|三十天"]},
    {
        "id": "q3",
        "kind": "notice",
        "text": "我没换地址啊",
        "context": "failure_sms",
        "prev": "…",
        "must": ["地址"],
    },
    {"id": "q4", "kind": "followup", "prev": "我是租房的", "text": "要带什么材料", "must": ["身份证"]},
    {"id": "q5", "kind": "wrong", "text": "你好", "must": ["永远不会说的话"]},
)
STRANGE = {
    "emoji": "🙂",
    "emojis": "👋🏻👋🏻🎉",
    "5000-chars": "啊" * 5000,
    "long-question": "居住证怎么续签？" * 300,
    "restart": "/restart",
    "inform": '/inform{"name": "x"}',
    "session-start": "/session_start",
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE holders;--",
    "bidi": "\u202e倒着",
    "nul": "\x00",
}


def csv_file(path: Path, *lines: str) -> str:
    assert len({len(row) for row in csv.reader(lines)}) == 1
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_holder_asks_is_told_why_the_renewal_failed_and_replies(
    stack: PrivateStack, phone: Phone, http, renewal: Command, tmp_path
):
    answer = phone.ask("居住证怎么续签")
    assert "续签" in answer
    assert "窗口" in answer
    assert "指南" in answer, "an answer names its source"

    holders = renewal("import", "holders", csv_file(tmp_path / "holders.csv", HOLDERS, MOVED))
    assert holders.returncode == 0, holders.stderr
    for kind, headings, line in (("residence", RESIDENCE, LIVES), ("社保", INSURANCE, WORKS)):
        feed = renewal("import", "feed", kind, csv_file(tmp_path / "feed.csv", headings, line))
        assert feed.returncode == 0, feed.stderr
    night = renewal("run", "--date", "2026-11-23")
    assert night.returncode == 0, night.stderr
    assert "居住地址" in night.stdout, "the report tells the reasons"

    known = http.get("/simulator/holders").json()["holders"]
    (mine,) = [holder for holder in known if holder["name"] == "样***人"]
    handset = Phone(http, str(mine["id"]))
    handset._seen = 0  # the notice may have come before we looked
    notice = handset.reply()
    assert notice.startswith("【")
    assert "失败" in notice or "没有成功" in notice
    assert "居住地址" in notice
    assert "样例测试人" not in notice

    told = handset.ask("我没换地址啊")
    assert "居住地址" in told, "it knows the reason of the notice"
    assert "12月5日" in told, "it knows the day of the permit that the notice is about"

    listed = renewal("notices", "--limit", "500")
    (line,) = [line for line in listed.stdout.splitlines() if "TEST-0001" in line]
    assert "居住地址" in line
    assert "已送达" in line

    again = renewal("run", "--date", "2026-11-23")
    assert again.returncode == 0
    assert handset.replies() == [], "a night that is run again tells nobody twice"


def test_ask_answers_from_a_terminal_and_goes_on_with_a_session(renewal: Command):
    plain = renewal("ask", "居住证怎么续签")
    assert plain.returncode == 0, plain.stderr
    assert "续签" in plain.stdout
    assert "来源：" in plain.stdout
    explained = renewal("ask", "我租房，续签带什么材料", "--why")
    assert "materials_housing" in explained.stdout
    assert "housing rented" in explained.stdout
    assert "条款：materials." in explained.stdout
    first = renewal("ask", "我没换地址啊", "--session", "path", "--scenario", "failure:address")
    assert first.returncode == 0, first.stderr
    assert "居住地址" in first.stdout
    second = renewal("ask", "那我什么时候到期", "--session", "path")
    assert second.returncode == 0, second.stderr
    assert "月" in second.stdout
    other = renewal("ask", "你好", "--session", "path", "--scenario", "overdue")
    assert other.returncode == 2
    assert "failure:address" in other.stderr


def test_evaluate_scores_a_file(renewal: Command, tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text(
        "\n".join(json.dumps(question, ensure_ascii=False) for question in QUESTIONS), encoding="utf-8"
    )
    done = renewal("evaluate", str(file), "--json", str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stderr
    assert "通过 4/5（80.0%）" in done.stdout, done.stdout
    assert "✗ q5" in done.stdout
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["total"] == {"passed": 4, "total": 5}
    assert written["by_kind"]["plain"] == {"passed": 2, "total": 2}
    assert all(result["reply"] for result in written["results"])


def test_nine_of_ten_of_our_own_questions_get_a_right_answer(renewal: Command, tmp_path):
    questions = ROOT / "tests" / "evaluation" / "questions.jsonl"
    done = renewal("evaluate", str(questions), "--json", str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stderr
    total = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["total"]
    assert total["total"] >= 150
    assert total["passed"] / total["total"] >= 0.9


def test_a_second_start_is_refused_in_one_line_with_the_address(stack: PrivateStack, renewal: Command):
    second = renewal("up")
    assert second.returncode == 1
    assert second.stdout == ""
    assert len(second.stderr.strip().splitlines()) == 1
    assert stack.gateway in second.stderr


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_a_strange_text_gets_a_polite_answer(phone: Phone, text: str):
    answer = phone.ask(text)
    assert len(answer) > 5
    assert "script" not in answer
    assert "error" not in answer.lower()


@pytest.mark.parametrize("text", ["", " ", "\u3000\n\t"], ids=["empty", "space", "spaces"])
def test_a_blank_text_is_answered_or_politely_refused(phone: Phone, text: str):
    taken = phone.text(text)
    if taken.status_code == 202:
        assert len(phone.reply()) > 5
    else:
        assert taken.status_code in {400, 422}
        assert taken.json()["error"]["message"]


def test_a_slash_command_is_a_text_like_any_other_and_ends_no_form(chat: Chat):
    assert "称呼" in chat.say("请工作人员给我打电话")
    assert "称呼" in chat.say("/restart"), "the form still asks what it asked"
    assert "手机" in chat.say("我叫王小样")
