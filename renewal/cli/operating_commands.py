"""What whoever runs the product types beside `up`: one program by itself, new tables, backup and restore."""

from pathlib import Path
from typing import Annotated

import typer

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]
File = Annotated[Path, typer.Argument(metavar="文件", show_default=False)]


def serve(
    program: Annotated[str, typer.Argument(metavar="程序", show_default=False)],
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="rasa 的端口；不写就用 RENEWAL_RASA_URL 的")
    ] = 0,
    model: Annotated[Path | None, typer.Option("--model", help="rasa 的模型文件；不写就用训练好的")] = None,
) -> None:
    """只运行一个程序：gateway、worker、rasa 或 actions，每个只拿到它自己的设置。"""
    from renewal.cli import serve as command

    command.serve(program, port=port, model=model)


def migrate() -> None:
    """把数据库的表升级到这一版；先停掉全部程序，先备份。"""
    from renewal.cli import operating as command

    command.migrate()


def backup(file: File, staff: Staff = "") -> None:
    """把数据库和助手的对话备份成一个文件，服务不用停；密钥不在里面。"""
    from renewal.cli import operating as command

    command.backup(file, staff=staff)


def restore(
    file: File,
    replace: Annotated[bool, typer.Option("--replace", help="换掉现在数据库里的内容")] = False,
    staff: Staff = "",
) -> None:
    """用备份恢复；先停掉全部程序。恢复以后短信停发，等你核对。"""
    from renewal.cli import operating as command

    command.restore(file, replace=replace, staff=staff)


COMMANDS = (serve, migrate, backup, restore)
