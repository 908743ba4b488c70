"""What can be typed after `renewal desk`."""

from typing import Annotated

import typer

app = typer.Typer(help="工作台的账户：新建，列出，改角色，停用，改口令，退出。", no_args_is_help=True)

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]
Name = Annotated[str, typer.Argument(metavar="账户", show_default=False)]
Ask = Annotated[bool, typer.Option("--ask", help="在这里输入口令，不生成第一次登录的口令")]


@app.callback()
def desk() -> None:
    """工作台的账户。"""


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option("--role", help="clerk 受理，supervisor 主管，operator 运维")],
    *,
    ask: Ask = False,
    staff: Staff = "",
) -> None:
    """新建一个账户；给一个第一次登录的口令，只显示一次。"""
    from renewal.cli import desk as command

    command.add(name, role=role, ask=ask, staff=staff)


@app.command("list")
def list_() -> None:
    """列出账户：角色、状态、登录在几处、最后一次。"""
    from renewal.cli import desk as command

    command.show()


@app.command()
def role(
    name: Name, role: Annotated[str, typer.Argument(metavar="角色", show_default=False)], staff: Staff = ""
) -> None:
    """改一个账户的角色。"""
    from renewal.cli import desk as command

    command.role(name, role=role, staff=staff)


@app.command()
def lock(name: Name, staff: Staff = "") -> None:
    """停用一个账户，正在登录的也退出。"""
    from renewal.cli import desk as command

    command.lock(name, staff=staff)


@app.command()
def unlock(name: Name, staff: Staff = "") -> None:
    """恢复停用的，或口令连错锁住的账户。"""
    from renewal.cli import desk as command

    command.unlock(name, staff=staff)


@app.command()
def passwd(name: Name, *, ask: Ask = False, staff: Staff = "") -> None:
    """换一个口令；之前的登录都退出。"""
    from renewal.cli import desk as command

    command.passwd(name, ask=ask, staff=staff)


@app.command("sign-out")
def sign_out(name: Name, staff: Staff = "") -> None:
    """让一个账户在所有地方退出。"""
    from renewal.cli import desk as command

    command.sign_out(name, staff=staff)
