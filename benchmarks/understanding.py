"""How well texts are understood, ours beside stock Rasa (jieba + DIET) on the same texts in one run.

The pipelines are compared as trained on the same few texts an intent; ours also as it ships, on all of them.

Prints the table of docs/figures.md and writes it there, with `docs/figures/understanding.json` behind it and the
reliability diagram; the last line is the figures as JSON. `ARGS=--ours` leaves stock Rasa out: DIET learns for long.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import scoring, stock_rasa
from benchmarks.scoring import Labelled, Parsed
from renewal.cli.console import quiet_logs, waiting
from renewal.cli.model import ensure_model
from renewal.cli.places import BOT_PYTHON, ROOT
from renewal.cli.stack import PrivateStack
from renewal.dialogue.ground import Ground
from renewal.rulebook import load_rulebook
from renewal.services.app import open_services
from renewal.services.calendar import PublishedCalendar
from renewal.services.samples import evaluation
from renewal.services.talks.rasa import RasaAssistant
from renewal.wording import load_wording

TEXTS = ROOT / "tests" / "nlu" / "blind.tsv"
ENTITIES = ROOT / "tests" / "nlu" / "entities.tsv"
QUESTIONS = ROOT / "tests" / "evaluation" / "questions.jsonl"
FIGURES = ROOT / "docs" / "figures" / "understanding.json"
DIAGRAM = ROOT / "docs" / "images" / "reliability.svg"
PAGE = ROOT / "docs" / "figures.md"
KINDS = frozenset({"housing", "category", "relation", "id_change", "city"})
VARIANTS = ("traditional", "full-width", "typo", "pinyin", "spaced")
_BLOCK = re.compile(r"(?<=<!-- understanding -->\n).*?(?=<!-- /understanding -->)", re.DOTALL)


def main() -> None:
    """Measure both sides, print, and write what the page of figures shows."""
    quiet_logs()
    labelled = scoring.read_labelled(TEXTS)
    with waiting("训练助手的模型"):
        ours = ensure_model()
    models = {"ours": ours}
    with waiting("用同样少的文字训练两边（DIET 要半小时）"):
        models["ours_small"] = stock_rasa.train_nlu(ROOT / "config.yml")
        if "--ours" not in sys.argv[1:]:
            models["stock"] = stock_rasa.train_nlu()
    rules = load_rulebook()
    ground = Ground(
        rules=rules, wording=load_wording(rules), calendar=PublishedCalendar(), today=date(2026, 11, 23)
    )
    figures: dict[str, Any] = {"texts": len(labelled)}
    for side, model in models.items():
        with waiting(f"理解测试文字：{side}"):
            parsed = parse(model, labelled, variants=side == "ours")
        figures[side] = measure(labelled, parsed, ground)
        if side == "ours":
            figures["entity_f1"] = scoring.entity_f1(scoring.read_entities(ENTITIES), parsed["plain"], KINDS)
            figures["reliability"] = scoring.reliability(labelled, parsed["as written"])
    figures["questions"] = _questions()
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _in_bot("bot.measuring.reliability", FIGURES, DIAGRAM)
    table = as_markdown(figures)
    PAGE.write_text(_BLOCK.sub(table.replace("\\", r"\\"), PAGE.read_text("utf-8")), encoding="utf-8")
    sys.stdout.write(f"{table}\n{json.dumps(figures, ensure_ascii=False)}\n")


def parse(model: Path, labelled: Sequence[Labelled], *, variants: bool = True) -> Mapping[str, list[Parsed]]:
    """What a model makes of the texts and of their variants, by variant; `plain`: of the texts for entities."""
    texts = [label.text for label in labelled]
    plain = list(scoring.read_entities(ENTITIES))
    asked = {"texts": texts, "plain": plain, "variants": variants}
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "texts.json", Path(folder) / "parsed.jsonl"
        given.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
        _in_bot("bot.measuring.parse_texts", model, given, out)
        found: dict[str, list[Parsed]] = {}
        for line in out.read_text("utf-8").splitlines():
            row = json.loads(line)
            found.setdefault(row["variant"], []).append(
                Parsed(
                    text=row["text"],
                    ranking=tuple((name, float(sure)) for name, sure in row["ranking"]),
                    entities=tuple((kind, str(value)) for kind, value in row["entities"]),
                )
            )
    return found


def measure(
    labelled: Sequence[Labelled], parsed: Mapping[str, list[Parsed]], ground: Ground
) -> dict[str, float]:
    """One side's figures, shares of 1; `cost_…`: accuracy lost on a variant, over the texts that have it."""
    written = parsed["as written"]
    figures: dict[str, float] = {
        "accuracy": scoring.accuracy(labelled, written),
        "macro_f1": scoring.macro_f1(labelled, written),
        **scoring.outcomes(labelled, written, ground),
    }
    labels = {label.text: label for label in labelled}
    plain = {parse.text: parse for parse in written}
    for name in VARIANTS:
        varied = parsed.get(name, [])
        if varied:
            those = [labels[parse.text] for parse in varied]
            before = scoring.accuracy(those, [plain[parse.text] for parse in varied])
            figures[f"cost_{name}"] = before - scoring.accuracy(those, varied)
    return figures


