"""`renewal doctor`: what is in order on this machine, and what to do about what is not."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from renewal.cli.console import out
from renewal.cli.errors import CliError
from renewal.cli.live import live_stack
from renewal.cli.model import current_model
from renewal.cli.places import BOT_RASA, ROOT, display, local_settings
from renewal.cli.secret_file import MAKERS
from renewal.cli.stack import PortTaken, refuse_taken_ports
from renewal.domain.errors import RenewalError
from renewal.providers import provider_kinds, refusals
from renewal.services.texts.provider import Provider, SendError
from renewal.settings import Settings, SettingsError
from renewal.wording.staff import staff_sentence

ROOM_NEEDED_BYTES = 2_000_000_000
REDIS_LIMIT_S = 2.0

FINE, MISSING, OPTIONAL = Text("✓", style="green"), Text("✗", style="red"), Text("·", style="yellow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `remedy` is what to do where it is not in order."""

    title: str
    fine: bool
    detail: str
    remedy: str = ""
    needed: bool = True


def doctor() -> None:
    """Print what was found. Raises CliError where something that is needed is missing."""
    settings = local_settings()
    findings = [finding for check in CHECKS for finding in check(settings)]
    table = Table()
    for heading in ("", "检查", "情况", "怎么办"):
        table.add_column(heading)
    for finding in findings:
        mark = FINE if finding.fine else MISSING if finding.needed else OPTIONAL
        table.add_row(mark, finding.title, finding.detail, "" if finding.fine else finding.remedy)
    out.print(table)
    wrong = [finding.title for finding in findings if finding.needed and not finding.fine]
    if wrong:
        raise CliError(f"有 {len(wrong)} 项要处理：{'、'.join(wrong)}")


def _environments(_: Settings) -> Iterator[Finding]:
    for title, there in (
        ("主环境", (ROOT / ".venv" / "bin" / "python").exists()),
        ("助手环境", BOT_RASA.exists()),
    ):
        yield Finding(
            title=title, fine=there, detail="已安装" if there else "没有安装", remedy="make install"
        )
    free = shutil.disk_usage(ROOT).free
    yield Finding(
        title="磁盘",
        fine=free > ROOM_NEEDED_BYTES,
        detail=f"剩余 {free / 1e9:.0f} GB",
        remedy="腾出至少 2 GB",
    )


def _model(_: Settings) -> Iterator[Finding]:
    model = current_model() if BOT_RASA.exists() else None
    detail = display(model) if model else "没有，或者训练数据变了"
    remedy = "renewal train（make run 也会自己训练）"
    yield Finding(title="模型", fine=model is not None, detail=detail, remedy=remedy, needed=False)


def _font(_: Settings) -> Iterator[Finding]:
    tool = shutil.which("fc-list")
    if tool is None:
        return
    asked = subprocess.run((tool, ":lang=zh-cn", "family"), capture_output=True, text=True, check=False)
    families = asked.stdout.strip().splitlines()
    remedy = "只有截屏要用：bash tests/install_system.sh"
    detail = families[0] if families else "没有"
    yield Finding(title="中文字体", fine=bool(families), detail=detail, remedy=remedy, needed=False)


def _ports(settings: Settings) -> Iterator[Finding]:
    live = live_stack(settings.state_dir)
    if live:
        yield Finding(title="服务", fine=True, detail=f"正在运行：{live.gateway}")
        return
    try:
        refuse_taken_ports(settings)
    except PortTaken as taken:
        yield Finding(title="端口", fine=False, detail="被占用", remedy=str(taken))
    else:
        yield Finding(title="端口", fine=True, detail="都空着")


def _secrets(settings: Settings) -> Iterator[Finding]:
    unset = [f"RENEWAL_{name.upper()}" for name in MAKERS if not getattr(settings, name).get_secret_value()]
    detail = "没有：" + "、".join(unset) if unset else "都有"
    yield Finding(title="密钥", fine=not unset, detail=detail, remedy="make run 会自己生成", needed=False)


def _store(settings: Settings) -> Iterator[Finding]:
    from renewal.store import MissingKey, Store

    try:
        store = Store.open(settings)
        store.ping()
    except MissingKey:
        yield Finding(
            title="数据库", fine=False, detail="还没有密钥", remedy="先 make run 一次", needed=False
        )
    except RenewalError as error:
        yield Finding(title="数据库", fine=False, detail=str(error), remedy="检查 RENEWAL_DATABASE_URL")
    else:
        where = store.engine.url.render_as_string(hide_password=True)
        yield Finding(title="数据库", fine=True, detail=where)
        store.close()


def _redis(settings: Settings) -> Iterator[Finding]:
    """Asks for no more than an answer; its address has a password and is not shown."""
    if not settings.redis_url:
        return
    import redis

    try:
        with redis.from_url(settings.redis_url, socket_timeout=REDIS_LIMIT_S) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        detail = f"没有回答（{type(error).__name__}）"
        yield Finding(title="Redis", fine=False, detail=detail, remedy="检查 RENEWAL_REDIS_URL")
    else:
        yield Finding(title="Redis", fine=True, detail="能用")


def _provider(settings: Settings) -> Iterator[Finding]:
    """Asks each provider that sends real texts, by a call that costs nothing."""
    if all(kind.shows_texts for kind in settings.providers):
        return
    from renewal.services.app import services_on
    from renewal.store import StoreError
    from sms_gateway.providers import open_providers

    with ExitStack() as exits:
        try:
            providers = open_providers(exits.enter_context(services_on(settings)))
        except StoreError:
            return  # told already
        except SettingsError as error:
            yield Finding(title="短信服务商", fine=False, detail="设置不对", remedy=str(error))
            return
        yield from free_answers(settings)
        for provider in providers:
            title, why = provider_kinds()[provider.name].title, _refusal(provider)
            detail = f"{title}：{why or '账户和发送人都能用'}"
            yield Finding(title="短信服务商", fine=not why, detail=detail, remedy="看 docs/deployment.md")


def free_answers(settings: Settings) -> Iterator[Finding]:
    """What becomes of an answer in free words where the provider sends templates alone."""
    first = settings.providers[0]
    if first.only_templates:
        told = staff_sentence("texts.only_templates", provider=first.title)
        detail, _, remedy = told.partition("要用短信回答")
        yield Finding(
            title="短信回答", fine=False, detail=detail, remedy=f"要用短信回答{remedy}", needed=False
        )


def _refusal(provider: Provider) -> str:
    """Why it would not take our texts now; empty where it would."""
    try:
        provider.health()
    except SendError as error:
        known = refusals(provider.name).get(error.code)
        return known.text if known else f"没有回答（{error.failure.value}）"
    return ""


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _environments,
    _model,
    _secrets,
    _store,
    _redis,
    _provider,
    _ports,
    _font,
)
