"""Accounts of the desk by command."""

import re

import pytest

from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.services.accounts import signing_in


def test_an_account_is_made_with_a_password_that_is_shown_once_and_must_be_changed(capsys) -> None:
    assert outcome(["desk", "list"]) == 0
    assert "还没有账户" in capsys.readouterr().out
    assert outcome(["desk", "add", "li", "--role", "clerk"]) == 0
    printed = capsys.readouterr().out
    password = re.search(r"：((?:[a-z2-9]{5}-?){4})", printed).group(1)
    with opened() as services:
        found = signing_in.who(services, signing_in.sign_in(services, "li", password))
    assert found.must_change
    assert outcome(["desk", "list"]) == 0
    listed = capsys.readouterr().out
    assert password not in listed
    for cell in ("li", "受理", "要先改口令", "1 处"):
        assert cell in listed


def test_a_password_is_asked_for_twice(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(
        ["river-lantern-cabbage", "river-lantern-cabbage", "one-lantern-cabbage", "other-lantern-cabbage"]
    )
    monkeypatch.setattr("typer._click.termui.hidden_prompt_func", lambda *_: next(typed))
    assert outcome(["desk", "add", "li", "--role", "operator", "--ask"]) == 0
    assert "口令，只显示" not in capsys.readouterr().out
    assert outcome(["desk", "passwd", "li", "--ask"]) == 2
    assert "不一样" in capsys.readouterr().err
    with opened() as services:
        assert signing_in.sign_in(services, "li", "river-lantern-cabbage") is not None


def test_role_lock_unlock_password_and_signing_out(capsys) -> None:
    assert outcome(["desk", "add", "li", "--role", "clerk"]) == 0
    for typed, says in (
        (["role", "li", "supervisor"], "改成了主管"),
        (["role", "li", "supervisor"], "早就是主管"),
        (["lock", "li"], "已停用"),
        (["lock", "li"], "早已停用"),
        (["unlock", "li"], "又可以登录"),
        (["unlock", "li"], "没有停用"),
        (["passwd", "li"], "口令改好了"),
        (["sign-out", "li"], "已全部退出（0 处）"),
    ):
        assert outcome(["desk", *typed]) == 0
        assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "says", "code"),
    [
        (["add", "li", "--role", "boss"], "没有 boss 这个角色", 2),
        (["add", "a b", "--role", "clerk"], "账户名只能", 1),
        (["role", "nobody", "clerk"], "没有叫 nobody", 1),
        (["lock", "nobody"], "没有叫 nobody", 1),
        (["add", "li"], "缺少选项", 2),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(typed, says, code, capsys) -> None:
    assert outcome(["desk", *typed]) == code
    assert says in capsys.readouterr().err
