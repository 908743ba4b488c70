"""How training texts are read, and how the layers are fitted, in Rasa's own environment."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


def run(code: str, *arguments: str) -> Any:
    done = subprocess.run(
        [BOT_PYTHON, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


READ = """
import json, sys
from pathlib import Path
from bot.reading import NotTrainingTexts, read_texts
try:
    print(json.dumps([[t.text, t.intent, t.metadata] for t in read_texts([Path(sys.argv[1])])]))
except NotTrainingTexts as refusal:
    print(json.dumps(str(refusal)))
"""


def test_both_forms_of_examples_are_read(tmp_path: Path) -> None:
    file = tmp_path / "fees.yml"
    file.write_text(
        'version: "3.1"\nnlu:\n- intent: fees\n  examples: |\n    - 要钱吗\n    - 多少钱 \n'
        "- intent: fees\n  examples:\n  - {text: 贵吗, metadata: {after: materials}}\n",
        encoding="utf-8",
    )
    assert run(READ, str(file)) == [
        ["要钱吗", "fees", {}],
        ["多少钱", "fees", {}],
        ["贵吗", "fees", {"after": "materials"}],
    ]


@pytest.mark.parametrize(
    "written",
    [
        "nlu: []",
        'version: "3.1"\nnlu: []\nstories: []',
        'version: "3.1"\nnlu:\n- synonym: a\n  examples: |\n    - b',
        'version: "3.1"\nnlu:\n- intent: fees\n  examples: |\n    要钱吗',
        'version: "3.1"\nnlu:\n- intent: fees\n  examples: |\n    -',
        'version: "3.1"\nnlu:\n- intent: fees\n  examples:\n  - 要钱吗',
        'version: "3.1"\nnlu:\n- intent: fees\n  examples:\n  - {text: "", metadata: {}}',
        'version: "3.1"\nnlu:\n- intent: fees\n  examples:\n  - {text: 要钱吗, meta: {}}',
    ],
)
def test_what_is_no_training_text_is_refused_by_its_file(tmp_path: Path, written: str) -> None:
    file = tmp_path / "odd.yml"
    file.write_text(written, encoding="utf-8")
    assert str(file) in run(READ, str(file))


FITTED = """
import json
import numpy as np
from sklearn.linear_model import LogisticRegression
from bot.components.regression import of_all, of_one

draw = np.random.default_rng(0)
columns = draw.choice(4, 400, p=[.1, .2, .3, .4])
features = (draw.normal(size=(400, 6)) + np.eye(4, 6)[columns] * 2).astype(np.float32)
weights, intercept = of_one(features, columns, 4, strength=3.0, steps=200)
other = LogisticRegression(C=3.0, class_weight="balanced", max_iter=500).fit(features, columns)
ours, theirs = (features @ w + b for w, b in ((weights, intercept), (other.coef_.T, other.intercept_)))
ours, theirs = (np.exp(z) / np.exp(z).sum(1, keepdims=True) for z in (ours, theirs))
meant = np.eye(4)[columns].astype(np.float32)
meant[:, 0] = np.maximum(meant[:, 0], features[:, 5] > 0.5)
shares = np.full(400, 1 / 400, np.float32)
weights, intercept = of_all(features, meant, shares, steps=200)
one = LogisticRegression(C=1 / (3e-6 * 400), max_iter=2000).fit(features, meant[:, 0])
chance = 1 / (1 + np.exp(-(features @ weights + intercept)[:, 0]))
print(json.dumps({"one": float(np.abs(ours - theirs).max()),
                  "all": float(np.abs(chance - one.predict_proba(features)[:, 1]).max())}))
"""


def test_the_layers_are_logistic_regressions() -> None:
    """Scikit-learn, in double precision, finds the same chances."""
    apart = run(FITTED)
    assert apart["one"] < 0.01
    assert apart["all"] < 0.02
