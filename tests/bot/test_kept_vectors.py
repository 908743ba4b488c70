"""The vectors that come with the project are those of the training texts."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"

pytestmark = pytest.mark.timeout(300)  # a training may be going on beside it

COMPARED = """
import json, sys
import numpy as np
from bot.components.encoder import embed
from bot.components.kept_vectors import key_of, shipped
from bot.shipping import training_texts

texts = training_texts()
known = shipped()
missing = [text for text in texts if key_of(text) not in known]
spare = len(known) - (len(texts) - len(missing))
mean = np.mean(list(known.values()), axis=0)
chosen = [text for text in texts if key_of(text) in known][:: len(texts) // 40]
pairs = [(known[key_of(text)] - mean, vector - mean) for text, vector in zip(chosen, embed(chosen))]
least = min(float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)) for a, b in pairs)
json.dump({"missing": missing, "spare": spare, "least": least, "compared": len(pairs)}, sys.stdout)
"""


def test_every_training_text_has_its_vector_and_no_other_text_has_one() -> None:
    made = subprocess.run(
        [BOT_PYTHON, "-c", COMPARED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = json.loads(made)
    assert found["missing"] == [], "run `make vectors` and commit bot/vectors"
    assert found["spare"] == 0, "run `make vectors` and commit bot/vectors"
    assert found["compared"] >= 40
    assert found["least"] > 0.999
