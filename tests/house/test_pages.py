"""What the pages point at is there: files, functions, links, tests; and nothing points at a page that is not."""

import ast
import re
from pathlib import Path

import pytest

from renewal.cli.main import app
from tests.house.test_structure import ROOT, tracked

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*/README.md")])
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.\w+)(?:::([\w.]+))?`")
TYPED = re.compile(r"(?:^|\.venv/bin/|`)(renewal|make) ([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"\bdesign section|\bthe design\b(?! of)|\.\./shared\b|\bissue #?\d", re.IGNORECASE)
OF_THEIR_TIME = {"CHANGELOG.md"}  # a change that is past may name a file or a command of its time
MADE_BY_THE_READER = {  # of a how-to
    "data/nlu/leave_note.yml",
    "data/nlu/parking.yml",
    "renewal/dialogue/forms/note.py",
    "renewal/services/importing/hrss_source.py",
    "renewal/wording/en/note.yml",
    "renewal/wording/zh/note.yml",
    "tests/actions/test_note_form.py",
    "tests/services/test_hrss_source.py",
}


def _defined(path: Path) -> set[str]:
    """The names that a module has at its top, and those of its classes behind the class's own."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        names |= _names(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{inner}" for each in node.body for inner in _names(each)}
    return names


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_file_and_a_function_that_a_page_names_are_there(page: Path) -> None:
    if page.name in OF_THEIR_TIME:
        return
    text = page.read_text("utf-8")
    missing = []
    for file, name in set(NAMED.findall(text)):
        if file in MADE_BY_THE_READER or not (ROOT / file.split("/")[0]).is_dir():
            continue  # a place on an operator's machine, or one of a folder that the page is about
        path = ROOT / file
        if not path.is_file() or (name and name not in _defined(path)):
            missing.append(f"{file}::{name}" if name else file)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = {link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))}
    inside = {link for link in links if link and not link.startswith(("http:", "https:", "mailto:"))}
    assert sorted(link for link in inside if not (page.parent / link).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_that_a_page_names_can_be_typed(page: Path) -> None:
    if page.name in OF_THEIR_TIME:
        return
    ours = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    ours |= {str(group.name) for group in app.registered_groups}
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    typed = set(TYPED.findall(page.read_text("utf-8")))
    assert typed <= {("renewal", name) for name in ours} | {("make", name) for name in made}


def test_the_readme_is_one_screen() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 70


def test_the_journeys_name_what_does_each_step() -> None:
    steps = re.findall(r"^\| \d+ \|.*$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE)
    assert len(steps) > 40
    assert [step for step in steps if not any(name for _, name in NAMED.findall(step))] == []


def test_nothing_points_at_a_document_that_is_not_here() -> None:
    read = [p for p in tracked() if p.suffix in {".py", ".yml", ".md", ".toml", ".js", ".html", ".tsv"}]
    of_texts = (ROOT / "data", ROOT / "tests/nlu", ROOT / "tests/evaluation", ROOT / "tests/conversations")
    read = [p for p in read if not any(p.is_relative_to(folder) for folder in of_texts)]
    found = {str(p.relative_to(ROOT)) for p in read if ELSEWHERE.search(p.read_text("utf-8"))}
    assert found - {str(Path(__file__).resolve().relative_to(ROOT))} == set()
