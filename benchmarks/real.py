"""How many questions shaped like real ones get a right answer, by the shape of the text and by its kind.

The questions lie beside the project, not in it: nobody may train on them. `ARGS=FILE` names other ones of the
format of `renewal evaluate`; `--replies OUT` writes every reply. All are asked on the day that the file means.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from renewal.cli.console import progress_bar, quiet_logs
from renewal.cli.places import ROOT
from renewal.cli.stack import PrivateStack
from renewal.domain.errors import RenewalError
from renewal.services.app import open_services
from renewal.services.samples import evaluation
from renewal.services.samples.evaluation import Question, Result
from renewal.services.talks.rasa import RasaAssistant

QUESTIONS = ROOT.parent / "shared" / "real" / "dev.jsonl"
TODAY = date(2026, 11, 23)
GROUPS: tuple[evaluation.Group, ...] = ("shape", "kind")


def main() -> None:
    """Ask, print, and end with the figures as JSON."""
    parser = argparse.ArgumentParser(prog="make bench NAME=real", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=QUESTIONS)
    parser.add_argument("--replies", type=Path, help="where to write every reply, as JSON lines")
    given = parser.parse_args()
    quiet_logs()
    results = ask(read(given.file))
    if given.replies:
        lines = (json.dumps(result.record(), ensure_ascii=False) + "\n" for result in results)
        given.replies.write_text("".join(lines), encoding="utf-8")
    figures = measured(results)
    show(figures)
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


def read(file: Path) -> tuple[Question, ...]:
    """The file's questions; ends the program, saying why, where there are none to be had."""
    try:
        return evaluation.read_questions(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        hint = "" if file != QUESTIONS else '; another file: make bench NAME=real ARGS="FILE"'
        sys.exit(f"{file} cannot be read{hint}")
    except RenewalError as error:
        sys.exit(f"{file}: {error}")


def ask(questions: Sequence[Question]) -> tuple[Result, ...]:
    """Every question, against a stack of its own."""
    with PrivateStack(today=TODAY, with_gateway=False) as stack:
        services = open_services(stack.settings)
        with closing(RasaAssistant(services.settings)) as assistant, progress_bar("提问") as move:
            results = evaluation.evaluate(services, assistant, questions, progress=move)
        services.store.close()
    return results


def measured(results: Sequence[Result]) -> dict[str, Any]:
    """Pass counts in all and by group, as `[passed, asked]`, and how long a turn took in the middle."""
    total = evaluation.total(results)
    figures: dict[str, Any] = {"passed": total.passed, "total": total.total}
    for group in GROUPS:
        found = evaluation.scores(results, group).items()
        figures[f"by_{group}"] = {name: [score.passed, score.total] for name, score in found}
    seconds = sorted(result.seconds for result in results)
    return figures | {"p50_s": round(seconds[len(seconds) // 2], 3)}


def show(figures: dict[str, Any]) -> None:
    """The figures as a table, the groups with the most questions first."""
    table = Table("", "passed", "asked", "share")
    rows = [("all", figures["passed"], figures["total"])]
    for group in GROUPS:
        counted = sorted(figures[f"by_{group}"].items(), key=lambda item: -item[1][1])
        rows += [(f"{group}: {name}", passed, asked) for name, (passed, asked) in counted]
    for name, passed, asked in rows:
        table.add_row(name, str(passed), str(asked), f"{passed / asked:.1%}")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
