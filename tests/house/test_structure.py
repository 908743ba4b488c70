"""The repository's own laws: rooms, names, and that nothing measured was learned from."""

import re
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from renewal.dialogue.topics import topics
from renewal.services.learning.measured import labelled, questions, spoken
from tests.loaded import WORDING

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "actions",
    "bot",
    "data",
    "renewal/cli",
    "renewal/dialogue",
    "renewal/domain",
    "renewal/language",
    "renewal/rulebook",
)
ROOMS += ("renewal/services", "renewal/store", "renewal/wording", "sms_gateway")


def _yaml(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8"))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\W", "", folded) or folded


def _training() -> dict[str, set[str]]:
    """Training texts by intent, without the marks of their file."""
    texts: dict[str, set[str]] = {}
    for file in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in _yaml(file)["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            texts.setdefault(block["intent"], set()).update(line for line in lines if line)
    return texts


def _following() -> list[dict[str, Any]]:
    """The training texts that follow an answer or ask several things: text, intent, what came before, what else."""
    return [
        {"text": example["text"], "intent": block["intent"], **example["metadata"]}
        for file in sorted(
            [*(ROOT / "data/nlu/following").glob("*.yml"), *(ROOT / "data/nlu/several").glob("*.yml")]
        )
        for block in _yaml(file)["nlu"]
        for example in block["examples"]
    ]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], check=True, cwd=ROOT, capture_output=True, text=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_states_its_law_in_four_lines(room: str) -> None:
    lines = [line for line in (ROOT / room / "README.md").read_text("utf-8").splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    assert len(lines) <= 5


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    modules = [
        p for p in tracked() if p.suffix == ".py" and "tests" not in p.parts and "migrations" not in p.parts
    ]
    assert len(modules) > 50
    assert [str(p) for p in modules if len(p.read_text("utf-8").splitlines()) > 300] == []


def test_no_path_of_a_machine_and_no_registry_is_written_anywhere() -> None:
    bad = re.compile(r"/(?:work|farm|root|home)/\w|pythonhosted|registry\.npmjs")
    texts = [
        p for p in tracked() if p.suffix in {".py", ".yml", ".md", ".toml", ".lock", ".sh", ".html", ".js"}
    ]
    found = [str(p) for p in texts if p != Path(__file__).resolve() and bad.search(p.read_text("utf-8"))]
    assert found == []


def test_every_intent_is_known_trained_and_answered() -> None:
    intents = set(_yaml(ROOT / "domain.yml")["intents"])
    assert set(_training()) == intents
    assert len(intents) >= 30
    worded = [intent for intent in sorted(intents) if topics()[intent].kind not in {"form", "computed"}]
    assert [intent for intent in worded if intent not in WORDING] == []


def test_no_training_text_has_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, texts in _training().items():
        for text in texts:
            owners.setdefault(_plain(text), set()).add(intent)
    assert {text: intents for text, intents in owners.items() if len(intents) > 1} == {}


def test_a_text_that_follows_an_answer_is_learned_once_for_it_and_names_topics_of_an_area() -> None:
    classifier = next(part for part in _yaml(ROOT / "config.yml")["pipeline"] if "areas" in part)
    areas = [topic for listed in classifier["areas"].values() for topic in listed]
    assert len(areas) == len(set(areas))
    followed = {row["after"] for row in _following() if "after" in row}
    assert followed <= set(areas)
    assert set(areas) <= set(topics()) | {"notice_failure", "notice_renewed", "notice_no_result"}
    assert {t for row in _following() for t in (row["intent"], *row.get("also", ()))} <= set(_training())
    twice = Counter((row.get("after"), row["text"]) for row in _following())
    assert [pair for pair, count in twice.items() if count > 1] == []


def test_no_test_text_was_trained_on() -> None:
    trained = {_plain(text) for texts in _training().values() for text in texts}
    trained |= {_plain(row["text"]) for row in _following()}
    asked = {_plain(text) for text in questions(ROOT)}
    told = {_plain(text) for text in (*labelled(ROOT), *spoken(ROOT))}
    assert len(asked) >= 150
    # A greeting or a word that is a whole answer ("收到") can be written only one way.
    assert {text for text in (asked | told) & trained if len(text) > 4} == set()


def test_the_training_folder_holds_nothing_that_a_holder_reads() -> None:
    for file in (ROOT / "data").rglob("*.yml"):
        assert set(_yaml(file)) <= {"version", "nlu", "rules", "stories"}
    assert "responses" not in _yaml(ROOT / "domain.yml")


def test_rasa_s_side_imports_nothing_of_the_house_but_how_a_text_is_read() -> None:
    imported = {
        found
        for file in (ROOT / "bot").rglob("*.py")
        if ".venv" not in file.parts
        for found in re.findall(
            r"^(?:from|import) (renewal[\w.]*|actions[\w.]*|sms_gateway[\w.]*)",
            file.read_text("utf-8"),
            re.MULTILINE,
        )
    }
    assert imported
    assert all(name.startswith("renewal.language") for name in imported), imported
