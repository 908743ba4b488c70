"""`renewal appointment`: what staff can type about centres and appointments."""

from pathlib import Path
from typing import Annotated

import typer

from renewal.cli.numbers import LARGEST

app = typer.Typer(help="预约签注：中心、号源、预约。", no_args_is_help=True)

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]
Number = Annotated[int, typer.Argument(metavar="编号", max=LARGEST, show_default=False)]


@app.command("centres")
def load_centres(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)], staff: Staff = ""
) -> None:
    """从 CSV 载入中心、办公时间和号源。有一行不对就一行也不载入。"""
    from renewal.cli import appointments as command

    command.load_centres(file, staff=staff)


@app.command("list")
def list_appointments(
    centre: Annotated[str, typer.Option("--centre", help="只看这个中心（编号）")] = "",
    day: Annotated[str, typer.Option("--date", help="只看这一天，例如 2026-12-01；不写就是今天起")] = "",
    page: Annotated[int, typer.Option("--page", min=1, max=LARGEST, help="第几页")] = 1,
    staff: Staff = "",
) -> None:
    """列出预约：哪天几点，哪个中心，谁。写了哪一天，就连取消的也列出。"""
    from renewal.cli import appointments as command

    command.list_appointments(centre=centre, day=day, page=page, staff=staff)


@app.command("cancel")
def cancel(appointment: Number, staff: Staff = "") -> None:
    """取消一个预约，并短信告诉持证人。"""
    from renewal.cli import appointments as command

    command.cancel(appointment, staff=staff)


@app.command("kept")
def kept(appointment: Number, staff: Staff = "") -> None:
    """记下持证人按预约来了。"""
    from renewal.cli import appointments as command

    command.kept(appointment, staff=staff)


@app.command("free")
def free(
    centre: Annotated[str, typer.Argument(metavar="中心编号", show_default=False)],
    days: Annotated[int, typer.Option(min=1, max=90, help="从今天起看多少天")] = 14,
) -> None:
    """一个中心每天还有多少号。"""
    from renewal.cli import appointments as command

    command.free(centre, days=days)
