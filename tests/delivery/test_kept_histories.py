"""The thousand kills of `make bench NAME=crashes` go on where they were stopped, and are of one code."""

import subprocess
from pathlib import Path

from benchmarks.crashes import Kept, code

FIRST = 1000


def _counts(kills: int, lost: int = 0) -> dict[str, int]:
    return {"kills": kills, "texts": 80, "lost": lost}


def test_a_run_goes_on_behind_the_last_history_that_ended(tmp_path: Path) -> None:
    file = tmp_path / "made" / "code-1000.jsonl"
    kept = Kept(file, FIRST)
    assert (kept.next_seed, kept.total["kills"]) == (FIRST, 0)
    kept.add(FIRST, _counts(25), "")
    kept.add(FIRST + 1, _counts(24, lost=1), "lost: 退订")
    again = Kept(file, FIRST)
    assert (again.next_seed, dict(again.total), again.bad_seeds) == (
        FIRST + 2,
        {"kills": 49, "texts": 160, "lost": 1},
        [FIRST + 1],
    )
    assert (again.total, again.bad_seeds) == (kept.total, kept.bad_seeds)


def test_a_history_whose_line_was_cut_by_a_kill_is_let_happen_again(tmp_path: Path) -> None:
    file = tmp_path / "code-1000.jsonl"
    Kept(file, FIRST).add(FIRST, _counts(25), "")
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"seed": 1001, "counts": {"ki')
    again = Kept(file, FIRST)
    assert (again.next_seed, again.total["kills"]) == (FIRST + 1, 25)
    again.add(FIRST + 1, _counts(25), "")
    assert Kept(file, FIRST).total["kills"] == 50


def test_another_code_begins_anew(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example", *words], cwd=tmp_path, check=True
        )

    file = tmp_path / "a.py"
    file.write_text("1\n", "utf-8")
    git("init", "--quiet")
    git("add", "a.py")
    git("commit", "--quiet", "--message", "a")
    committed = code(tmp_path)
    assert code(tmp_path) == committed
    changed = []
    for words in ("2\n", "3\n"):
        file.write_text(words, "utf-8")
        changed.append(code(tmp_path))
    assert len({committed, *changed}) == 3
