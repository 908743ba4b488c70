import csv
from pathlib import Path

import pytest

from renewal.cli.main import outcome


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["aks"], "没有 aks 这个命令"),
        (["ask"], "缺少话"),
        (["ask", "--channle", "sms"], "没有 --channle 这个选项"),
        (["ask", "你好", "吗"], "多出了 吗"),
        (["ask", "你好", "--channel", "fax"], "--channel 只能是 sms 或 web"),
        (["ask", "你好", "--session", "../up"], "会话名只能"),
        (["ask", "你好", "--scenario", "nothing"], "可用的有：failure:address"),
        (["run", "--date", "2026-02-30"], "真有的一天"),
        (["run", "--date"], "--date"),
        (["notices", "--limit", "0"], "--limit"),
        (["evaluate", "nowhere.jsonl"], "读不了 nowhere.jsonl"),
    ],
)
def test_wrong_use_is_one_clear_line_and_exit_2(typed, says, capsys):
    assert outcome(typed) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""


def test_a_bad_line_of_an_evaluation_file_is_exit_2_before_anything_starts(tmp_path, capsys, own_state):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "怎么续签", "must": ["窗口"]}\n{"text": \n', encoding="utf-8")
    assert outcome(["evaluate", str(file)]) == 2
    assert capsys.readouterr().err.startswith("第 2 行：不是 JSON")
    assert not own_state.exists()


def test_a_malformed_setting_is_one_line_and_exit_1(monkeypatch, capsys):
    monkeypatch.setenv("RENEWAL_TODAY", "tomorrow")
    assert outcome(["notices"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("RENEWAL_TODAY")
    assert len(said.strip().splitlines()) == 1


def test_help_is_exit_0_and_names_every_command(capsys):
    assert outcome(["--help"]) == 0
    said = capsys.readouterr().out
    named = "up ask evaluate import run notices sample doctor train keys migrate backup restore"
    for command in named.split():
        assert command in said


def test_the_sample_is_made_once_and_a_night_tells_each_holder_once(capsys):
    assert outcome(["sample"]) == 0
    assert "新生成 200 位" in capsys.readouterr().out
    assert outcome(["sample"]) == 0
    assert "新生成 0 位样例持证人，原有 200 位" in capsys.readouterr().out
    assert outcome(["run", "--date", "2026-11-23", "--dry-run"]) == 0
    assert "只是试算" in capsys.readouterr().out
    assert outcome(["notices"]) == 0
    assert "还没有通知" in capsys.readouterr().out
    assert outcome(["run", "--date", "2026-11-23"]) == 0
    first = capsys.readouterr()
    assert "失败的原因" in first.out
    assert "make run 以后会发出" in first.err
    assert outcome(["notices", "--limit", "1000"]) == 0
    listed = capsys.readouterr().out
    assert outcome(["run", "--date", "2026-11-23"]) == 0
    capsys.readouterr()
    assert outcome(["notices", "--limit", "1000"]) == 0
    assert capsys.readouterr().out == listed


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


HEAD = "permit_no,name,phone,category,district,expires_on,address,employer,sponsor,marriage,school".split(",")


def holder(number: str, expires_on: str = "2026-12-05") -> list[str]:
    return [
        number,
        "样例甲",
        "19900001234",
        "就业",
        "浦东新区",
        expires_on,
        "样例路1号",
        "样例公司",
        "",
        "",
        "",
    ]


def test_a_bad_row_is_exit_1_and_the_line_says_where_it_went(tmp_path, capsys):
    file = write_csv(tmp_path / "holders.csv", [HEAD, holder("A1"), holder("A2", "2026-02-30"), holder("A3")])
    assert outcome(["import", "holders", str(file)]) == 1
    said = capsys.readouterr()
    assert "共 3 行，新增 2" in said.out
    (line,) = [line for line in said.err.splitlines() if line.startswith("退回")]
    assert "holders.csv.rejects.csv" in line
    good = write_csv(tmp_path / "good.csv", [HEAD, holder("A1")])
    assert outcome(["import", "holders", str(good)]) == 0
    assert "共 1 行，新增 0，更新 0，没有变化 1" in capsys.readouterr().out


def test_a_wrong_column_is_one_line_and_exit_1(tmp_path, capsys):
    file = write_csv(tmp_path / "feed.csv", [["permit_no", "item"], ["A1", "x"]])
    assert outcome(["import", "feed", "insurance", str(file)]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("列名不对")]
    assert len(lines) == 1
    assert "item" in lines[0]


def test_the_doctor_says_what_to_do(capsys):
    outcome(["doctor"])
    said = capsys.readouterr().out
    for title in ("主环境", "助手环境", "模型", "密钥", "数据库", "端口"):
        assert title in said


def test_the_doctor_asks_redis_where_there_is_to_be_one_and_shows_no_password(redis, monkeypatch, capsys):
    outcome(["doctor"])
    assert "Redis" not in capsys.readouterr().out
    monkeypatch.setenv("RENEWAL_REDIS_URL", redis.url)
    outcome(["doctor"])
    assert "Redis" in capsys.readouterr().out
    wrong = redis.url.replace(redis.url.split(":")[2].split("@")[0], "wrong-password")
    monkeypatch.setenv("RENEWAL_REDIS_URL", wrong)
    assert outcome(["doctor"]) == 1
    said = capsys.readouterr()
    assert "RENEWAL_REDIS_URL" in said.out
    assert "wrong-password" not in said.out + said.err
