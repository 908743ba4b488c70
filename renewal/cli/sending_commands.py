"""What can be typed after `renewal sending`, `renewal notices` and `renewal texts`."""

from pathlib import Path
from typing import Annotated

import typer

from renewal.cli.numbers import LARGEST

app = typer.Typer(help="短信发得怎样：排队、速度、停着的；停发、恢复、重发。", invoke_without_command=True)
notices_app = typer.Typer(help="通知：列出、看一个证的、再发。", invoke_without_command=True)

texts_app = typer.Typer(help="短信的样子：每种短信写什么，几条，多少钱。", no_args_is_help=True)

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]
What = Annotated[
    str,
    typer.Argument(
        metavar="什么", help="queue 全部，notices 通知，replies 回答，或一种短信如 notice.failure"
    ),
]
Why = Annotated[str, typer.Option("--why", help="为什么；不要写个人信息")]
Limit = Annotated[int, typer.Option(min=1, max=LARGEST, help="最多列出多少条")]
Permit = Annotated[str, typer.Argument(metavar="证号", show_default=False)]


@app.callback()
def sending(context: typer.Context) -> None:
    """看短信发得怎样：各类各状态多少条、多久了、多快、停着什么。"""
    from renewal.cli import sending as command

    if context.invoked_subcommand is None:
        command.show()


@app.command()
def hold(what: What, why: Why = "", staff: Staff = "") -> None:
    """停发一类或一种短信，几秒内生效；排着的留着。"""
    from renewal.cli import sending as command

    command.stop(what, why=why, staff=staff)


@app.command()
def stop(why: Why = "", staff: Staff = "") -> None:
    """全部停发，几秒内生效，所有进程都停；排着的留着。"""
    from renewal.cli import sending as command

    command.stop("queue", why=why, staff=staff)


@app.command()
def lift(what: What = "queue", staff: Staff = "") -> None:
    """恢复停着的；不写就是恢复全部停发。"""
    from renewal.cli import sending as command

    command.lift(what, staff=staff)


@app.command()
def failed(limit: Limit = 50) -> None:
    """列出发不出去的短信和原因。"""
    from renewal.cli import sending as command

    command.failed(limit=limit)


@app.command()
def retry(
    text: Annotated[str, typer.Argument(metavar="短信", help="renewal sending failed 里的编号")],
    staff: Staff = "",
) -> None:
    """把一条发不出去的短信再发一次。"""
    from renewal.cli import sending as command

    command.retry(text, staff=staff)


@notices_app.callback()
def notices(context: typer.Context, limit: Limit = 50) -> None:
    """列出通知和短信的发送情况。"""
    from renewal.cli import notices as command

    if context.invoked_subcommand is None:
        command.notices(limit=limit)


@notices_app.command("show")
def show_notices(permit: Permit) -> None:
    """看一个证的通知：每一步、什么时候、运营商怎么说。"""
    from renewal.cli import notices as command

    command.show(permit)


@notices_app.command("retry")
def retry_notices(permit: Permit, staff: Staff = "") -> None:
    """把一个证发不出去的通知再发一次。"""
    from renewal.cli import notices as command

    command.retry(permit, staff=staff)


@texts_app.callback()
def texts() -> None:
    """短信的样子：每种短信写什么，几条，多少钱。"""


@texts_app.command()
def preview(
    price: Annotated[float, typer.Option("--price", min=0, help="一条多少元；不写就不算钱")] = 0.0,
    people: Annotated[int, typer.Option("--people", min=1, help="发给多少人")] = 1,
) -> None:
    """检查并列出每种短信：填上样例，几条，多少钱。"""
    from renewal.cli import texts as command

    command.preview(price=price, people=people)


@texts_app.command()
def templates(
    save: Annotated[
        Path | None, typer.Option("--save", help="把已批准的写进这个文件，给 RENEWAL_…_TEMPLATES 用")
    ] = None,
) -> None:
    """问短信服务商：哪种短信是哪个模板，哪些还没批准。"""
    from renewal.cli import texts as command

    command.templates(save=save)
