"""`renewal keys`: what is in use, a new key, and the old one taken out of use."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from renewal.cli.main import outcome
from renewal.cli.secret_file import FILE_NAME, read_secrets
from renewal.cli.stack import opened


@pytest.fixture
def filled(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["sample", "--count", "3"]) == 0
    said = capsys.readouterr().err
    assert "弄丢了，存下的姓名、电话和短信再也读不出来" in "".join(said.split("\n"))


def keys_of(folder: Path) -> list[str]:
    return read_secrets(folder)["data_keys"].split(",")


def test_the_keys_in_use_are_shown_by_their_marks_and_never_themselves(filled, own_state, capsys) -> None:
    assert outcome(["keys"]) == 0
    told = capsys.readouterr().out
    assert "holders" in told
    assert "（最新）" in told
    assert "另外存放" in told
    assert keys_of(own_state)[0] not in told


def test_a_new_key_goes_before_the_old_one_and_after_the_rotation_the_old_one_may_go(
    filled, own_state: Path, capsys
) -> None:
    (old,) = keys_of(own_state)
    assert outcome(["keys", "new"]) == 0
    told = capsys.readouterr().out
    new, kept = keys_of(own_state)
    assert kept == old
    assert new not in told
    assert oct((own_state / FILE_NAME).stat().st_mode & 0o777) == "0o600"
    assert outcome(["keys"]) == 0
    assert "还有内容用着它" in capsys.readouterr().out
    assert outcome(["keys", "rotate", "--staff", "li"]) == 0
    told = capsys.readouterr().out
    assert "改写了 3 行" in told
    assert "可以从 RENEWAL_DATA_KEYS 里去掉了" in told
    file = own_state / FILE_NAME
    file.write_text(file.read_text("utf-8").replace(f"{new},{old}", new), "utf-8")
    assert outcome(["keys"]) == 0
    assert "还有内容用着它" not in capsys.readouterr().out


def test_an_old_key_that_was_dropped_too_early_is_one_clear_line(filled, own_state: Path, capsys) -> None:
    (old,) = keys_of(own_state)
    file = own_state / FILE_NAME
    file.write_text(file.read_text("utf-8").replace(old, Fernet.generate_key().decode()), "utf-8")
    assert outcome(["notices"]) == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("RENEWAL_DATA_KEYS lacks a key")
    assert "\n" not in said


def test_another_lookup_key_is_one_clear_line(filled, monkeypatch, capsys) -> None:
    monkeypatch.setenv("RENEWAL_LOOKUP_KEY", "another-key-of-the-tests-0000000000")
    assert outcome(["run", "--date", "2026-11-23"]) == 1
    assert capsys.readouterr().err.startswith("RENEWAL_LOOKUP_KEY is not the one")
    assert outcome(["doctor"]) == 1
    assert "RENEWAL_LOOKUP_KEY is not the one" in "".join(capsys.readouterr().out.split("│"))


def test_keys_of_the_environment_are_not_written_anywhere_the_new_one_is_printed(
    filled, own_state: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("RENEWAL_DATA_KEYS", keys_of(own_state)[0])
    before = (own_state / FILE_NAME).read_text("utf-8")
    assert outcome(["keys", "new"]) == 0
    Fernet(capsys.readouterr().out.strip())
    assert (own_state / FILE_NAME).read_text("utf-8") == before


def test_without_keys_there_is_nothing_to_put_a_new_one_before(own_state: Path, capsys) -> None:
    assert outcome(["keys", "new"]) == 1
    assert "没有数据密钥" in capsys.readouterr().err
    assert not (own_state / FILE_NAME).exists()


def test_rows_that_no_key_reads_are_told_and_keep_the_exit_code_from_being_0(filled, capsys) -> None:
    with opened() as services, services.store.session() as session:
        session.execute(text("UPDATE holders SET name = 's2.AAAA' WHERE id = 1"))
    assert outcome(["keys", "rotate"]) == 1
    assert "有 1 行哪个密钥都读不出来" in capsys.readouterr().err


def test_a_key_that_is_lost_for_good_costs_what_was_written_under_it_and_not_the_rest(
    filled, own_state: Path, capsys
) -> None:
    (old,) = keys_of(own_state)
    with opened() as services:
        (mark,) = services.store.data_marks
    file = own_state / FILE_NAME
    file.write_text(file.read_text("utf-8").replace(old, Fernet.generate_key().decode()), "utf-8")
    assert outcome(["keys"]) == 1
    assert mark in capsys.readouterr().err
    assert outcome(["keys", "lost", mark]) == 1
    assert "--yes" in capsys.readouterr().err
    assert outcome(["keys", "lost", "0" * 12, "--yes"]) == 1
    assert "没有改动" in capsys.readouterr().err
    assert outcome(["keys", "lost", mark, "--yes", "--staff", "li"]) == 0
    capsys.readouterr()
    assert outcome(["keys", "rotate"]) == 1
    assert "有 3 行哪个密钥都读不出来" in capsys.readouterr().err
    with opened() as services, services.store.read() as session:
        assert "keys.given_up" in session.scalars(text("SELECT action FROM audit")).all()


def test_a_key_that_is_in_use_is_not_given_up(filled, capsys) -> None:
    with opened() as services:
        (mark,) = services.store.data_marks
    assert outcome(["keys", "lost", mark, "--yes"]) == 1
    assert "没有改动" in capsys.readouterr().err
    assert outcome(["keys"]) == 0


def test_without_the_lookup_key_no_key_is_given_up(filled, own_state: Path, monkeypatch, capsys) -> None:
    with opened() as services:
        (mark,) = services.store.data_marks
    monkeypatch.setenv("RENEWAL_LOOKUP_KEY", "another-key-of-the-tests-0000000000")
    monkeypatch.setenv("RENEWAL_DATA_KEYS", Fernet.generate_key().decode())
    assert outcome(["keys", "lost", mark, "--yes"]) == 1
    assert capsys.readouterr().err.startswith("RENEWAL_LOOKUP_KEY is not the one")
