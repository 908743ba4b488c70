"""`renewal import`: a CSV of holders, or of what a bureau says of them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from renewal.cli.console import out, progress_bar
from renewal.cli.stack import opened
from renewal.services.importing import ImportResult, import_feed, import_holders
from renewal.store import Store


class Import(Protocol):
    """One of the two imports."""

    def __call__(
        self, store: Store, path: Path, *, at: datetime, progress: Callable[[int, int], None] | None = None
    ) -> ImportResult: ...


def holders(file: Path) -> None:
    """Load holders. Raises ImportRefused, with a line for each row that is wrong; nothing is loaded then."""
    _load(import_holders, file)


def feed(file: Path) -> None:
    """Load a bureau's facts. Raises ImportRefused, with a line for each row that is wrong; nothing is loaded then."""
    _load(import_feed, file)


def _load(load: Import, file: Path) -> None:
    with opened() as services, progress_bar("导入") as move:
        result = load(services.store, file, at=services.now(), progress=move)
    out.print(
        f"{file.name}：共 {result.rows} 行，新增 {result.added}，更新 {result.changed}，没有变化 {result.unchanged}",
        markup=False,
        soft_wrap=True,
    )
