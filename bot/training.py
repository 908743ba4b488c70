"""Trains the model where there is none for what it is made from: `python -m bot.training --out FOLDER`."""

import argparse
import contextlib
import hashlib
import logging
import os
import sys
import tempfile
from pathlib import Path

from renewal.language.text import low

ROOT = Path(__file__).resolve().parents[1]
INGREDIENTS = (  # not the channel nor the conversations' store: they see a model only once it is trained
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "bot/training.py",
    "bot/importer.py",
    "bot/reading.py",
    "bot/components/**/*.py",
    "bot/vectors/*.npy",
    "bot/requirements.lock",
)
# How a text is made plain counts by what comes of these characters, not by the code that does it.
AWKWARD = "續簽　ＡＢＣ１２，①㈱ﬁ é🙂✏\ufe0f\u200b\u202e\t昇乾於 里後髮"


def fingerprint() -> str:
    """Changes when, and only when, something that the model is made from changes."""
    digest = hashlib.sha256(repr(low(AWKWARD)).encode())
    for pattern in INGREDIENTS:
        for path in sorted(p for p in ROOT.glob(pattern) if p.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def ensure_model(out: Path) -> Path:
    """The model's path, after training it if need be. Models of other fingerprints are removed from `out`."""
    name = f"renewal-{fingerprint()[:16]}.tar.gz"
    model = out / name
    if not model.is_file():
        out.mkdir(parents=True, exist_ok=True)
        _train(out, name)
        for other in out.glob("renewal-*.tar.gz"):
            if other != model:
                other.unlink()
    return model


def answer_rules() -> str:
    """As Rasa's YAML: after every intent of the domain that no rule of `data/rules` is about comes action_answer."""
    import yaml

    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    written = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "data/rules").glob("*.yml")
    ]
    ruled = {rule["steps"][0]["intent"] for file in written for rule in file["rules"]}
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": "action_answer"}]}
        for intent in domain["intents"]
        if intent not in ruled
    ]
    made: str = yaml.safe_dump({"version": "3.1", "rules": rules}, sort_keys=False)
    return made


def _train(out: Path, name: str) -> None:
    os.chdir(ROOT)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("BOT_EMBEDDINGS", str(out / "embeddings.npz"))
    with tempfile.TemporaryDirectory() as cache, contextlib.redirect_stdout(sys.stderr):
        os.environ["RASA_CACHE_DIRECTORY"] = cache
        import structlog  # these are slow to import; an up-to-date model needs none of them
        from rasa.model_training import train

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        answers = Path(cache) / "answers.yml"
        answers.write_text(answer_rules(), encoding="utf-8")
        result = train(
            domain="domain.yml",
            config="config.yml",
            training_files=["data", str(answers)],
            output=str(out),
            fixed_model_name=name,
            force_training=True,
        )
    if result.code != 0 or not (out / name).is_file():
        raise SystemExit(f"training failed (code {result.code})")


def main() -> None:
    """Prints the fingerprint or the model's path as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / ".cache" / "models")
    parser.add_argument("--fingerprint", action="store_true", help="only print it")
    chosen = parser.parse_args()
    sys.stdout.write(f"{fingerprint() if chosen.fingerprint else ensure_model(chosen.out.resolve())}\n")


if __name__ == "__main__":
    main()