def as_markdown(figures: Mapping[str, Any]) -> str:
    """The table of docs/figures.md."""
    sides = [figures.get(side, {}) for side in ("ours", "ours_small", "stock")]
    few = stock_rasa.TEXTS_AN_INTENT
    rows = [
        ("intent accuracy", "accuracy", "≥ 97%"),
        ("macro F1", "macro_f1", "≥ 95%"),
        ("out of scope: not answered as a topic", "oos_recall", "≥ 95%"),
        ("answered outright, and wrongly", "confident_wrong", "≤ 1%"),
        ("two choices offered", "offered", ""),
        ("in scope, but declined", "declined", ""),
        *((f"accuracy lost: {name}", f"cost_{name}", "≤ 2%") for name in VARIANTS),
    ]
    titles = ("goal", "ours", f"ours, {few} texts an intent", f"stock Rasa, the same {few}")
    lines = [f"| {figures['texts']:,} texts | {' | '.join(titles)} |", "|---|---|---|---|---|"]
    for title, key, goal in rows:
        cells = " | ".join(f"{side[key]:.1%}" if key in side else "–" for side in sides)
        lines.append(f"| {title} | {goal} | {cells} |")
    lines.append(f"| entity F1 | | {figures['entity_f1']:.1%} | | |")
    passed, total = figures["questions"]["passed"], figures["questions"]["total"]
    lines.append(
        f"| questions with a right answer | ≥ 97% | {passed} of {total} ({passed / total:.1%}) | | |"
    )
    topics = figures["questions"]["by_topic"]
    lines += ["", "| topic | right | topic | right | topic | right |", "|---|---|---|---|---|---|"]
    cells = [f"{name} | {right}/{asked}" for name, (right, asked) in sorted(topics.items())]
    cells += [" | "] * (-len(cells) % 3)
    lines += [f"| {' | '.join(cells[place : place + 3])} |" for place in range(0, len(cells), 3)]
    return "\n".join(lines) + "\n"


def _questions() -> dict[str, Any]:
    """The pass rate of the whole bot, in all and by topic."""
    questions = evaluation.read_questions(QUESTIONS.read_text("utf-8"))
    with waiting("向整套服务提问"), PrivateStack(with_gateway=False) as stack:
        services = open_services(stack.settings)
        with closing(RasaAssistant(services.settings)) as assistant:
            results = evaluation.evaluate(services, assistant, questions)
        services.store.close()
    total, topics = evaluation.total(results), evaluation.scores(results, "topic")
    by_topic = {name: (score.passed, score.total) for name, score in topics.items()}
    return {"passed": total.passed, "total": total.total, "by_topic": by_topic}


def _in_bot(module: str, *arguments: Path) -> None:
    env = os.environ | stock_rasa.QUIET | {"PYTHONPATH": str(ROOT)}
    command = (str(BOT_PYTHON), "-m", module, *map(str, arguments))
    subprocess.run(command, cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    main()
