"""When a model is trained, and when it is not."""

import subprocess
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


def run(*arguments: str) -> str:
    command = [BOT_PYTHON, "-m", "bot.training", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_a_model_of_the_present_fingerprint_is_used_without_training(tmp_path: Path) -> None:
    model = tmp_path / f"renewal-{run('--fingerprint')[:16]}.tar.gz"
    model.write_bytes(b"trained before")
    begun = time.monotonic()
    assert run("--out", str(tmp_path)) == str(model)
    assert time.monotonic() - begun < 5  # it imports neither Rasa nor TensorFlow
    assert model.read_bytes() == b"trained before"


def test_every_intent_has_one_rule_written_or_made_for_it() -> None:
    printed = "from bot.training import answer_rules; print(answer_rules())"
    made = subprocess.run(
        [BOT_PYTHON, "-c", printed], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    written = [path.read_text(encoding="utf-8") for path in (ROOT / "data" / "rules").glob("*.yml")]
    rules = [rule for text in (made, *written) for rule in yaml.safe_load(text)["rules"]]
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(rule["steps"][0]["intent"] for rule in rules) == sorted(domain["intents"])
