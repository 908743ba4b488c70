"""`renewal backup` and `renewal restore`: what is told, what is refused, and that the programs must be stopped."""

import socket
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from renewal.cli.main import outcome
from renewal.cli.ports import free_ports
from renewal.cli.stack import opened
from renewal.services.keeping.backup_files import Label, pack
from renewal.store.copying import dump
from renewal.store.migrate import alembic_config


@pytest.fixture(autouse=True)
def own_ports(monkeypatch: pytest.MonkeyPatch) -> int:
    """Ports that nobody has, whatever else runs here; the gateway's is returned."""
    rasa, actions, gateway, ops = free_ports(4)
    monkeypatch.setenv("RENEWAL_RASA_URL", f"http://127.0.0.1:{rasa}")
    for name, port in (("ACTIONS", actions), ("GATEWAY", gateway), ("OPS", ops)):
        monkeypatch.setenv(f"RENEWAL_{name}_PORT", str(port))
    return gateway


@pytest.fixture
def file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert outcome(["sample", "--count", "3"]) == 0
    made = tmp_path / "backup.tar"
    assert outcome(["backup", str(made)]) == 0
    told = capsys.readouterr().out
    assert "密钥不在里面" in told
    assert "丢了第一个，备份里的姓名、电话和短信谁也读不出来" in told
    return made


def test_a_restored_store_is_held_and_says_why(file: Path, own_state: Path, capsys) -> None:
    (own_state / "renewal.db").unlink()
    assert outcome(["restore", str(file)]) == 0
    told = capsys.readouterr().out
    assert "恢复好了" in told
    assert "短信全部停发" in told
    assert outcome(["sample", "--count", "3"]) == 0
    assert "原有 3 位" in capsys.readouterr().out
    assert outcome(["sending"]) == 0
    assert "从备份恢复" in capsys.readouterr().out


def test_what_is_there_is_replaced_only_when_told_so(file: Path, capsys) -> None:
    assert outcome(["restore", str(file)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert outcome(["restore", str(file), "--replace"]) == 0


def test_nothing_is_restored_while_a_program_has_its_port(file: Path, own_ports: int, capsys) -> None:
    with closing(socket.create_server(("127.0.0.1", own_ports))):
        assert outcome(["restore", str(file), "--replace"]) == 1
    said = capsys.readouterr().err
    assert str(own_ports) in said
    assert "停掉它" in said


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (["backup", "{there}"], "换一个文件名"),
        (["backup", "{folder}/none/x.tar"], "写不了"),
        (["restore", "{folder}/none.tar"], "没有"),
        (["restore", "{text}"], "不是完整的备份"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    file: Path, tmp_path: Path, typed: list[str], line: str, capsys
) -> None:
    text = tmp_path / "text"
    text.write_text("x")
    names = {"there": file, "folder": tmp_path, "text": text}
    assert outcome([word.format(**names) for word in typed]) == 1
    said = [said for said in capsys.readouterr().err.splitlines() if said.strip()]
    assert line in said[-1]


def test_on_a_machine_without_keys_none_are_made_and_nothing_is_restored(
    file: Path, monkeypatch, tmp_path: Path, capsys
) -> None:
    monkeypatch.setenv("RENEWAL_STATE_DIR", str(tmp_path / "new"))
    assert outcome(["restore", str(file)]) == 1
    assert "RENEWAL_DATA_KEYS and RENEWAL_LOOKUP_KEY must both be set" in capsys.readouterr().err
    assert not (tmp_path / "new" / "secrets.env").exists()
    assert not (tmp_path / "new" / "renewal.db").exists()


def test_the_tables_are_brought_to_this_release_and_it_says_from_which(capsys) -> None:
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert outcome(["migrate"]) == 0
    assert f"从 — 到 {head}" in capsys.readouterr().out
    assert outcome(["migrate"]) == 0
    assert f"已经是这一版的（{head}）" in capsys.readouterr().out


def test_a_backup_of_before_an_upgrade_comes_back_into_the_new_release(
    tmp_path: Path, own_state: Path, capsys
) -> None:
    """With what older releases did not keep yet: the marks of the keys are made on the way in."""
    assert outcome(["sample", "--count", "3"]) == 0
    with opened() as services, services.store.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0018")
    label = Label(
        made_at=services.now(), schema="0018", store="sqlite", conversations="",
        lookup_mark=services.store.lookup_mark, data_marks=(), conversation_marks=(),
    )  # fmt: skip
    (tmp_path / "parts").mkdir()
    dump(services.store.engine, tmp_path / "parts" / "store", lambda done, all_of_them: None)
    services.store.close()
    pack(tmp_path / "parts", label, tmp_path / "old.tar")
    (own_state / "renewal.db").unlink()
    assert outcome(["restore", str(tmp_path / "old.tar")]) == 0
    capsys.readouterr()
    assert outcome(["keys"]) == 0
    assert "holders" in capsys.readouterr().out
