"""What staff type: whom to call, what was said, taking over and giving back."""

import pytest
from sqlalchemy import select

from renewal.cli.actor import actor
from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.services.talks import web_sessions
from renewal.store.models import AuditEntry, Conversation
from tests.bookings import book_callback


@pytest.fixture
def talk() -> str:
    """A web conversation that ended in a callback."""
    with opened() as services:
        made, _ = web_sessions.open_web(services)
        book_callback(services, made, name="王女士", phone="+8613800138000", about="租房[bold]续签")
        return made


def test_with_no_callbacks_that_is_said(capsys):
    assert outcome(["callbacks"]) == 0
    assert "没有等着的回电" in capsys.readouterr().out
    assert outcome(["callbacks", "--all"]) == 0
    assert "还没有人登记" in capsys.readouterr().out


def test_callbacks_are_listed_closed_and_then_only_listed_with_all(talk, capsys):
    assert outcome(["callbacks"]) == 0
    listed = capsys.readouterr().out
    for cell in ("1", "2026-11-24", "王女士", "+8613800138000", "租房[bold]续签", talk[:8], "待打"):
        assert cell in listed
    assert outcome(["callbacks", "done", "1", "--staff", "小李"]) == 0
    assert outcome(["callbacks", "done", "1"]) == 0
    assert "早已" in capsys.readouterr().out
    assert outcome(["callbacks"]) == 0
    assert "王女士" not in capsys.readouterr().out
    assert outcome(["callbacks", "--all"]) == 0
    assert "已打" in capsys.readouterr().out


def test_a_conversation_is_taken_answered_and_given_back(talk, capsys):
    assert outcome(["talk", talk[:8], "--take", "--say", "我是小李", "--staff", "小李"]) == 0
    with opened() as services, services.store.read() as session:
        assert session.get_one(Conversation, talk).staffed
    assert outcome(["talk", talk]) == 0
    shown = capsys.readouterr().out
    assert "登记了回电 1" in shown
    assert "工作人员：我是小李" in shown
    assert "接手" in shown
    assert outcome(["talk", talk, "--release"]) == 0
    with opened() as services, services.store.read() as session:
        assert not session.get_one(Conversation, talk).staffed
        actors = {entry.action: entry.actor for entry in session.scalars(select(AuditEntry))}
    assert actors["conversation.taken"] == f"小李({actor('')})"
    assert actors["conversation.released"] == actor("")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["talk", "abcd1234"], "没有会话 abcd1234"),
        (["callbacks", "done", "77"], "没有编号 77 的回电"),
    ],
)
def test_what_is_not_there_is_one_clear_line_and_exit_1(typed, says, capsys):
    assert outcome(typed) == 1
    assert says in capsys.readouterr().err


def test_a_callback_is_claimed_noted_and_tried_again_by_command(talk, capsys):
    for typed, says in (
        (["claim", "1", "--staff", "小李"], "归您打"),
        (["note", "1", "下午再打", "--staff", "小李"], "备注记下了"),
        ([], "小李 在打"),
        (["unreached", "1", "--staff", "小李"], "还有 2 次"),
        (["unreached", "1"], "还有 1 次"),
        (["unreached", "1"], "已排好一条短信"),
        (["--all"], "没打通"),
    ):
        assert outcome(["callbacks", *typed]) == 0
        assert says in capsys.readouterr().out.replace("\n", "")


def test_what_a_colleague_rings_is_refused_by_name(talk, capsys):
    assert outcome(["callbacks", "claim", "1", "--staff", "小李"]) == 0
    assert outcome(["callbacks", "done", "1", "--staff", "小王"]) == 1
    assert "由 小李 在打" in capsys.readouterr().err
