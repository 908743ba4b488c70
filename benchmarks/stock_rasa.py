"""Rasa as it comes, for comparison: its default Chinese pipeline and policies, its REST channel, fixed replies."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from renewal.cli.places import BOT_RASA, ROOT
from renewal.cli.processes import Program

FOLDER = ROOT / ".cache" / "bench" / "stock"
EPOCHS = 5  # the default is 100; a turn takes as long whatever the weights are, and this trains in minutes
UNDERSTANDING_EPOCHS = 30  # where its accuracy counts; on public data it gained next to nothing after these
TEXTS_AN_INTENT = 20  # for the comparison of pipelines
# `rasa init`'s defaults, with the one change that Rasa's documentation makes for Chinese: Jieba's tokenizer.
CONFIG: dict[str, Any] = {
    "version": "3.1",
    "recipe": "default.v1",
    "language": "zh",
    "assistant_id": "stock",
    "pipeline": [
        {"name": "JiebaTokenizer"},
        {"name": "RegexFeaturizer", "use_word_boundaries": False},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": EPOCHS},
        {"name": "TEDPolicy", "max_history": 5, "epochs": EPOCHS, "constrain_similarities": True},
    ],
}
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def make_project() -> list[str]:
    """Write the project from our own training texts, one rule and one fixed reply an intent; returns the intents."""
    (FOLDER / "data").mkdir(parents=True, exist_ok=True)
    nlu = [
        yaml.safe_load(path.read_text("utf-8"))["nlu"]
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
    ]
    examples = [item for items in nlu for item in items if "intent" in item]
    intents = sorted({item["intent"].split("/")[0] for item in examples})
    steps = [
        {"rule": f"answer {name}", "steps": [{"intent": name}, {"action": f"utter_{name}"}]}
        for name in intents
    ]
    # TED needs stories: each intent answered after another, as `rasa init`'s are.
    stories = [
        {
            "story": f"{first} then {second}",
            "steps": [
                step for name in (first, second) for step in ({"intent": name}, {"action": f"utter_{name}"})
            ],
        }
        for first, second in pairwise(intents)
    ]
    replies = {
        f"utter_{name}": [{"text": f"这里是关于“{name}”的一段固定回答，请到社区事务受理服务中心办理。"}]
        for name in intents
    }
    _write("config.yml", CONFIG)
    _write("domain.yml", {"version": "3.1", "intents": intents, "responses": replies})
    _write("data/nlu.yml", {"version": "3.1", "nlu": examples})
    _write("data/rules.yml", {"version": "3.1", "rules": steps})
    _write("data/stories.yml", {"version": "3.1", "stories": stories})
    _write("credentials.yml", {"rest": None})
    _write("endpoints.yml", {})
    return intents


def train() -> Path:
    """The trained model, made once for what the project now holds."""
    make_project()
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.yml")) + sorted((FOLDER / "data").glob("*.yml")):
        digest.update(path.read_bytes())
    model = FOLDER / "models" / f"{digest.hexdigest()[:16]}.tar.gz"
    if not model.is_file():
        command = (str(BOT_RASA), "train", "--fixed-model-name", model.name, "--quiet")
        with (FOLDER / "train.log").open("wb") as log:
            subprocess.run(
                command, cwd=FOLDER, env=os.environ | QUIET, stdout=log, stderr=subprocess.STDOUT, check=True
            )
    return model


def train_nlu(config: Path | None = None) -> Path:
    """A model of the understanding alone, of Rasa's own pipeline or of `config`'s, from the same few texts an intent.

    Made once for what it is made from.
    """
    make_project()
    sample, chosen = FOLDER / "sample.yml", config or FOLDER / "nlu_config.yml"
    _write(sample.name, {"version": "3.1", "nlu": _sample()})
    understanding = [
        {**part, "epochs": UNDERSTANDING_EPOCHS} if part["name"] == "DIETClassifier" else part
        for part in CONFIG["pipeline"]
        if part["name"] not in ("ResponseSelector", "EntitySynonymMapper")
    ]
    _write("nlu_config.yml", {**CONFIG, "pipeline": understanding})
    digest = hashlib.sha256(chosen.read_bytes() + sample.read_bytes())
    if config:
        for path in sorted((ROOT / "bot" / "components").glob("*.py")):
            digest.update(path.read_bytes())
    model = FOLDER / "models" / f"nlu-{digest.hexdigest()[:16]}.tar.gz"
    if not model.is_file():
        files = ("--config", str(chosen), "--nlu", str(sample), "--fixed-model-name", model.name)
        with (FOLDER / "train.log").open("wb") as log:
            subprocess.run(
                (str(BOT_RASA), "train", "nlu", *files, "--out", str(model.parent)),
                cwd=FOLDER,
                env=os.environ | QUIET | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
                check=True,
            )
    return model


def _sample() -> list[dict[str, str]]:
    """As many texts of each intent, taken evenly from its file: DIET would need hours for all of them."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            texts = [line for line in block["examples"].splitlines() if line.strip()]
            step = max(len(texts) // TEXTS_AN_INTENT, 1)
            kept = texts[::step][:TEXTS_AN_INTENT]
            found.append({"intent": block["intent"], "examples": "\n".join(kept) + "\n"})
    return found


def program(model: Path, port: int, is_ready: Callable[[], bool]) -> Program:
    """Rasa's server over that model, on loopback."""
    files = ("--endpoints", str(FOLDER / "endpoints.yml"), "--credentials", str(FOLDER / "credentials.yml"))
    return Program(
        name="stock",
        title="stock Rasa ",
        command=(str(BOT_RASA), "run", "-i", "127.0.0.1", "-p", str(port), "-m", str(model), *files),
        env=os.environ | QUIET,
        is_ready=is_ready,
        patience_s=180.0,
    )


def _write(name: str, content: object) -> None:
    (FOLDER / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
