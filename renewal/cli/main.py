"""The `renewal` command: what can be typed, and one line for everything that goes wrong."""

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from renewal.cli import (
    application_commands,
    appointment_commands,
    callback_commands,
    desk_commands,
    import_commands,
    key_commands,
    learn_commands,
    operating_commands,
    sending_commands,
)
from renewal.cli.console import fail, out, quiet_logs, say, waiting
from renewal.cli.errors import CliError, StartFailed, UsageFault
from renewal.private_files import keep_private

app = typer.Typer(
    name="renewal",
    help="上海市居住证续签助手：启动服务，提问，导入，比对，看通知。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(import_commands.app, name="import")
app.add_typer(application_commands.app, name="application")
app.add_typer(appointment_commands.app, name="appointment")
app.add_typer(sending_commands.app, name="sending")
app.add_typer(sending_commands.notices_app, name="notices")
app.add_typer(sending_commands.texts_app, name="texts")
app.add_typer(callback_commands.app, name="callbacks")
app.add_typer(desk_commands.app, name="desk")
app.add_typer(learn_commands.app, name="learn")
app.add_typer(key_commands.app, name="keys")

Staff = operating_commands.Staff
File = operating_commands.File


@app.command()
def up() -> None:
    """准备并启动全部进程，就绪后给出地址；按 Ctrl-C 全部停止。"""
    from renewal.cli import up as command

    command.up()


@app.command()
def ask(
    text: Annotated[str, typer.Argument(metavar="话", show_default=False)],
    session: Annotated[str, typer.Option(help="会话名：下次用同一个名字就接着说")] = "",
    channel: Annotated[str, typer.Option(help="sms 或 web")] = "",
    scenario: Annotated[str, typer.Option(help="以某个样例持证人的身份问，例如 failure:address")] = "",
    why: Annotated[bool, typer.Option("--why", help="再说为什么这样答：读到什么、主题、事实、条款")] = False,
) -> None:
    """问一句，看回答。用正在运行的服务；没有就临时启动一套。"""
    from renewal.cli import ask as command

    command.ask(text, session=session, channel=channel, scenario=scenario, why=why)


@app.command()
def evaluate(
    file: File,
    json_out: Annotated[Path | None, typer.Option("--json", help="把每条回答写进这个文件")] = None,
) -> None:
    """用一份问题（JSON 行）给助手打分。"""
    from renewal.cli import evaluate as command

    command.evaluate(file, json_out=json_out)


@app.command("run")
def run_night(
    day: Annotated[str, typer.Option("--date", help="哪一天的比对，例如 2026-11-23；不写就是今天")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算，不写入，不通知")] = False,
    html: Annotated[Path | None, typer.Option("--report", help="把报告写成这个网页文件")] = None,
) -> None:
    """做一晚的自动比对：续签，或者发出失败通知。"""
    from renewal.cli import night

    night.run(_day(day), dry_run=dry_run, html=html)


@app.command()
def report(
    day: Annotated[str, typer.Option("--date", help="哪一天的比对；不写就是最近的一次")] = "",
    html: Annotated[Path | None, typer.Option("--html", help="把报告写成这个网页文件")] = None,
    listed: Annotated[str, typer.Option("--list", help="只列出一类等着处理的，例如 no_phone")] = "",
) -> None:
    """看一晚比对的结果，和现在等工作人员处理的事。"""
    from renewal.cli import night

    night.report(_day(day), html=html, listed=listed)


@app.command()
def explain(
    permit: Annotated[str, typer.Argument(metavar="证号", show_default=False)],
) -> None:
    """说明一个证为什么是现在这样：状态、经过、依据。"""
    from renewal.cli import explain as command

    command.explain(permit)


@app.command()
def visit(
    permit: Annotated[str, typer.Argument(metavar="证号", show_default=False)],
    *,
    way: Annotated[str, typer.Option("--way", help="door 上门，call 电话")] = "door",
    found: Annotated[
        str, typer.Option("--found", help="confirmed 一致，changed 有变化，nobody 未遇")
    ] = "confirmed",
    renew: Annotated[bool, typer.Option("--renew", help="核实一致，当场续签")] = False,
    day: Annotated[str, typer.Option("--date", help="走访那天；不写就是今天")] = "",
    staff: Staff = "",
) -> None:
    """记下一次走访或电话核实，并马上看这个证能不能续签。"""
    from renewal.cli import visit as command

    command.visit(permit, way=way, found=found, renew=renew, day=_day(day), staff=staff)


@app.command()
def talk(
    conversation: Annotated[str, typer.Argument(metavar="会话", show_default=False)],
    take: Annotated[bool, typer.Option("--take", help="接手：机器人不再回答")] = False,
    say: Annotated[str, typer.Option("--say", help="以工作人员的身份说一句（没接手就先接手）")] = "",
    release: Annotated[bool, typer.Option("--release", help="交还：机器人又会回答")] = False,
    staff: Staff = "",
) -> None:
    """看一个会话和它的摘要；接手、说话、交还。"""
    from renewal.cli import staff as command

    command.talk(conversation, take=take, say=say, release=release, staff=staff)


@app.command()
def erase(
    permit: Annotated[str, typer.Option("--permit", help="哪个证的持证人")] = "",
    phone: Annotated[str, typer.Option("--phone", help="哪个号码")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接删")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看有多少，不删")] = False,
    staff: Staff = "",
) -> None:
    """删除一个人在这里留下的一切：会话、短信、回电等；说明删什么，留什么，为什么。"""
    from renewal.cli import keeping as command

    command.erase(permit=permit, phone=phone, yes=yes, dry_run=dry_run, staff=staff)


for _command in operating_commands.COMMANDS:
    app.command()(_command)


@app.command()
def sample(
    seed: Annotated[int | None, typer.Option(help="同一个数得到同一批人")] = None,
    count: Annotated[int, typer.Option(min=1, max=9999, help="多少人")] = 200,
) -> None:
    """生成样例持证人（假的人），可重复运行。"""
    from renewal.cli.stack import opened
    from renewal.services.samples.sample import USUAL_SEED, load_sample

    with opened() as services:
        made = load_sample(services, seed=USUAL_SEED if seed is None else seed, count=count)
    out.print(f"新生成 {made.made} 位样例持证人，原有 {made.kept} 位没有改动。")


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="没有变化也重新训练")] = False,
) -> None:
    """训练助手的模型；训练数据没有变化就不再训练。"""
    from renewal.cli.model import ensure_model
    from renewal.cli.places import display

    with waiting("训练助手的模型"):
        model = ensure_model(force=force)
    out.print(f"模型：{display(model)}", markup=False, soft_wrap=True)


