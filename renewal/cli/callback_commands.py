"""What can be typed after `renewal callbacks`."""

from typing import Annotated

import typer

from renewal.cli.numbers import LARGEST

app = typer.Typer(help="要回的电话：谁，打哪个号码，为什么事。", invoke_without_command=True)

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]
Number = Annotated[int, typer.Argument(metavar="编号", max=LARGEST, show_default=False)]


@app.callback()
def callbacks(
    context: typer.Context,
    with_closed: Annotated[bool, typer.Option("--all", help="连打过的、取消的也列出")] = False,
    page: Annotated[int, typer.Option("--page", min=1, max=LARGEST, help="第几页")] = 1,
    staff: Staff = "",
) -> None:
    """列出要回的电话：编号、最晚哪天、称呼、号码、为什么事。"""
    from renewal.cli import staff as command

    if context.invoked_subcommand is None:
        command.callbacks(with_closed=with_closed, page=page, staff=staff)


@app.command()
def done(callback_id: Number, staff: Staff = "") -> None:
    """把一个回电标为打过。"""
    from renewal.cli import staff as command

    command.done(callback_id, staff=staff)


@app.command()
def claim(callback_id: Number, staff: Staff = "") -> None:
    """我来打：两小时内别人不能打。"""
    from renewal.cli import staff as command

    command.claim(callback_id, staff=staff)


@app.command()
def note(
    callback_id: Number,
    text: Annotated[str, typer.Argument(metavar="话", show_default=False)],
    staff: Staff = "",
) -> None:
    """给打电话的人记一句。"""
    from renewal.cli import staff as command

    command.note(callback_id, text, staff=staff)


@app.command()
def unreached(callback_id: Number, staff: Staff = "") -> None:
    """没打通：再打两次，还不通就发一条短信。"""
    from renewal.cli import staff as command

    command.unreached(callback_id, staff=staff)
