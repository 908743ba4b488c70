"""`renewal import`: what can be typed to load holders and bureau feeds."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="从 CSV 导入持证人，或各单位的比对数据。", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="文件", show_default=False)]


@app.command("holders")
def import_holders(file: File) -> None:
    """导入持证人和档案。有一行不对就一行也不导入。"""
    from renewal.cli import imports

    imports.holders(file)


@app.command("feed")
def import_feed(file: File) -> None:
    """导入一份单位比对数据。有一行不对就一行也不导入。"""
    from renewal.cli import imports

    imports.feed(file)
