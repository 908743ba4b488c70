"""`renewal import`: holders, or what bureaus and visitors say of them, from a file or another source."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from renewal.cli.actor import actor
from renewal.cli.console import out, progress_bar
from renewal.cli.errors import CliError, UsageFault
from renewal.cli.places import display
from renewal.cli.stack import opened
from renewal.services.app import Services
from renewal.services.importing import ImportRefused, ImportResult, import_feed, import_holders, kind_named
from renewal.wording.staff import staff_sentence


class Load(Protocol):
    """One of the imports."""

    def __call__(
        self,
        services: Services,
        where: str,
        *,
        rejects: Path | None = None,
        progress: Callable[[int, int], None] | None = None,
        actor: str = "",
    ) -> ImportResult: ...


def holders(where: str, *, rejects: Path | None, staff: str) -> None:
    """Load holders. Raises CliError where rows were rejected, ImportRefused where the whole file was."""
    _load(import_holders, where, rejects, staff)


def feed(kind: str, where: str, *, rejects: Path | None, staff: str) -> None:
    """Load a feed of the kind of that name. Raises as holders, and UsageFault for an unknown kind."""
    try:
        named = kind_named(kind)
    except ImportRefused as refused:
        raise UsageFault(str(refused)) from None
    _load(partial(import_feed, kind=named), where, rejects, staff)


def _load(load: Load, where: str, rejects: Path | None, staff: str) -> None:
    who = actor(staff)
    with opened() as services, progress_bar("导入") as move:
        result = load(services, where, rejects=rejects, progress=move, actor=who)
    counts = {name: getattr(result, name) for name in ("rows", "added", "changed", "unchanged", "superseded")}
    told = staff_sentence("import.done", name=Path(where).name, rejected=result.rejected, **counts)
    out.print(told, markup=False, soft_wrap=True)
    if result.rejects:
        raise CliError(
            staff_sentence("import.rejected", rejected=result.rejected, path=display(result.rejects))
        )
