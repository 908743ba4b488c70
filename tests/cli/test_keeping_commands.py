"""`renewal erase`: what goes and what stays is told, it is asked for, and it is done once."""

import pytest
import typer

from renewal.cli import keeping
from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.services.callbacks import staff as callback_staff
from renewal.services.talks import web_sessions
from renewal.store.models import Conversation
from tests.bookings import book_callback

PHONE = "+8613800138000"


@pytest.fixture
def talk() -> str:
    with opened() as services:
        made, _ = web_sessions.open_web(services)
        book_callback(services, made, name="金丝雀", phone=PHONE, about="租房续签")
        return made


def there(talk: str) -> bool:
    with opened() as services, services.store.read() as session:
        return session.get(Conversation, talk) is not None


def test_a_dry_run_tells_what_would_go_and_what_stays_and_deletes_nothing(talk, capsys) -> None:
    assert outcome(["erase", "--phone", "138 0013 8000", "--dry-run"]) == 0
    told = capsys.readouterr().out
    for said in ("登记的回电", "其中还没有打的", "退订", "居住证档案", "什么也没有删"):
        assert said in told
    assert "金丝雀" not in told
    assert "8000" not in told
    assert there(talk)


def test_without_a_person_to_ask_it_wants_a_plain_yes(talk, capsys) -> None:
    assert outcome(["erase", "--phone", PHONE]) == 1
    assert "--yes" in capsys.readouterr().err
    assert there(talk)


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_is_asked_first(talk, answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda _: answer)
    assert outcome(["erase", "--phone", PHONE]) == (0 if answer else 1)
    assert there(talk) is not answer


def test_erased_twice_the_second_time_there_is_nothing(talk, capsys) -> None:
    assert outcome(["erase", "--phone", PHONE, "--yes", "--staff", "小李"]) == 0
    assert "删完了" in capsys.readouterr().out
    assert not there(talk)
    assert outcome(["erase", "--phone", PHONE, "--yes"]) == 0
    assert "没有可以删的了" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["--phone", "13900139000"], 1, "没有这个号码"),
        (["--phone", "你好"], 1, "不是一个电话号码"),
        (["--permit", "X-1"], 1, "没有这个证号"),
        ([], 2, "只写一个"),
        (["--phone", PHONE, "--permit", "X-1"], 2, "只写一个"),
    ],
)
def test_whom_nobody_knows_cannot_be_erased(talk, arguments: list[str], code: int, line: str, capsys) -> None:
    assert outcome(["erase", *arguments, "--yes"]) == code
    assert line in capsys.readouterr().err
    assert there(talk)


def test_a_long_list_says_that_there_is_more_and_how_to_see_it(capsys, monkeypatch) -> None:
    monkeypatch.setattr(callback_staff, "PAGE", 2)
    monkeypatch.setattr("renewal.cli.staff.PAGE", 2)
    with opened() as services:
        for n in range(3):
            made, _ = web_sessions.open_web(services)
            book_callback(services, made, name="某先生", phone=f"+8613800138{n:03}")
    assert outcome(["callbacks"]) == 0
    told = capsys.readouterr().out
    assert "共 3 个，这里是第 1 到 2 个" in told
    assert "--page 2" in told
    assert outcome(["callbacks", "--page", "2"]) == 0
    told = capsys.readouterr().out
    assert "这里是第 3 到 3 个" in told
    assert "看下一页" not in told
    assert outcome(["callbacks", "--page", "9"]) == 0
    assert "没有第 9 页" in capsys.readouterr().out
