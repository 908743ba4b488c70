"""A SQLite file has one worker, whatever it is called and wherever its state lies."""

import pytest

from sms_gateway.alone import AlreadyRunning, only_one_on


def test_two_workers_on_one_sqlite_file_are_refused_whichever_state_folder_they_have(tmp_path) -> None:
    file = tmp_path / "a" / "renewal.db"
    other_name = tmp_path / "b"
    with only_one_on(f"sqlite:///{file}"):
        other_name.symlink_to(file.parent)
        for name in (file, other_name / "renewal.db", file.parent / ".." / "a" / "renewal.db"):
            with pytest.raises(AlreadyRunning), only_one_on(f"sqlite:///{name}"):
                pass
        with only_one_on(f"sqlite:///{tmp_path / 'c' / 'renewal.db'}"):
            pass
    with only_one_on(f"sqlite:///{file}"):
        pass


def test_postgresql_may_have_many_workers() -> None:
    with only_one_on("postgresql://host/renewal"), only_one_on("postgresql://host/renewal"):
        pass
