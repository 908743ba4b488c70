"""What can be typed after `renewal keys`."""

from typing import Annotated

import typer

app = typer.Typer(help="密钥：哪些在用，各有多少行；换新的，让旧的退下来。", invoke_without_command=True)

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]


@app.callback()
def keys(context: typer.Context) -> None:
    """看每个数据密钥还有多少行在用；密钥本身不显示，只显示记号。"""
    from renewal.cli import keys as command

    if context.invoked_subcommand is None:
        command.show()


@app.command()
def new() -> None:
    """生成一个新的数据密钥：写在 secrets.env 最前面；密钥从环境来的，就打印出来给你存放。"""
    from renewal.cli import keys as command

    command.new()


@app.command()
def rotate(staff: Staff = "") -> None:
    """把加密的内容都改用最新的数据密钥；服务不用停，停下来再运行会接着做。"""
    from renewal.cli import keys as command

    command.rotate(staff=staff)


@app.command()
def lost(
    mark: Annotated[str, typer.Argument(metavar="记号", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接做")] = False,
    staff: Staff = "",
) -> None:
    """一个数据密钥再也找不回来了：让数据库没有它也能打开，用它写下的读不出来。"""
    from renewal.cli import keys as command

    command.lost(mark, yes=yes, staff=staff)
