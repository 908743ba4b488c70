"""`renewal evaluate`: the bot's score on a file of questions."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from rich.table import Table
from rich.text import Text

from renewal.cli.console import out, progress_bar
from renewal.cli.errors import UsageFault
from renewal.cli.talk import services_to_talk
from renewal.services.samples import evaluation
from renewal.services.samples.evaluation import Result, Score
from renewal.services.talks.rasa import RasaAssistant


def evaluate(file: Path, *, json_out: Path | None = None) -> None:
    """Ask everything in `file` and print what passed; with `json_out`, write every reply there.

    Raises:
        UsageFault: the file cannot be read, or a line of it is not a question.
    """
    questions = _read(file)
    if json_out and not json_out.parent.is_dir():
        raise UsageFault(f"没有文件夹 {json_out.parent}")
    with (
        services_to_talk() as (services, _),
        closing(RasaAssistant(services.settings)) as assistant,
        progress_bar("提问") as move,
    ):
        results = evaluation.evaluate(services, assistant, questions, progress=move)
    if json_out:
        _write(json_out, results)
    for result in results:
        if not result.passed:
            _show_failure(result)
    _show_scores("按类型", evaluation.scores(results, "kind"))
    _show_scores("按主题", evaluation.scores(results, "topic"))
    total = evaluation.total(results)
    out.print(f"通过 {total.passed}/{total.total}（{total.percent:.1f}%）")


def _read(file: Path) -> tuple[evaluation.Question, ...]:
    try:
        return evaluation.read_questions(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise UsageFault(f"读不了 {file}：没有这个文件，或者不是 UTF-8 文字") from None


def _write(path: Path, results: Sequence[Result]) -> None:
    total = evaluation.total(results)
    whole = {
        "total": {"passed": total.passed, "total": total.total},
        "by_kind": _plain(evaluation.scores(results, "kind")),
        "by_topic": _plain(evaluation.scores(results, "topic")),
        "results": [result.record() for result in results],
    }
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain(groups: Mapping[str, Score]) -> dict[str, dict[str, int]]:
    return {name: {"passed": score.passed, "total": score.total} for name, score in groups.items()}


def _show_failure(result: Result) -> None:
    question = result.question
    lines = Text()
    lines.append(f"✗ {question.id}", style="bold red")
    lines.append(f"  {question.text}\n")
    if question.prev:
        lines.append(f"  先说：{question.prev}\n", style="dim")
    lines.append("".join(f"  缺少：{wanted}\n" for wanted in result.missing))
    lines.append("".join(f"  不该有：{wanted}\n" for wanted in result.forbidden))
    if result.error:
        lines.append(f"  {result.error}\n")
    lines.append("  回答：" + result.reply.replace("\n", "\n        ") + "\n", style="cyan")
    out.print(lines, soft_wrap=True)


def _show_scores(title: str, groups: Mapping[str, Score]) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("组")
    for heading in ("通过", "共", "%"):
        table.add_column(heading, justify="right")
    for name, score in groups.items():
        table.add_row(Text(name), str(score.passed), str(score.total), f"{score.percent:.0f}")
    out.print(table)
