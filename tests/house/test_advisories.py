"""What `make audit` leaves out is what the page on dependencies gives a reason for."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_advisory_that_is_left_open_has_its_reason_and_is_of_the_pinned_version() -> None:
    listed = [line.split() for line in (ROOT / "bot/open_advisories.txt").read_text("utf-8").splitlines()]
    rows = re.findall(
        r"^\| (\S+) (\S+) \| (CVE-[\d-]+): ", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted((advisory, package) for advisory, package in listed) == sorted(
        (advisory, package) for package, _, advisory in rows
    )
    lock = (ROOT / "bot/requirements.lock").read_text("utf-8")
    assert [
        f"{package}=={version}" for package, version, _ in rows if f"\n{package}=={version} " not in lock
    ] == []
