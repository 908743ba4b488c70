"""What can be typed after `renewal learn`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="没听懂的话：列出，归类，写给维护的人看，看答上率和满意率。", no_args_is_help=True)

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]


@app.callback()
def learn() -> None:
    """没听懂的话。"""


@app.command("list")
def list_(
    whole: Annotated[bool, typer.Option("--all", help="全部列出，不只最大的二十组")] = False,
) -> None:
    """列出没听懂的话，像的在一组，去掉了个人信息。"""
    from renewal.cli import learn as command

    command.show(whole=whole)


@app.command()
def topics() -> None:
    """列出能归的主题。"""
    from renewal.cli import learn as command

    command.topics()


@app.command()
def name(
    number: Annotated[int, typer.Argument(metavar="编号", show_default=False)],
    topic: Annotated[str, typer.Argument(metavar="主题", show_default=False)],
    *,
    only: Annotated[bool, typer.Option("--only", help="只归这一句，不归它那一组")] = False,
    staff: Staff = "",
) -> None:
    """说一组话问的是什么主题；超出范围的写 out_of_scope。"""
    from renewal.cli import learn as command

    command.name(number, topic, only=only, staff=staff)


@app.command()
def export(file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)]) -> None:
    """把归过类的话写成训练数据的样子，给维护的人看；测试里有的不写。"""
    from renewal.cli import learn as command

    command.export(file)


@app.command()
def report(
    html: Annotated[Path | None, typer.Option("--html", help="写成这个网页文件")] = None,
) -> None:
    """每周的答上率和满意率。"""
    from renewal.cli import learn as command

    command.report(html)
