"""docs/operations.md and the dashboard say of words, metrics and log events what the code has, and nothing else."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram
from typer.main import get_command

from renewal.cli.main import app
from renewal.settings import Settings
from sms_gateway import metrics
from sms_gateway.blueprints import ops
from sms_gateway.metrics import PROVIDER_SECONDS, REGISTRY

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
DASHBOARD = json.loads((ROOT / "deploy/grafana/renewal.json").read_text("utf-8"))
SOURCES = [
    path for room in ("renewal", "sms_gateway", "actions") for path in sorted((ROOT / room).rglob("*.py"))
]
OF_PROMETHEUS = {"le"}  # the label of a histogram's buckets
HISTOGRAM = ("_bucket", "_count", "_sum")


def section(title: str) -> str:
    """What stands under a heading of the page."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's tables, without their heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [
        [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
        for line in lines
        if not line.startswith("|---")
    ]


def coded(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def known_metrics() -> dict[str, set[str]]:
    """Every metric of the gateway with its labels, under the name by which it is asked for."""
    found = {}
    for value in vars(metrics).values():
        if isinstance(value, Counter | Gauge | Histogram):
            suffix = "_total" if isinstance(value, Counter) else ""
            found[value._name + suffix] = set(value._labelnames)
    (family,) = PROVIDER_SECONDS.collect()
    return found | {family.name: set(family._labelnames)}


METRICS = known_metrics()


def named_in(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric of a PromQL expression, as the code calls it, with the labels that it is narrowed by."""
    for name, within in re.findall(r"\b(renewal_\w+)(?:\{([^}]*)\})?", expression):
        ours = name
        for suffix in HISTOGRAM:
            if name not in METRICS and name.endswith(suffix):
                ours = name.removesuffix(suffix)
        yield ours, set(re.findall(r"(\w+)\s*[!=]", within))


def labels_by(expression: str) -> set[str]:
    return {
        label.strip() for found in re.findall(r"\bby \(([^)]*)\)", expression) for label in found.split(",")
    }


def check(expression: str) -> None:
    """The metrics and labels of an expression are those of the code."""
    named = dict(named_in(expression))
    assert named, expression
    assert set(named) <= set(METRICS), expression
    for name, labels in named.items():
        assert labels <= METRICS[name], expression
    assert labels_by(expression) <= {label for name in named for label in METRICS[name]} | OF_PROMETHEUS


# ---- /readyz


def test_every_part_and_word_of_readiness_is_told_with_what_to_do() -> None:
    tree = ast.parse(Path(ops.__file__).read_text("utf-8"))
    (readiness,) = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "_readiness"
    ]
    parts = {
        key.value
        for node in ast.walk(readiness)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    told = {(coded(part)[0], coded(word)[0]): do for part, word, _, do in rows("Is it healthy?")[1:]}
    expected = {(part, word) for part in parts for word in (ops.OK, ops.DOWN)} | {("provider", ops.HELD)}
    assert set(told) == expected
    assert all(do for (_, word), do in told.items() if word != ops.OK)


# ---- metrics


def test_every_metric_is_told_with_its_labels() -> None:
    told = {coded(name)[0]: set(coded(labels)) for name, labels, _ in rows("Metrics")[1:]}
    assert told == METRICS


def test_the_registry_has_no_metric_that_the_table_lacks() -> None:
    names = {family.name + ("_total" if family.type == "counter" else "") for family in REGISTRY.collect()}
    assert names | {"renewal_provider_call_seconds"} == set(METRICS)


def test_every_alarm_asks_for_what_there_is_and_says_what_to_do() -> None:
    alarms = [row for row in rows("Alarms") if row[0] != "when"]
    asked = [coded(row[0])[0] for row in alarms if "renewal_" in row[0]]
    assert len(asked) >= 10
    for expression in asked:
        check(expression)
    assert all(len(row) == 3 and row[2] for row in alarms)


def test_the_dashboard_asks_for_what_there_is_and_leaves_no_metric_out() -> None:
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    for expression in asked:
        check(expression)
    assert {name for expression in asked for name, _ in named_in(expression)} == set(METRICS)


def test_the_dashboard_s_legends_show_labels_that_its_lines_have() -> None:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            assert shown <= labels_by(target["expr"]), target


# ---- log events


def _said(level: str) -> set[tuple[str, ...]]:
    """What the code logs at a level: the event, and of an alert its action."""
    found = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in (f"log.{level}", f"metrics.log.{level}"):
                event = ast.literal_eval(node.args[0])
                actions = [
                    names.get(ast.unparse(word.value)) or getattr(word.value, "value", None)
                    for word in node.keywords
                    if word.arg == "action"
                ]
                if event != "alert":
                    found.add((event,))
                elif isinstance(actions[0], str):
                    found.add((event, actions[0]))
            elif called in ("alert", "holds.alert") and level == "error":
                found.add(("alert", ast.literal_eval(node.args[1])))
    return found


def test_every_error_of_the_log_is_told_with_what_to_do_and_no_other() -> None:
    told = {tuple(coded(event)): do for event, _, do in rows("Log events")[1:]}
    errors = _said("error") | _said("exception")
    assert len(errors) >= 14
    assert errors <= set(told)
    assert set(told) <= errors | _said("warning")
    assert all(told.values())


# ---- commands and settings


def test_every_command_and_option_of_the_page_is_there() -> None:
    typed = re.findall(r"(?:bin/|`)renewal ((?:[a-z]+ ?)+)((?:--[a-z-]+)?)", PAGE)
    assert len(typed) > 20
    root = get_command(app)
    for words, _ in typed:
        command = root
        for word in words.split():
            if not hasattr(command, "commands"):
                break
            assert word in command.commands, words
            command = command.commands[word]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"RENEWAL_([A-Z_]+)", PAGE))))
def test_every_setting_of_the_page_is_there(name: str) -> None:
    assert name.lower() in Settings.model_fields


def test_the_page_is_found_from_the_readme() -> None:
    assert "docs/operations.md" in (ROOT / "README.md").read_text("utf-8")
