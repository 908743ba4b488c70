"""Several processes write one SQLite file: what one has committed stays, whoever else comes and goes."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from renewal.store.engine import open_engine

COMES_AND_GOES = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1])
other.execute("INSERT INTO rows VALUES ('other')")
other.commit()
other.close()
"""


def test_another_process_that_leaves_does_not_take_the_log_away_that_is_written_to(tmp_path: Path) -> None:
    """A file opened and closed beside SQLite loses its locks; whoever leaves next thinks that it is the last."""
    file = tmp_path / "renewal.db"
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as one:
        one.execute(text("CREATE TABLE rows (word)"))
        one.commit()
        with engine.connect() as two:
            two.execute(text("SELECT 1"))
        subprocess.run([sys.executable, "-c", COMES_AND_GOES, str(file)], check=True)
        assert Path(f"{file}-wal").exists()
        one.execute(text("INSERT INTO rows VALUES ('ours')"))
        one.commit()
    engine.dispose()
    with engine.connect() as last:
        assert set(last.scalars(text("SELECT word FROM rows"))) == {"other", "ours"}
    engine.dispose()
