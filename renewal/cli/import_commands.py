"""`renewal import`: what can be typed to load holders and feeds."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="导入持证人、各单位的数据和走访结果（CSV 或 Excel）。",
    no_args_is_help=True,
)

File = Annotated[str, typer.Argument(metavar="文件", show_default=False)]
Kind = Annotated[
    str,
    typer.Argument(
        metavar="种类",
        show_default=False,
        help="visits 走访、employment 人社、insurance 社保、civil 民政、schooling 就读、residence 实有人口",
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option("--rejects", help="退回的行写到哪里；不写就是“文件名.rejects.csv”", show_default=False),
]

Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]


@app.command("holders")
def import_holders(file: File, rejects: Rejects = None, staff: Staff = "") -> None:
    """导入持证人和档案。不对的行退回到一个文件，其余照常导入。"""
    from renewal.cli import imports

    imports.holders(file, rejects=rejects, staff=staff)


@app.command("feed")
def import_feed(kind: Kind, file: File, rejects: Rejects = None, staff: Staff = "") -> None:
    """导入一个单位的数据，或者走访结果。不对的行退回到一个文件，其余照常导入。"""
    from renewal.cli import imports

    imports.feed(kind, file, rejects=rejects, staff=staff)
