"""`renewal serve`: becomes one of the four programs, holding what that one needs of the settings and nothing else.

What starts it (systemd, a container) may know every secret of the machine: the program that runs in the end does not.
"""

import os
from pathlib import Path

from renewal.cli.errors import CliError, UsageFault
from renewal.cli.model import current_model
from renewal.cli.places import BOT_RASA, ROOT, display, local_settings
from renewal.cli.processes import Program
from renewal.cli.stack import our_programs, rasa_program
from renewal.programs import NEEDS
from renewal.settings import Settings


def serve(program: str, *, port: int = 0, model: Path | None = None) -> None:
    """Become the program; returns only by raising.

    Raises:
        UsageFault: there is no such program, or an option is not for it.
        CliError: Rasa's environment or its model is missing.
        SettingsError: a setting that the program needs is wrong.
    """
    if program not in NEEDS:
        raise UsageFault(f"没有 {program} 这个程序：请从 {'、'.join(sorted(NEEDS))} 里选一个")
    if program != "rasa" and (port or model):
        raise UsageFault("--port 和 --model 只用于 rasa；别的程序的端口看 docs/settings.md")
    settings = local_settings(program=program, **({"rasa_url": f"http://127.0.0.1:{port}"} if port else {}))
    chosen = _rasa(settings, model) if program == "rasa" else _ours(settings, program)
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chdir(ROOT)
    os.execve(chosen.command[0], chosen.command, dict(chosen.env))  # noqa: S606 it is to become that program


def _rasa(settings: Settings, model: Path | None) -> Program:
    if not BOT_RASA.exists():
        raise CliError("助手的环境还没有安装：先运行 make install")
    found = model or current_model()
    if found is None:
        raise CliError("还没有模型，或者训练数据变了：先运行 renewal train")
    if not found.is_file():
        raise CliError(f"没有 {display(found)} 这个模型：renewal train 会说模型在哪里，把它复制过来")
    return rasa_program(settings, found.resolve())


def _ours(settings: Settings, program: str) -> Program:
    return next(one for one in our_programs(settings, with_gateway=True) if one.name == program)
