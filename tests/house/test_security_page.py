"""What docs/security.md says is shown, is shown: each test that it names is there."""

import ast
import re
from pathlib import Path

import pytest

from renewal.domain.staff import Role
from renewal.services.accounts import passwords, signing_in
from renewal.services.talks import login_limits
from renewal.settings import Settings
from sms_gateway import limits_table

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


def test_the_numbers_that_the_page_tells_are_those_that_hold() -> None:
    told = {name: field.default for name, field in Settings.model_fields.items()}
    by_minute, by_hour = limits_table.SIGN_INS_PER_ADDRESS
    (of_browser,) = limits_table.TRIES_PER_BROWSER
    for sentence in (
        f"id 1 to {limits_table.LONGEST_CLIENT_ID_CHARS} printable",
        f"text at most {limits_table.LONGEST_CHAT_CHARS:,}",
        f"the body at most {limits_table.LONGEST_BODY_BYTES // 1024} KB",
        f"{told['login_code_digits']} digits, {told['login_code_minutes']} minutes, {told['login_code_tries']} tries",
        f"{told['login_codes_per_hour']} an hour and {told['login_codes_per_day']} a day for one asker",
        f"one an hour once it had {told['login_codes_per_day'] * login_limits.PHONE_DAYS} in a day",
        f"two tries a code once {login_limits.GUESSED} were wrong in a day",
        f"{passwords.SHORTEST_CHARS} to {passwords.LONGEST_CHARS} characters",
        f"{by_minute.amount} a minute and {by_hour.amount} an hour for an address",
    ):
        assert sentence in PAGE
    assert (login_limits.FEW_TRIES, signing_in.MOST_TRIES, of_browser.amount) == (2, 10, 20)


def test_each_role_of_the_desk_is_written_down() -> None:
    assert f"as far as the role goes: {', '.join(role.value for role in Role)}" in PAGE
