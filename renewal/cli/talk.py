"""`ask` and `evaluate` speak to a stack: the running one, or a private one for the call."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from renewal.cli.console import say, waiting
from renewal.cli.errors import CliError, UsageFault
from renewal.cli.live import LiveStack, live_stack
from renewal.cli.places import local_settings, state_dir
from renewal.cli.stack import PrivateStack
from renewal.services.app import Services, services_on
from renewal.settings import Settings

Channel = Literal["sms", "web"]
Home = Literal["shared", "own"]
_NAME = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A conversation that `ask` goes on with. `home` says whether it lies in the machine's store or in its own."""

    conversation_id: str
    channel: Channel
    scenario: str
    home: Home


def session_folder(name: str) -> Path:
    """Where a session is kept. Raises UsageFault for a name that is not one."""
    if not _NAME.fullmatch(name):
        raise UsageFault("会话名只能用文字、数字、下划线、点和短横，最长 64 个字符")
    return state_dir() / "sessions" / name


def read_session(folder: Path) -> Session | None:
    """The session kept there, or None."""
    try:
        return Session(**json.loads((folder / "session.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def keep_session(folder: Path, session: Session) -> None:
    """Keep it for the next call."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "session.json").write_text(json.dumps(asdict(session)), encoding="utf-8")


@contextmanager
def services_to_talk(
    folder: Path | None = None, known: Session | None = None
) -> Iterator[tuple[Services, Home]]:
    """Services whose assistant answers, and where what is said is kept.

    The running stack serves, unless the session has a store of its own or the call fixes another day.
    """
    settings = local_settings()
    live = live_stack(settings.state_dir)
    if live and not (known and known.home == "own") and _same_day(settings, live):
        with services_on(_settings_of(live)) as services:
            yield services, "shared"
        return
    home: Home = "shared" if known and known.home == "shared" else "own"
    if live and home == "shared":
        raise CliError(
            f"这个会话在正在运行的服务里，而那里的“今天”是 {live.today or '真实日期'}：去掉 RENEWAL_TODAY 再试"
        )
    with ExitStack() as exits:
        with waiting("没有可用的服务，先启动一套临时的"):
            stack = exits.enter_context(_private(settings, folder, home))
        yield exits.enter_context(services_on(stack.settings)), home


def _private(settings: Settings, folder: Path | None, home: Home) -> PrivateStack:
    if home == "shared":
        return PrivateStack(
            settings.state_dir, sample=False, with_gateway=False, database_url=settings.database_url
        )
    return PrivateStack(folder, with_gateway=False)


def _settings_of(live: LiveStack) -> Settings:
    return local_settings(rasa_url=live.rasa_url, database_url=live.database_url, today=live.today_on)


def _same_day(settings: Settings, live: LiveStack) -> bool:
    if settings.today is None or settings.today == live.today_on:
        return True
    say(f"正在运行的服务的“今天”不是 {settings.today}，这次另起一套")
    return False
