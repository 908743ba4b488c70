"""What docs/security.md says is shown, is shown: each test that it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| .+ \| ([✓○✗]) \| .+ \|.*\|$", re.MULTILINE)
LEVEL_ONE = 70  # requirements of level 1 in ASVS 5.0.0


@pytest.mark.parametrize(("file", "name"), NAMED, ids=["::".join(filter(None, pair)) for pair in NAMED])
def test_a_test_that_the_page_names_is_there(file: str, name: str) -> None:
    path = ROOT / file
    assert path.is_file()
    if name:
        tree = ast.parse(path.read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 25


def test_every_requirement_of_level_one_has_one_row() -> None:
    numbers = [number for number, _ in ROW.findall(PAGE)]
    assert len(numbers) == len(set(numbers)) == LEVEL_ONE
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert all(numbers.count(number) == 1 for number in numbers)