@app.command()
def doctor() -> None:
    """检查这台机器缺什么，该怎么办。"""
    from renewal.cli import doctor as command

    command.doctor()


def run() -> None:
    """Run the command line; ends the process with 0, 1 (refused) or 2 (wrong use)."""
    keep_private()
    quiet_logs()
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: list[str]) -> int:
    """Run one command; returns the exit code and prints one line for what went wrong."""
    from renewal.domain.errors import RenewalError
    from renewal.settings import SettingsError
    from renewal.store import StoreError

    try:
        code = app(arguments, prog_name="renewal", standalone_mode=False)
    except CliError as error:
        fail(str(error))
        if isinstance(error, StartFailed) and error.tail:
            say(error.tail)
        return error.exit_code
    except (RenewalError, SettingsError, StoreError) as error:
        for line in str(error).splitlines():
            fail(line)
        return _exit_code(error)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            return 2
        fail(_usage_line(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        fail("已中断")
        return 130
    return code if isinstance(code, int) else 0


def _exit_code(error: Exception) -> int:
    """Wrong use is 2, everything else that a service refuses is 1."""
    from renewal.services.samples.evaluation import BadEvaluationFile
    from renewal.services.samples.scenarios import UnknownScenario

    return 2 if isinstance(error, BadEvaluationFile | UnknownScenario) else 1


def _usage_line(error: typer.TyperException) -> str:
    """The parser's English, in Chinese where it is one of its usual sentences."""
    said = error.format_message()
    for pattern, line in _USAGE_LINES.items():
        if found := re.match(pattern, said, re.DOTALL):
            return line.format(*found.groups())
    return f"用法不对：{said}"


_USAGE_LINES = {
    r"No such command '(.*?)'": "没有 {0} 这个命令：看 renewal --help",
    r"No such option: (\S+)": "没有 {0} 这个选项：加 --help 看有哪些",
    r"Missing argument '(.*?)'": "缺少{0}：加 --help 看用法",
    r"Missing option '(.*?)'": "缺少选项 {0}",
    r"Option '(.*?)' requires an argument": "选项 {0} 后面要有一个值",
    r"Got unexpected extra argument\S* \((.*?)\)": "多出了 {0}：有空格的话要用引号括起来",
    r"Invalid value for '(.*?)': (.*)": "{0} 的值不对：{1}",
}


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageFault(f"--date 要写成 2026-11-23 的样子，而且要是真有的一天：{text}") from None
