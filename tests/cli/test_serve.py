"""`renewal serve` becomes one program, which holds what that one needs; what it cannot start it says in one line."""

import os
from pathlib import Path

import pytest

from renewal.cli.main import outcome
from renewal.cli.places import BOT_RASA, ROOT
from renewal.programs import NEEDS, SECRETS
from tests.production import settings_of_production

Become = tuple[str, tuple[str, ...], dict[str, str]]
NEAR = "postgresql://renewal:word@127.0.0.1/renewal"


@pytest.fixture
def became(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> list[Become]:
    """What it would have become, on a machine whose environment holds every secret."""
    found: list[Become] = []
    monkeypatch.setattr(os, "execve", lambda *what: found.append(what))
    monkeypatch.delenv("RENEWAL_TODAY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of another program")
    shared = {"database_url": NEAR, "tracker_url": NEAR, "redis_url": "redis://:word@127.0.0.1:6379/0"}
    for name, value in settings_of_production(**shared).items():
        if value is not None:
            monkeypatch.setenv(f"RENEWAL_{name.upper()}", str(value))
    monkeypatch.chdir(ROOT)
    return found


@pytest.mark.parametrize("program", sorted(NEEDS))
def test_a_program_is_given_its_own_secrets_out_of_all(
    became: list[Become], program: str, tmp_path: Path
) -> None:
    model = tmp_path / "model.tar.gz"
    model.touch()
    more = ["--port", "5011", "--model", str(model)] if program == "rasa" else []
    assert outcome(["serve", program, *more]) == 0
    ((path, command, env),) = became
    held = {name for name in SECRETS if f"RENEWAL_{name.upper()}" in env}
    assert held == set(SECRETS) & NEEDS[program]
    assert ("RENEWAL_REDIS_URL" in env) == ("redis_url" in NEEDS[program])
    assert "AWS_SECRET_ACCESS_KEY" not in env
    assert path == command[0]
    module = {"gateway": "sms_gateway", "worker": "sms_gateway.worker", "actions": "actions"}
    if program == "rasa":
        assert command[:6] == (str(BOT_RASA), "run", "-i", "127.0.0.1", "-p", "5011")
        assert command[command.index("-m") + 1] == str(model)
        assert command[command.index("--endpoints") + 1] == "endpoints.yml"
    else:
        assert command[1:] == ("-m", module[program])


@pytest.mark.parametrize(
    ("typed", "says", "code"),
    [
        (["serve"], "缺少程序", 2),
        (["serve", "postgres"], "没有 postgres 这个程序：请从 actions、gateway、rasa、worker 里选一个", 2),
        (["serve", "gateway", "--port", "8000"], "--port 和 --model 只用于 rasa", 2),
        (["serve", "rasa", "--model", "nowhere.tar.gz"], "没有 nowhere.tar.gz 这个模型", 1),
    ],
)
def test_what_cannot_be_started_is_one_line(became: list[Become], typed, says, code, capsys) -> None:
    assert outcome(typed) == code
    said = capsys.readouterr().err
    assert says in said
    assert len(said.strip().splitlines()) == 1
    assert became == []


@pytest.mark.parametrize("program", sorted(NEEDS))
def test_a_weak_secret_of_its_own_keeps_it_from_starting_and_another_s_does_not(
    became: list[Become], program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
) -> None:
    model = tmp_path / "model.tar.gz"
    model.touch()
    more = ["--model", str(model)] if program == "rasa" else []
    for name in SECRETS:
        monkeypatch.setenv(f"RENEWAL_{name.upper()}", "changeme")
        assert outcome(["serve", program, *more]) == (1 if name in NEEDS[program] else 0)
        monkeypatch.setenv(f"RENEWAL_{name.upper()}", settings_of_production()[name])
    assert len(became) == len(set(SECRETS) - NEEDS[program])
    assert "changeme" not in capsys.readouterr().err
