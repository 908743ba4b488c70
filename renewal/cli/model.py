"""The assistant's model: where it is, whether it fits what it is made from, and training it. `bot.training` decides."""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from renewal.cli.errors import CliError
from renewal.cli.places import BOT_PYTHON, MODELS, ROOT, display, machine_environment


class TrainingFailed(CliError):
    """The model could not be trained."""


def current_model(models: Path = MODELS) -> Path | None:
    """The trained model, or None where it is missing or something it is made from has changed since.

    Raises:
        TrainingFailed: the assistant's environment is not installed.
    """
    model = models / f"renewal-{_training(models, '--fingerprint')[:16]}.tar.gz"
    return model if model.is_file() else None


def ensure_model(models: Path = MODELS, *, force: bool = False) -> Path:
    """The model, trained now if it is missing or stale, or in any case. Two callers at once train it once.

    Raises:
        TrainingFailed: it could not be trained; the message names the log.
    """
    with _one_at_a_time(models):
        if force and (current := current_model(models)):
            current.unlink()
        model = Path(_training(models, "--out", str(models)))
        if not model.is_file():
            raise TrainingFailed(f"训练没有留下模型。日志：{display(models / 'training.log')}")
        return model


def _training(models: Path, *arguments: str) -> str:
    """The last line that the training prints."""
    env = machine_environment() | {"SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONPATH": str(ROOT)}
    models.mkdir(parents=True, exist_ok=True)
    log = models / "training.log"
    with log.open("wb") as errors:
        try:
            done = subprocess.run(
                (str(BOT_PYTHON), "-m", "bot.training", *arguments),
                cwd=ROOT,
                env=env,
                stdout=subprocess.PIPE,
                stderr=errors,
                check=False,
            )
        except FileNotFoundError:
            raise TrainingFailed("助手的环境还没有安装：先运行 make install") from None
    printed = done.stdout.decode(errors="replace").strip().splitlines()
    if done.returncode or not printed:
        raise TrainingFailed(f"模型训练失败（退出码 {done.returncode}）。日志：{display(log)}")
    return printed[-1].strip()


@contextmanager
def _one_at_a_time(models: Path) -> Iterator[None]:
    models.mkdir(parents=True, exist_ok=True)
    with (models / "training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
