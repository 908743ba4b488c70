"""`renewal up`: prepares, starts and watches everything, until Ctrl-C."""

import signal
import time

from rich.panel import Panel
from rich.table import Table

from renewal.cli.console import out, say, waiting
from renewal.cli.errors import CliError
from renewal.cli.live import LiveStack, announce, stack_lock
from renewal.cli.model import current_model, ensure_model
from renewal.cli.places import BOT_RASA, display, local_settings
from renewal.cli.processes import Fleet, Program
from renewal.cli.stack import bring_up, describe, make_secrets, ops_url, refuse_taken_ports
from renewal.private_files import narrow
from renewal.settings import Settings
from renewal.wording.staff import staff_sentence

WATCH_S = 0.5


def up() -> None:
    """Start everything and stay until it is told to stop.

    Raises:
        CliError: it runs already, a port is taken, or something did not start.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    settings = local_settings()
    with stack_lock(settings.state_dir):
        narrow(settings.state_dir)
        if not BOT_RASA.exists():
            raise CliError("助手的环境还没有安装：先运行 make install")
        make_secrets(settings)
        settings = local_settings()
        refuse_taken_ports(settings)
        try:
            _run(settings)
        except KeyboardInterrupt:
            say("已全部停止")


def _run(settings: Settings) -> None:
    started = time.monotonic()
    model = current_model()
    if model is None:
        with waiting("训练助手的模型（约一分钟，只在训练数据变了以后才做）"):
            model = ensure_model()
    with Fleet(settings.state_dir / "logs") as fleet:
        with waiting("启动各进程"):
            loaded = bring_up(fleet, settings, model, sample=True, with_gateway=True)
            fleet.wait_until_ready(lambda program: say(_ready_line(program, started)))
        note = describe(settings)
        announce(settings.state_dir, note)
        _print_addresses(settings, note, fleet, loaded)
        try:
            while True:
                time.sleep(WATCH_S)
                fleet.look_after(say)
        except KeyboardInterrupt:
            say("正在停止 …")
            raise


def _ready_line(program: Program, started: float) -> str:
    return f"{program.title}就绪（{time.monotonic() - started:.0f} 秒）"


def _print_addresses(settings: Settings, note: LiveStack, fleet: Fleet, loaded: int) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("网页对话", note.gateway + "/")
    for kind in settings.providers:
        if kind.shows_texts:
            table.add_row(kind.title, f"{note.gateway}/{kind.name}")
    if settings.desk:
        table.add_row("工作台", f"{note.gateway}/desk（账户：renewal desk add）")
    if settings.providers[0].only_templates:
        table.add_row(
            "短信回答", staff_sentence("texts.only_templates", provider=settings.providers[0].title)
        )
    table.add_row("健康检查", f"{ops_url(settings)}/readyz（只在本机）")
    table.add_row("今天", f"{settings.current_day()}" + ("（固定）" if settings.today else ""))
    if loaded:
        table.add_row("样例", f"已载入 {loaded} 位样例持证人")
    table.add_row("进程", "、".join(f"{process.program.title} {process.group}" for process in fleet))
    table.add_row("日志", display(settings.state_dir / "logs"))
    out.print(Panel(table, title="居住证续签助手已就绪", subtitle="按 Ctrl-C 全部停止", expand=False))
